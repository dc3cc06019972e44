import { isObject } from "../lib/json.ts";
import { toBase64Url } from "../lib/seal.ts";

/** One API key as the keys file holds it: everything but the key. */
export interface KeyEntry {
  /** Whose it is; two keys have one name while one replaces the other. */
  name: string;
  /** The part of the key that may be shown: it finds the entry. */
  prefix: string;
  /** SHA-256 of the key in base64url. */
  hash: string;
  role: string;
  /** Times are ISO 8601 in UTC. */
  created: string;
  /** From when on it is refused; null for never. */
  expires: string | null;
  revoked: string | null;
}

/** What names of keys look like: they stand in logs and on command lines. */
export const KEY_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What names of roles look like. */
export const ROLE_NAME = /^[a-z][a-z0-9_-]{0,39}$/;

const KEY = /^omcp_([a-z0-9]{8})_[A-Za-z0-9_-]{43}$/;
const PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Whether a text claims to be one of our keys, right or wrong. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith("omcp_");
}

/** The visible prefix of a key, or null for what can be none. */
export function prefixOf(text: string): string | null {
  return KEY.exec(text)?.[1] ?? null;
}

/** A new key `omcp_<prefix>_<secret>` and what is kept of it. The secret is 256 random bits. */
export async function createKey(
  given: Pick<KeyEntry, "name" | "role" | "expires">,
  now: number = Date.now(),
): Promise<{ key: string; entry: KeyEntry }> {
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const prefix = Array.from(
    crypto.getRandomValues(new Uint32Array(8)),
    (number) => PREFIX_LETTERS[number % PREFIX_LETTERS.length],
  ).join("");
  const key = `omcp_${prefix}_${secret}`;
  const entry = {
    name: given.name,
    prefix,
    hash: await hashOf(key),
    role: given.role,
    created: new Date(now).toISOString(),
    expires: given.expires,
    revoked: null,
  };
  return { key, entry };
}

/**
 * One round of SHA-256, on purpose: a slow hash guards passwords, which can be guessed. 256 random bits can't be, at any
 * speed, and a slow hash would let strangers keep the server busy with wrong keys.
 */
async function hashOf(key: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))));
}

/** Whether this is the entry's key. Takes the same time wherever they differ. */
export async function isKeyOf(entry: KeyEntry, key: string): Promise<boolean> {
  const hash = await hashOf(key);
  let difference = hash.length ^ entry.hash.length;
  for (let at = 0; at < hash.length; at++) difference |= hash.charCodeAt(at) ^ entry.hash.charCodeAt(at);
  return difference === 0;
}

/** Why an entry's key is refused at a moment (ms since 1970), or null. */
export function endOf(entry: KeyEntry, now: number): "expired" | "revoked" | null {
  if (entry.revoked !== null) return "revoked";
  return entry.expires !== null && Date.parse(entry.expires) <= now ? "expired" : null;
}

/** The text of a keys file. */
export function writeKeys(entries: readonly KeyEntry[]): string {
  return JSON.stringify({ version: 1, keys: entries }, null, 2) + "\n";
}

/** The entries of a keys file, or what is wrong with it. Refuses as a whole: half a list might lack a revocation. */
export function readKeys(text: string): { entries: KeyEntry[] } | { problem: string } {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return { problem: "it is not JSON" };
  }
  if (!isObject(file) || file["version"] !== 1 || !Array.isArray(file["keys"])) {
    return { problem: "it is no list of keys of version 1" };
  }
  const entries: KeyEntry[] = [];
  for (const [index, item] of file["keys"].entries()) {
    const entry = readEntry(item);
    if (typeof entry === "string") return { problem: `its key number ${index + 1} has no valid ${entry}` };
    if (entries.some(({ prefix }) => prefix === entry.prefix)) {
      return { problem: `two of its keys have the prefix ${entry.prefix}` };
    }
    entries.push(entry);
  }
  return { entries };
}

/** The entry, or the name of what is wrong with it. */
function readEntry(item: unknown): KeyEntry | string {
  if (!isObject(item)) return "form";
  const { name, prefix, hash, role, created, expires, revoked, ...more } = item;
  if (!matches(name, KEY_NAME)) return "name";
  if (!matches(prefix, /^[a-z0-9]{8}$/)) return "prefix";
  if (!matches(hash, /^[A-Za-z0-9_-]{43}$/)) return "hash";
  if (!matches(role, ROLE_NAME)) return "role";
  if (!isTime(created)) return "created";
  if (expires !== null && !isTime(expires)) return "expires";
  if (revoked !== null && !isTime(revoked)) return "revoked";
  const [strange] = Object.keys(more);
  return strange === undefined ? { name, prefix, hash, role, created, expires, revoked } : `meaning for ${strange}`;
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

function isTime(value: unknown): value is string {
  return matches(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) && !Number.isNaN(Date.parse(value));
}
