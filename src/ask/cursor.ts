import { canonicalJson, isObject, type Json } from "../lib/json.ts";
import { MAX_INTEGER } from "./check_value.ts";
import { refuse } from "./refuse.ts";

/**
 * A place in a list, opaque to callers: the offset and what list it belongs to. Paging goes by offset, so records that
 * are created or deleted meanwhile move the rest by one place.
 */
export function makeCursor(offset: number, list: Json): string {
  return btoa(JSON.stringify([offset, digest(list)])).replaceAll("+", "-").replaceAll("/", "_").replace(
    /=+$/,
    "",
  );
}

/** The offset a cursor stands for; `E004` for anything else, and for a cursor of another list. */
export function readCursor(cursor: string, list: Json): number {
  const parsed = parse(cursor);
  const [offset, hash] = Array.isArray(parsed) ? parsed : [];
  if (typeof offset !== "number" || !Number.isInteger(offset) || offset < 0 || offset > MAX_INTEGER) {
    refuse("cursor", "it is no cursor of this server", { hint: 'Take "next" of the answer before, unchanged.' });
  }
  if (hash !== digest(list)) {
    refuse("cursor", "it belongs to another question", {
      hint:
        "Repeat the arguments of the answer before (model, conditions, order) with its cursor, or start without one.",
    });
  }
  return offset;
}

/** The offset a page starts at, from a cursor or a number. */
export function readOffset(
  { cursor, offset }: { cursor?: string | undefined; offset?: number | undefined },
  list: Json,
): number {
  if (cursor !== undefined && offset !== undefined) {
    refuse("offset", "cursor is given as well", { hint: "Give one of the two." });
  }
  if (cursor !== undefined) return readCursor(cursor, list);
  if (offset === undefined) return 0;
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_INTEGER) {
    refuse("offset", `${offset} is no number of records to skip`, { hint: "Use a whole number from 0." });
  }
  return offset;
}

function parse(cursor: string): Json {
  try {
    const value: Json = JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")));
    return isObject(value) ? null : value;
  } catch {
    return null;
  }
}

/**
 * Tells lists apart that a caller mixed up: no secret, no defence, so two plain 32-bit sums (FNV-1a, forwards and backwards) do.
 * SHA-256 would leave the thread and come back in another turn of the event loop, which costs a request 0.15 ms.
 */
function digest(list: Json): string {
  const text = canonicalJson(list);
  let [first, second] = [0x811c9dc5, 0x811c9dc5];
  for (let at = 0; at < text.length; at++) {
    first = Math.imul(first ^ text.charCodeAt(at), 0x01000193);
    second = Math.imul(second ^ text.charCodeAt(text.length - 1 - at), 0x01000193);
  }
  return [first, second].map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
}
