import type { Store } from "../lib/store/store.ts";
import { endOf, isKeyOf, type KeyEntry, prefixOf } from "./keys.ts";

/** The API keys that are good here and now. */
export interface Keyring {
  /** Takes the place of all keys known so far: the keys file was read anew. */
  replace(entries: readonly KeyEntry[]): void;
  /**
   * The entry of a key, or why it is refused (for the log, never for the client). Rejects with `E014` where the Store
   * can't say whether it was revoked.
   */
  find(key: string): Promise<KeyEntry | { why: "unknown" | "expired" | "revoked" }>;
}

/** What a key without an end is remembered for once it was revoked, in ms: ten years. */
const LONG_MS = 10 * 365 * 86_400_000;

/** Compared with where there is no such prefix, so that the time taken does not tell which prefixes exist. */
const NOBODY: KeyEntry = {
  name: "nobody",
  prefix: "00000000",
  hash: "A".repeat(43),
  role: "viewer",
  created: "1970-01-01T00:00:00Z",
  expires: null,
  revoked: null,
};

/**
 * Keys of a file, and revocations from a Store: a revocation works at once on every replica that shares the Store, even
 * where its copy of the keys file is behind.
 */
export function createKeyring(
  store: Pick<Store, "get">,
  entries: readonly KeyEntry[] = [],
  now: () => number = Date.now,
): Keyring {
  let byPrefix = new Map<string, KeyEntry>();
  const replace = (given: readonly KeyEntry[]) => byPrefix = new Map(given.map((entry) => [entry.prefix, entry]));
  replace(entries);
  return {
    replace,
    async find(key) {
      const entry = byPrefix.get(prefixOf(key) ?? "");
      const right = await isKeyOf(entry ?? NOBODY, key);
      if (entry === undefined || !right) return { why: "unknown" };
      const why = endOf(entry, now());
      if (why !== null) return { why };
      return await store.get(revocation(entry.prefix)) === null ? entry : { why: "revoked" };
    },
  };
}

/** Tells all replicas that share the Store that a key is revoked. */
export async function revokeInStore(store: Store, entry: KeyEntry, now: number = Date.now()): Promise<void> {
  const left = entry.expires === null ? LONG_MS : Date.parse(entry.expires) - now;
  if (left > 0) await store.put(revocation(entry.prefix), true, left);
}

function revocation(prefix: string): string {
  return `revoked:${prefix}`;
}
