import { canonicalJson, isObject, type Json } from "../lib/json.ts";
import { MAX_INTEGER } from "./check_value.ts";
import { refuse } from "./refuse.ts";

/**
 * A place in a list, opaque to callers: the offset and what list it belongs to. Paging goes by offset, so records that
 * are created or deleted meanwhile move the rest by one place.
 */
export async function makeCursor(offset: number, list: Json): Promise<string> {
  return btoa(JSON.stringify([offset, await digest(list)])).replaceAll("+", "-").replaceAll("/", "_").replace(
    /=+$/,
    "",
  );
}

/** The offset a cursor stands for; `E004` for anything else, and for a cursor of another list. */
export async function readCursor(cursor: string, list: Json): Promise<number> {
  const parsed = parse(cursor);
  const [offset, hash] = Array.isArray(parsed) ? parsed : [];
  if (typeof offset !== "number" || !Number.isInteger(offset) || offset < 0 || offset > MAX_INTEGER) {
    refuse("cursor", "it is no cursor of this server", { hint: 'Take "next" of the answer before, unchanged.' });
  }
  if (hash !== await digest(list)) {
    refuse("cursor", "it belongs to another question", {
      hint:
        "Repeat the arguments of the answer before (model, conditions, order) with its cursor, or start without one.",
    });
  }
  return offset;
}

/** The offset a page starts at, from a cursor or a number. */
export async function readOffset(
  { cursor, offset }: { cursor?: string | undefined; offset?: number | undefined },
  list: Json,
): Promise<number> {
  if (cursor !== undefined && offset !== undefined) {
    refuse("offset", "cursor is given as well", { hint: "Give one of the two." });
  }
  if (cursor !== undefined) return await readCursor(cursor, list);
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

async function digest(list: Json): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(list)));
  return new Uint8Array(bytes).subarray(0, 8).toHex();
}
