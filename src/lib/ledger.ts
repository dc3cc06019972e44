import { headFile } from "./head_file.ts";
import type { JsonObject } from "./json.ts";
import { checkLines, hashText, isSigned, type Link, openLine, signLine, signText, START } from "./signed_lines.ts";

/** A file of signed lines that several processes append to. */
export interface Ledger {
  /**
   * Appends one line; `durable` waits until the disk has it. Throws whatever the file system throws, and then nothing was
   * appended. Blocks this thread: for some 0.1 ms, and up to {@link BUSY_MS} while another process appends.
   */
  append(body: JsonObject, durable: boolean): void;
  /**
   * Renames the file to what `name` answers (null leaves it as it is), with `body` as its last line; the next line begins a
   * new file and is tied to that one. For the launcher: it needs the folder.
   */
  rotate(name: () => string | null, body: JsonObject): void;
  close(): void;
}

/** What the file beside says of the last line, so that lines cut from the end are missed. */
export interface Head extends Link {
  /** Bytes of the file up to and with that line. */
  size: number;
}

/** How long to wait for another process that is appending, in ms. */
const BUSY_MS = 2_000;

/** The head is written over in place, so it always has the same length: its write needs no room on a full disk. */
const HEAD_BYTES = 256;

/** Most bytes of lines that are read to find the last one after a crash. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** Opens the file beside, and makes it where it is missing. Throws whatever the file system throws. */
export function openLedger(file: string, key: Uint8Array): Ledger {
  return new FileLedger(file, key, openForAll(headFile(file), false));
}

/** What the file beside says; null where it is missing, or was not written with this key. */
export function readHead(file: string, key: Uint8Array): Head | null {
  try {
    return parseHead(key, Deno.readTextFileSync(headFile(file)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

class FileLedger implements Ledger {
  readonly #file: string;
  readonly #key: Uint8Array;
  readonly #head: Deno.FsFile;
  /** What this process wrote last, which it need not check again. */
  #wrote: { text: string; head: Head } | undefined;
  #open: { handle: Deno.FsFile; ino: number | null } | undefined;

  constructor(file: string, key: Uint8Array, head: Deno.FsFile) {
    this.#file = file;
    this.#key = key;
    this.#head = head;
  }

  append(body: JsonObject, durable: boolean): void {
    this.#alone(() => this.#append(body, durable));
  }

  rotate(name: () => string | null, body: JsonObject): void {
    this.#alone(() => {
      const archive = name();
      if (archive === null) return;
      const link = this.#append(body, true);
      Deno.renameSync(this.#file, archive);
      this.#writeHead({ ...link, size: 0 });
    });
  }

  close(): void {
    this.#open?.handle.close();
    this.#open = undefined;
    this.#head.close();
  }

  /** The head's file is the lock of all: it is never renamed. */
  #alone(run: () => void): void {
    for (let waited = 0; !this.#head.tryLockSync(true); waited += 5) {
      if (waited >= BUSY_MS) throw new Error("another process keeps the file locked");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
    try {
      run();
    } finally {
      this.#head.unlockSync();
    }
  }

  #append(body: JsonObject, durable: boolean): Link {
    const handle = this.#current();
    const { size } = handle.statSync();
    const { link: after, torn } = this.#last(size);
    const { text, link } = signLine(this.#key, after, body);
    const bytes = new TextEncoder().encode(`${torn ? "\n" : ""}${text}\n`);
    try {
      for (let sent = 0; sent < bytes.length;) sent += handle.writeSync(bytes.subarray(sent));
      if (durable) handle.syncDataSync();
    } catch (error) {
      try {
        handle.truncateSync(size);
      } catch { /* then the next line begins behind what is left of this one, and a check names it */ }
      throw error;
    }
    this.#writeHead({ ...link, size: size + bytes.length });
    return link;
  }

  /** The file by its name: it may have been renamed by another process, or removed by somebody. */
  #current(): Deno.FsFile {
    const ino = inode(this.#file);
    if (this.#open !== undefined && ino !== undefined && ino === this.#open.ino) return this.#open.handle;
    this.#open?.handle.close();
    this.#open = undefined;
    const handle = openForAll(this.#file, true);
    this.#open = { handle, ino: handle.statSync().ino };
    return handle;
  }

  /** The last line's link, and whether the file ends within a line. */
  #last(size: number): { link: Link; torn: boolean } {
    const head = this.#readHead();
    if (head !== null && head.size === size) return { link: head, torn: false };
    if (size === 0) return { link: head ?? START, torn: false };
    // Longer than the head says: a process ended between line and head. Shorter: somebody cut it, and a check shows that.
    const from = head === null || head.size > size ? Math.max(0, size - TAIL_BYTES) : head.size;
    const text = readFrom(this.#file, from);
    const torn = !text.endsWith("\n");
    if (head !== null && head.size > size) return { link: head, torn };
    if (head !== null) return { link: checkLines(this.#key, text, head).last ?? head, torn };
    const line = text.split("\n").filter((one) => one !== "").at(-1) ?? "";
    return { link: openLine(this.#key, line)?.link ?? { n: 0, hash: hashText(line) }, torn };
  }

  #readHead(): Head | null {
    const bytes = new Uint8Array(HEAD_BYTES);
    this.#head.seekSync(0, Deno.SeekMode.Start);
    const text = new TextDecoder().decode(bytes.subarray(0, this.#head.readSync(bytes) ?? 0));
    return text === this.#wrote?.text ? this.#wrote.head : parseHead(this.#key, text);
  }

  #writeHead({ n, hash, size }: Head): void {
    const plain = JSON.stringify({ n, hash, size });
    const text = `${`${plain.slice(0, -1)},"sig":"${signText(this.#key, plain)}"}`.padEnd(HEAD_BYTES - 1)}\n`;
    try {
      this.#head.seekSync(0, Deno.SeekMode.Start);
      this.#head.writeSync(new TextEncoder().encode(text));
      this.#wrote = { text, head: { n, hash, size } };
    } catch { /* the line stands; the next one is found behind the old head */ }
  }
}

function parseHead(key: Uint8Array, text: string): Head | null {
  const [, front, sig = ""] = /^(\{.*),"sig":"([A-Za-z0-9_-]{43})"\}\s*$/.exec(text) ?? [];
  return front === undefined || !isSigned(key, `${front}}`, sig) ? null : JSON.parse(`${front}}`);
}

/** Readable by this user alone from its first moment. */
function openForAll(file: string, append: boolean): Deno.FsFile {
  return Deno.openSync(file, { read: true, create: true, mode: 0o600, ...(append ? { append } : { write: true }) });
}

function inode(file: string): number | null | undefined {
  try {
    return Deno.statSync(file).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function readFrom(file: string, from: number): string {
  const handle = Deno.openSync(file, { read: true });
  try {
    const bytes = new Uint8Array(handle.statSync().size - from);
    handle.seekSync(from, Deno.SeekMode.Start);
    let length = 0;
    for (let more: number | null = 1; more !== null && length < bytes.length; length += more ?? 0) {
      more = handle.readSync(bytes.subarray(length));
    }
    return new TextDecoder().decode(bytes.subarray(0, length));
  } finally {
    handle.close();
  }
}
