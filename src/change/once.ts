import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Store } from "../lib/store/store.ts";
import type { Odoo } from "../odoo/mod.ts";
import { hashOf } from "./external_id.ts";
import { isUncertain } from "./send.ts";

/** How long first results are remembered in the Store. What stands in Odoo itself stays as long as its record. */
const KEEP_MS = 7 * 24 * 3600_000;

/** So long after it was sent, Odoo is surely not at it any more: its workers are killed after minutes. */
const UNDER_WAY_MS = 15 * 60_000;

/** An idempotency key of one caller and Odoo user, with what it was used for. */
export interface OnceKey {
  /** Stands for Instance, Odoo user, caller and key; 40 hexadecimal digits. */
  readonly hash: string;
  /** Hash of what is to be done: another one under the same key is a mistake. */
  readonly payload: string;
  readonly store: Store;
}

/** What the Store remembers of a key. */
export interface OnceEntry {
  payload: string;
  state: "sent" | "done";
  /** The first result, once done. */
  result: JsonObject;
}

/** What {@link onlyOnce} answers. */
export interface OnceResult {
  result: JsonObject;
  /** It was done by an earlier call. */
  repeated: boolean;
  /** What the caller should know, mostly none. */
  notes: string[];
}

/** Makes the key of a call. `payload` is everything that it is to do. `E004` for a key of no use. */
export async function onceKey(
  odoo: Odoo,
  options: { caller: string; store: Store },
  key: string,
  payload: Json,
): Promise<OnceKey> {
  if (key.trim() === "" || key.length > 255) {
    throw new Failure("E004", "Cannot use idempotency_key: it has no character, or more than 255", {
      hint: "Take a fresh UUID for each thing to be made.",
    });
  }
  const { id } = await odoo.user();
  return {
    hash: await hashOf([odoo.instance, id, options.caller, key]),
    payload: await hashOf(payload),
    store: options.store,
  };
}

/** The key of a part (a chunk of a batch) of what a key is for. */
export async function partOf(key: OnceKey, part: string, payload: Json): Promise<OnceKey> {
  return { ...key, hash: await hashOf([key.hash, part]), payload: await hashOf(payload) };
}

/** What the Store remembers of the key, or null. `E008` when the key was used for something else. */
export async function recall(key: OnceKey): Promise<OnceEntry | null> {
  const entry = await key.store.get(`once:${key.hash}`);
  if (!isObject(entry)) return null;
  if (entry["payload"] !== key.payload) throw usedOtherwise();
  const { payload, state, result } = entry as unknown as OnceEntry;
  return { payload, state, result };
}

/** Remembers that something is about to be done for the key. Rejects where the Store can't: nothing was sent then. */
export async function rememberSent(key: OnceKey): Promise<void> {
  await put(key, "sent", {});
}

/** Remembers the first result. It is done, so a Store that can't keep it makes a note of it and no failure. */
export async function rememberDone(key: OnceKey, result: JsonObject): Promise<string[]> {
  try {
    await put(key, "done", result);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [`It is done, but the store of this server could not keep the result for a repeat: ${error.message}.`];
  }
}

function put(key: OnceKey, state: OnceEntry["state"], result: JsonObject): Promise<void> {
  return key.store.put(`once:${key.hash}`, { payload: key.payload, state, result }, KEEP_MS);
}

/** What surely did not happen leaves the key free, for a corrected call too. */
export async function forget(key: OnceKey): Promise<void> {
  await quietly(key.store.delete(`once:${key.hash}`));
}

/** What was left in the Store expires by itself, so failing to take it out must not hide how the call ended. */
async function quietly(deleting: Promise<void>): Promise<void> {
  try {
    await deleting;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/**
 * Does what nothing in Odoo can tell apart (a message, a create whose values don't fit `load`) once for a key, as far as
 * the Store goes: a repeat answers the first result. When it was sent and its outcome is not known, a repeat is `E009`:
 * for good, or, where `run` itself looks first whether it is there, for the 15 minutes that Odoo may still be at it. What
 * surely did not happen may be repeated.
 */
export async function onlyOnce(
  key: OnceKey,
  check: string,
  run: () => Promise<JsonObject>,
  { looksFirst }: { looksFirst: boolean },
): Promise<OnceResult> {
  const entry = await recall(key);
  if (entry?.state === "done") return { result: entry.result, repeated: true, notes: [] };
  if (entry !== null && !looksFirst) throw cutOff(check);
  const lock = `once-under-way:${key.hash}`;
  if (!await key.store.putNew(lock, true, UNDER_WAY_MS)) throw underWay(check);
  try {
    await rememberSent(key);
    const result = await run();
    const notes = await rememberDone(key, result);
    if (notes.length === 0) await quietly(key.store.delete(lock));
    return { result, repeated: false, notes };
  } catch (error) {
    if (error instanceof Failure && !isUncertain(error)) {
      await quietly(key.store.delete(lock));
      await forget(key);
    }
    throw error;
  }
}

/** The key stands for something else already. */
export function usedOtherwise(): Failure {
  return new Failure(
    "E008",
    "Cannot use idempotency_key: it was used before with other arguments. Nothing was changed",
    {
      hint: "A repeat must be the same call. Take a fresh key for something new.",
    },
  );
}

function cutOff(check: string): Failure {
  return new Failure(
    "E009",
    "Cannot repeat this: the first call with this idempotency_key was cut off, or is under way",
    {
      hint: `${check} Is it surely not there, repeat it with a fresh key.`,
      applied: "unknown",
      details: { check },
    },
  );
}

function underWay(check: string): Failure {
  return new Failure("E009", "Cannot repeat this: a call with the same idempotency_key is under way, or was cut off", {
    hint: `${check} A quarter of an hour after the first call it may be repeated with the same key.`,
    applied: "unknown",
    details: { check },
  });
}
