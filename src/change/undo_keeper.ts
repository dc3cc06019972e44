import { Failure } from "../lib/failure.ts";
import { canonicalJson, isObject, type Json } from "../lib/json.ts";
import { toBase64Url } from "../lib/seal.ts";
import type { Store } from "../lib/store/store.ts";
import type { UndoImage } from "./undo_image.ts";

/** How a change can be taken back, as its answer says it; `until` is ISO. */
export type UndoOffer = { token: string; until: string; note?: string } | { impossible: string };

/** A change that can be taken back. */
export interface KeptImage {
  image: UndoImage;
  /** When the change was made, in ms since 1970. */
  at: number;
}

/** Keeps the before-images of one caller's changes in one Instance. */
export interface UndoKeeper {
  /** Never rejects: the change has happened already. Says instead why it can't be undone. */
  keep(image: UndoImage): Promise<UndoOffer>;
  /** The image of a token. `E005`, with the reason, when there is none (any more). */
  find(token: string): Promise<KeptImage>;
  /** Uses a token up: of several at once one goes on, the others are `E005`. */
  claim(token: string): Promise<void>;
  /** Makes a claimed token usable again, where nothing was undone. */
  release(token: string): Promise<void>;
}

/** Largest image that is kept, in characters of JSON. */
const MOST = 4 * 1024 * 1024;

/** A keeper for one caller; the Store is the Instance's own. `keepMs` is how long a change can be undone. */
export function createUndoKeeper(
  { store, caller, keepMs, now = Date.now }: { store: Store; caller: string; keepMs: number; now?: () => number },
): UndoKeeper {
  const keyOf = (token: string) => `undo:${canonicalJson([caller, token])}`;
  const usedKey = (token: string) => `undone:${canonicalJson([caller, token])}`;

  return {
    async keep(image) {
      const at = now();
      const value = JSON.parse(JSON.stringify({ image, at })) as Json;
      if (JSON.stringify(value).length > MOST) return { impossible: "the values before it are too large to keep" };
      // The token says when it ends, so that an expired one is told from a wrong one though nothing is left of it.
      const ends = Math.floor((at + keepMs) / 1000);
      const token = `${ends.toString(36)}-${toBase64Url(crypto.getRandomValues(new Uint8Array(16)))}`;
      try {
        await store.put(keyOf(token), value, keepMs);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { impossible: `what was there before could not be kept: ${error.message}` };
      }
      const until = new Date(ends * 1000).toISOString().replace(".000Z", "Z");
      return { token, until, ...(!store.lasting && { note: "only until this server stops" }) };
    },
    async find(token) {
      if (await store.get(usedKey(token)) !== null) throw used();
      const kept = await store.get(keyOf(token));
      if (!isObject(kept) || !isObject(kept["image"])) throw unknown(token, now());
      return { image: kept["image"] as unknown as UndoImage, at: Number(kept["at"]) };
    },
    async claim(token) {
      if (!await store.putNew(usedKey(token), true, keepMs)) throw used();
    },
    release: (token) => store.delete(usedKey(token)),
  };
}

function used(): Failure {
  return new Failure("E005", "Cannot undo this: it was undone already, and a token works once", {
    hint: "Read the records to see how they are now.",
    details: { reason: "used" },
  });
}

function unknown(token: string, now: number): Failure {
  const ends = /^[0-9a-z]{6,8}(?=-[\w-]{22}$)/.exec(token)?.[0];
  const expired = ends !== undefined && parseInt(ends, 36) * 1000 <= now;
  const message = expired
    ? `the time for it ended at ${new Date(parseInt(ends, 36) * 1000).toISOString().replace(".000Z", "Z")}`
    : "nothing is kept under this token";
  return new Failure("E005", `Cannot undo this: ${message}`, {
    hint: expired
      ? "Change the records back with update_record; an operator sets undo.keep_s."
      : "Give the token exactly as the change answered it, to the same server and instance, as the same caller.",
    details: { reason: expired ? "expired" : "unknown" },
  });
}
