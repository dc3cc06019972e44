import { resolve } from "node:path";
import { Failure } from "../lib/failure.ts";
import { openToAll } from "../lib/open_to_all.ts";
import { reason, replaceFile } from "./private_file.ts";

/** Larger than any list of keys; a file that is read again and again must be small. */
const MAX_BYTES = 4 * 1024 * 1024;

/** How often a change is looked for, in ms. Looking costs one system call, and works on every kind of mount. */
const LOOK_MS = 250;

/** The text of the keys file. Throws a Failure that says why it can't be used. */
export function readKeysFile(path: string): string {
  const why = unusable(path);
  if (why !== undefined) {
    throw new Failure("E001", `Cannot use the keys file ${path} (security.keys): ${why}`, {
      ...(stateOf(path) === "" && { hint: "odoo-mcp key create NAME --role ROLE makes it." }),
    });
  }
  return Deno.readTextFileSync(path);
}

/**
 * Tells each new text of the keys file, the first one that is not `known`: null as soon as it can't be used any more, for
 * then no key must be accepted. Ends when the signal aborts.
 */
export function watchKeysFile(
  path: string,
  known: string,
  changed: (text: string | null, why?: string) => void,
  end: AbortSignal,
): void {
  // Nobody knows which state the known text belongs to: the file may have changed since.
  let state = "unknown";
  let text: string | null = known;
  const look = () => {
    const now = stateOf(path);
    if (now === state) return;
    state = now;
    const before = text;
    let why: string | undefined;
    try {
      text = readKeysFile(path);
    } catch (error) {
      text = null;
      why = reason(error);
    }
    if (text === null || text !== before) changed(text, why);
  };
  const timer = setInterval(look, LOOK_MS);
  end.addEventListener("abort", () => clearInterval(timer));
}

/**
 * Replaces the text of the keys file by what `change` makes of it; null stands for a file that is not there yet. One
 * process at a time, so that no key or revocation is lost; the lock ends with its process.
 */
export function changeKeysFile(path: string, change: (text: string | null) => string): void {
  const file = resolve(path);
  let lock: Deno.FsFile;
  try {
    lock = Deno.openSync(`${file}.lock`, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw new Failure("E001", `Cannot write the keys file ${path} (security.keys): ${reason(error)}`);
  }
  try {
    lock.lockSync(true);
    const exists = stateOf(file) !== "";
    replaceFile(file, change(exists ? readKeysFile(file) : null));
  } finally {
    lock.close();
  }
}

function unusable(path: string): string | undefined {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) return "it is no file";
    if (size > MAX_BYTES) return `it is larger than ${MAX_BYTES} bytes`;
    return openToAll(path);
  } catch (error) {
    return reason(error);
  }
}

/** What changes when the file does; "" where there is none. */
function stateOf(path: string): string {
  try {
    const { mtime, size, ino, mode } = Deno.statSync(path);
    return [mtime?.getTime(), size, ino, mode].join(" ");
  } catch {
    return "";
  }
}
