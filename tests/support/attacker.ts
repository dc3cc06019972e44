/** A Worker that attacks, so that whoever measures meanwhile has a thread of its own. */
import { ATTACKS, type Target } from "./attacks.ts";

const channel = globalThis as unknown as {
  postMessage(message: { said: string } | { wrong: string }): void;
  onmessage: ((event: MessageEvent<{ name: string; target: Target } | "over">) => void) | null;
};

let over = false;

channel.onmessage = ({ data }) => {
  if (data === "over") {
    over = true;
    return;
  }
  ATTACKS[data.name]!(data.target, () => over).then(
    (said) => channel.postMessage({ said }),
    (error) => channel.postMessage({ wrong: String(error) }),
  );
};
