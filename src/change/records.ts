import { SIZES_ONLY, visible } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";

/** How a record is called in answers and plans. The name is null where it has none. */
export interface Label {
  id: number;
  display_name: string | null;
}

/** Most records one change may touch: what Odoo writes within a deadline, and what a person can oversee. */
export const MAX_RECORDS = 1000;

/** Ids ready for use: each once, at least one, at most {@link MAX_RECORDS}. */
export function checkIds(model: string, ids: readonly number[]): number[] {
  const once = [...new Set(ids)];
  const bad = once.find((id) => !Number.isInteger(id) || id < 1 || id > 2 ** 31 - 1);
  if (bad !== undefined) {
    throw new Failure("E004", `Cannot use ids: ${bad} is no id`, { hint: "Ids are whole numbers from 1." });
  }
  // Odoo runs a record method without ids on nothing, and answers true.
  if (once.length === 0) {
    throw new Failure("E004", `Cannot change ${model}: ids is empty`, { hint: "Give the ids of records." });
  }
  checkCount(model, once.length);
  return once;
}

/** Refuses more records than one change may touch (`E012`). */
export function checkCount(model: string, count: number): void {
  if (count <= MAX_RECORDS) return;
  throw new Failure("E012", `Cannot change ${count} records of ${model} at once: ${MAX_RECORDS} is the most`, {
    hint: `Send them in parts of ${MAX_RECORDS}.`,
    details: { limit: MAX_RECORDS, count },
  });
}

/**
 * Reads records as they are now, past every cache, in the order of `ids`. Binary values come as their size. Records that
 * don't exist are left out; what Odoo itself refuses to show is a Failure.
 */
export async function readRows(odoo: Odoo, model: string, ids: number[], fields: string[]): Promise<JsonObject[]> {
  const wanted = [...new Set(["display_name", ...fields])];
  const answer = await odoo.call(model, "read", {
    ids,
    params: { fields: wanted },
    context: SIZES_ONLY,
    cache: "never",
  });
  return Array.isArray(answer) ? answer.filter(isObject) : [];
}

/**
 * {@link readRows} of records that must all exist: `E005` names those that don't, before anything is changed. A column is
 * read as well, because 19 answers ids that don't exist unless it has to look into the table.
 */
export async function readExisting(
  odoo: Odoo,
  model: string,
  ids: number[],
  fields: string[] = [],
): Promise<JsonObject[]> {
  const column = (await odoo.fields(model)).has("write_date") ? ["write_date"] : [];
  const rows = await readRows(odoo, model, ids, [...fields, ...column]).catch((error: unknown) => {
    throw error instanceof Failure && error.code === "E005" ? missing(model, ids, error.message) : error;
  });
  const found = new Set(rows.map((row) => row["id"]));
  const absent = ids.filter((id) => !found.has(id));
  if (absent.length > 0) throw missing(model, absent, `there is no record ${absent.map((id) => `#${id}`).join(", ")}`);
  return rows;
}

function missing(model: string, ids: number[], why: string): Failure {
  return new Failure("E005", `Cannot change ${model}: ${why}. Nothing was changed`, {
    hint: "Search for the records; they may have been deleted.",
    details: { model, missing: ids },
  });
}

/** The label of a row that was read. */
export function labelOf(row: JsonObject): Label {
  const name: Json | undefined = row["display_name"];
  const text = typeof name === "string" ? visible(name).replace(/\s+/g, " ").trim() : "";
  return { id: Number(row["id"]), display_name: text === "" ? null : text };
}
