import { visible } from "./print.ts";

/** What a long call has told of itself. */
export interface Progress {
  done: number;
  total: number;
  message?: string | undefined;
}

/** A bar on stderr while a call goes on. */
export interface Bar {
  show(progress: Progress): void;
  /** Takes it away; what is printed next stands where it was. */
  end(): void;
}

const WIDTH = 24;

/** Draws on stderr where that is a terminal, and nothing where it is not: whoever pipes wants lines. */
export function progressBar(): Bar {
  if (!Deno.stderr.isTerminal()) return { show: () => {}, end: () => {} };
  const draw = (line: string) => Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${line}`));
  let drawn = false;
  return {
    show(progress) {
      // A terminal that does not know its width says 0.
      draw(barLine(progress, Deno.consoleSize().columns || 80));
      drawn = true;
    },
    end() {
      if (drawn) draw("");
    },
  };
}

/** One line, shorter than `columns`, so that it never wraps. */
export function barLine({ done, total, message = "" }: Progress, columns: number): string {
  const filled = total <= 0 ? 0 : Math.round(WIDTH * Math.min(1, Math.max(0, done / total)));
  const bar = `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}`;
  const line = visible(`${bar} ${done} of ${total}${message === "" ? "" : `  ${message}`}`).replace(/\s+/g, " ");
  return line.slice(0, Math.max(0, columns - 1));
}
