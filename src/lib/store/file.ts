import type { DatabaseSync } from "node:sqlite";
import { Failure } from "../failure.ts";
import type { Json } from "../json.ts";
import { createEnvelope, type Envelope } from "./envelope.ts";
import { full } from "./memory.ts";
import { MOST_BYTES, roomFor, type Store } from "./store.ts";

/** Where and how values are kept. */
export interface FileStoreOptions {
  /** Path of the SQLite file; it is made where it is missing, its folder is not. */
  file: string;
  /** The secret everything in the file is sealed with; processes that share the file share it. */
  secret: string;
  /** The clock, in ms since 1970. */
  now?: () => number;
  most?: number;
}

/** How long a call waits for another process that is writing, in ms. Writing takes a few; the thread waits meanwhile. */
const BUSY_MS = 2_000;

/** How often what has expired is swept out, in ms. */
const SWEEP_MS = 60_000;

/**
 * SQLite's classic journal, not WAL: a commit is on the disk when it is answered, several processes may write, and it
 * needs neither shared memory nor files beside the journal, which mounted volumes of containers don't always allow.
 */
const SET_UP = `
  PRAGMA journal_mode = DELETE;
  PRAGMA synchronous = FULL;
  PRAGMA auto_vacuum = INCREMENTAL;
  CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS kept_expires ON kept (expires);
`;

/**
 * Opens a Store in a file. Values are sealed (AES-256-GCM), keys hashed, so the file alone tells nothing; a value that
 * was changed, moved to another key or sealed with another secret counts as absent. Throws whatever SQLite throws.
 */
export async function openFileStore(options: FileStoreOptions): Promise<Store> {
  const { file, secret, now = Date.now, most = MOST_BYTES } = options;
  const envelope = await createEnvelope(secret, "store");
  // Loaded here and not above: a server that changes nothing never pays for it.
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    database.exec(SET_UP);
  } catch (error) {
    database.close();
    throw error;
  }
  return new FileStore(database, envelope, now, most);
}

class FileStore implements Store {
  readonly lasting = true;
  readonly #envelope: Envelope;
  readonly #now: () => number;
  readonly #most: number;
  readonly #database: DatabaseSync;
  #swept = 0;

  constructor(database: DatabaseSync, envelope: Envelope, now: () => number, most: number) {
    this.#database = database;
    this.#envelope = envelope;
    this.#now = now;
    this.#most = most;
  }

  async get(key: string): Promise<Json | null> {
    const name = await this.#envelope.name(key);
    const found = this.#run("SELECT value FROM kept WHERE key = ? AND expires > ?", name, this.#now()).row;
    return found?.["value"] instanceof Uint8Array ? await this.#envelope.open(found["value"], name) : null;
  }

  async put(key: string, value: Json, ttlMs: number): Promise<void> {
    await this.#write(key, value, ttlMs, "");
  }

  async putNew(key: string, value: Json, ttlMs: number): Promise<boolean> {
    return await this.#write(key, value, ttlMs, "WHERE kept.expires <= ?") === 1;
  }

  async delete(key: string): Promise<void> {
    this.#run("DELETE FROM kept WHERE key = ?", await this.#envelope.name(key));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Answers how many rows were written: one, or none where `condition` kept the old one. */
  async #write(key: string, value: Json, ttlMs: number, condition: string): Promise<number> {
    const name = await this.#envelope.name(key);
    const sealed = await this.#envelope.seal(value, name);
    const now = this.#now();
    this.#sweep(now);
    if (this.#used() + sealed.length > roomFor(key, this.#most)) {
      this.#sweep(now, true);
      if (this.#used() + sealed.length > roomFor(key, this.#most)) throw full();
    }
    const upsert = "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE " +
      `SET value = excluded.value, expires = excluded.expires ${condition} RETURNING 1 AS done`;
    const values = [name, sealed, now + ttlMs, ...(condition === "" ? [] : [now])];
    return this.#run(upsert, ...values).row === undefined ? 0 : 1;
  }

  #sweep(now: number, atOnce = false): void {
    if (!atOnce && now - this.#swept < SWEEP_MS) return;
    this.#swept = now;
    this.#run("DELETE FROM kept WHERE expires <= ?", now);
    this.#run("PRAGMA incremental_vacuum");
  }

  /** Bytes of the file that hold something. */
  #used(): number {
    const pragma = (name: string) => Number(this.#run(`PRAGMA ${name}`).row?.[name] ?? 0);
    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): { row: Record<string, unknown> | undefined } {
    try {
      return { row: this.#database.prepare(sql).all(...values)[0] };
    } catch (cause) {
      throw new Failure("E014", "Cannot use the store of this server: its file is busy or can't be written", {
        hint: "Try again in a moment; the operator finds the reason in the log.",
        retryable: true,
        cause,
      });
    }
  }
}
