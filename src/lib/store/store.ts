import type { Json } from "../json.ts";

/**
 * What must outlive a process or be shared by replicas: used plans, before-images, first results by key. A cache may be
 * lost; what stands here may not before its time. Keys are texts of the form `kind:…`; every value expires. Rejects with
 * a Failure (`E014`) where it can't be reached or is full; nothing was stored then.
 */
export interface Store {
  /** Whether values outlive this process, as far as is known: a file that can't be opened shows at the first use. */
  readonly lasting: boolean;
  /** The value, or null when there is none or it has expired. */
  get(key: string): Promise<Json | null>;
  /** Stores a value for `ttlMs` milliseconds, over whatever is there. */
  put(key: string, value: Json, ttlMs: number): Promise<void>;
  /** Stores a value unless there is one. True for exactly one of several at once, in all processes. */
  putNew(key: string, value: Json, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  close(): void;
}

/** Most bytes a Store holds. Before-images may take half of it, so that they never keep plans and results out. */
export const MOST_BYTES = 128 * 1024 * 1024;

/** Most bytes that may be stored when this key is written. */
export function roomFor(key: string, most: number): number {
  return key.startsWith("undo:") ? most / 2 : most;
}
