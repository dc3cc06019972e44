import { Failure } from "../failure.ts";
import type { Json } from "../json.ts";
import { MOST_BYTES, roomFor, type Store } from "./store.ts";

/** How a Store in memory differs from the usual one. */
export interface MemoryStoreOptions {
  /** The clock, in ms since 1970. */
  now?: () => number;
  /** Most bytes of values, about. */
  most?: number;
}

/** A Store that ends with the process: for the demo company, and where no file can be written. */
export function memoryStore({ now = Date.now, most = MOST_BYTES }: MemoryStoreOptions = {}): Store {
  const kept = new Map<string, { text: string; expires: number }>();
  let bytes = 0;

  const forget = (key: string) => {
    bytes -= kept.get(key)?.text.length ?? 0;
    kept.delete(key);
  };
  const find = (key: string) => {
    const found = kept.get(key);
    if (found === undefined || found.expires > now()) return found;
    forget(key);
    return undefined;
  };
  const put = (key: string, value: Json, ttlMs: number) => {
    // As text, so that nobody changes what is stored, and a value reads the same from every Store.
    const text = JSON.stringify(value);
    const limit = roomFor(key, most);
    if (bytes + text.length > limit) { for (const old of [...kept.keys()]) find(old); }
    if (bytes + text.length > limit) throw full();
    forget(key);
    kept.set(key, { text, expires: now() + ttlMs });
    bytes += text.length;
  };

  return {
    lasting: false,
    get: (key) => Promise.resolve(find(key)).then((found) => found === undefined ? null : JSON.parse(found.text)),
    put: (key, value, ttlMs) => attempt(() => put(key, value, ttlMs)),
    putNew: (key, value, ttlMs) =>
      attempt(() => {
        if (find(key) !== undefined) return false;
        put(key, value, ttlMs);
        return true;
      }),
    delete: (key) => attempt(() => forget(key)),
    close: () => kept.clear(),
  };
}

function attempt<T>(run: () => T): Promise<T> {
  return new Promise((resolve) => resolve(run()));
}

/** The Store holds as much as it may: to make room would break a promise given earlier. */
export function full(): Failure {
  return new Failure("E014", "Cannot keep what this needs: the store of this server is full", {
    hint: "It empties as entries expire; an operator can shorten undo.keep_s.",
    retryable: true,
    details: { retry_after_s: 600 },
  });
}
