import { Failure } from "./failure.ts";

/** A secret manager that asks a person may take this long, in ms. */
const MOST_MS = 30_000;

/** No secret is longer. */
const MOST_BYTES = 64 * 1024;

/**
 * The first and only line a command prints, e.g. that of a secret manager. The command is split at spaces, quotes hold
 * together; there is no shell. What it says on stderr goes nowhere: it may hold secrets. `what` names it in the Failure
 * (`E002`).
 */
export async function readCommand(command: string, what: string, mostMs = MOST_MS): Promise<string> {
  const refuse = (why: string, hint = "Try it in a shell; it must print the secret and nothing else.") =>
    new Failure("E002", `Cannot get ${what} from its command: ${why}`, { hint });
  const [program, ...args] = splitCommand(command);
  if (program === undefined) throw refuse("it is empty");
  const signal = AbortSignal.timeout(mostMs);
  try {
    const child = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "null", signal }).spawn();
    const [bytes, { success, code }] = await Promise.all([readAtMost(child.stdout), child.status]);
    if (signal.aborted) throw refuse(`it took longer than ${mostMs / 1000} s`);
    if (!success) throw refuse(`it ended with exit code ${code}`);
    const text = new TextDecoder().decode(bytes).replace(/\r?\n$/, "");
    if (text === "" || /\p{Cc}/u.test(text)) {
      throw refuse(text === "" ? "it printed nothing" : "it printed more than a line");
    }
    return text;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Deno.errors.NotFound) throw refuse(`there is no program ${program}`);
    if (error instanceof Deno.errors.NotCapable) {
      throw refuse("Deno was not given --allow-run for it", `Start with --allow-run=${program}.`);
    }
    throw refuse("it could not be run");
  }
}

/** The words of a command line. */
export function splitCommand(command: string): string[] {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}

async function readAtMost(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error("too much");
    chunks.push(Uint8Array.from(chunk));
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
