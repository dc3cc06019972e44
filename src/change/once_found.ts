import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { differences } from "./differences.ts";
import { externalNames, findExternal, findExternals } from "./external_id.ts";
import { type OnceKey, recall, usedOtherwise } from "./once.ts";
import { readRows } from "./records.ts";

/** What a key was used for before. */
export interface FirstCreated {
  ids: number[];
  /** Whether it is certain that the values were the same; else {@link checkSame} has to look at the records. */
  isSame: boolean;
}

/**
 * The records that were created under a key, or null when there are none. Asks the Store, then Odoo itself (one read), so
 * it knows them after a crash and on another replica too. `E008` when the key was used otherwise, or when they were
 * deleted since.
 */
export async function findCreated(
  odoo: Odoo,
  key: OnceKey,
  model: string,
  count: number,
): Promise<FirstCreated | null> {
  const entry = await recall(key);
  const kept = idsOf(entry?.result["ids"]);
  const found = await findExternal(odoo, key.hash);
  if (found === null) {
    if (entry?.state !== "done") return null;
    // An Odoo that gave no external id leaves the Store's word.
    if (entry.result["named"] === false) return { ids: kept, isSame: true };
    throw goneSince(model, kept);
  }
  if (found.model !== model) throw usedOtherwise();
  if (kept.length === count && found.id === kept[0]) return { ids: kept, isSame: true };
  const all = await findExternals(odoo, externalNames(key.hash, count));
  const ids = all.flatMap((one) => one?.id ?? []);
  if (ids.length < count) throw goneSince(model, ids);
  return { ids, isSame: entry !== null };
}

/**
 * Compares records made under a key with the values of its repeat, where the Store has forgotten them. `E008` when they
 * differ and nobody changed the records since; when somebody did, the answer's notes say that it can't be told.
 */
export async function checkSame(odoo: Odoo, model: string, ids: number[], checked: JsonObject[]): Promise<string[]> {
  const fields = await odoo.fields(model);
  const dates = ["create_date", "write_date"].filter((name) => fields.has(name));
  const asked = [...new Set(checked.flatMap(Object.keys))];
  const rows = await readRows(odoo, model, ids, [...asked, ...dates]);
  const other = rows.filter((row) => {
    const values = checked[ids.indexOf(Number(row["id"]))] ?? {};
    return differences(fields, values, row, {}).length > 0;
  });
  if (other.length === 0) return [];
  if (other.some((row) => row["create_date"] === row["write_date"])) throw usedOtherwise();
  return ["The records were changed since; whether the first call had the same values can't be told any more."];
}

/** The numbers of a list, which ids are. */
export function idsOf(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}

function goneSince(model: string, ids: number[]): Failure {
  const left = ids.length > 0 ? ` (${ids.slice(0, 20).map((id) => `#${id}`).join(", ")})` : "";
  return new Failure(
    "E008",
    `Cannot repeat this: records of ${model} that the first call made under this key${left} were deleted since, ` +
      "or can't be seen",
    { hint: "Nothing was changed. To create them anew take a fresh idempotency_key.", details: { model, ids } },
  );
}
