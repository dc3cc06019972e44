import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";

/** Records as Odoo answers them, and which of the fields could not be read. */
export interface Read {
  rows: JsonObject[];
  /** Names that are missing from every row. */
  dropped: string[];
}

/** Errors that one computed field can cause; of others, asking again in parts would only repeat them. */
const OF_A_FIELD = ["E003", "E004", "E999"];

/** Access to the model itself is refused whatever is read of it. */
function isOfAField({ code, details }: Failure, model: string): boolean {
  return OF_A_FIELD.includes(code) && !(code === "E003" && details["model"] === model);
}

/** Most computed fields that are tried one by one. */
const MOST_TRIES = 20;

/**
 * Reads records by `ask`, which is given field names. On Odoo 14 one computed field that fails takes the whole call down
 * (`crm.lead.ribbon_message` for several records at once); then the stored fields are read without the computed ones, and
 * those one by one, leaving out what still fails.
 */
export async function readRows(
  odoo: Odoo,
  model: string,
  fields: Fields,
  names: string[],
  ask: (names: string[]) => Promise<Json>,
): Promise<Read> {
  try {
    return { rows: rowsOf(await ask(names), model), dropped: [] };
  } catch (error) {
    const computed = names.filter((name) => fields.get(name)?.stored === false);
    const mayHelp = error instanceof Failure && isOfAField(error, model);
    if (!mayHelp || computed.length === 0 || computed.length > MOST_TRIES) throw error;
    const stored = names.filter((name) => !computed.includes(name));
    return await readApart(odoo, model, rowsOf(await ask(stored.length > 0 ? stored : ["id"]), model), computed);
  }
}

async function readApart(odoo: Odoo, model: string, rows: JsonObject[], computed: string[]): Promise<Read> {
  const ids = rows.map((row) => row["id"] as number);
  const dropped: string[] = [];
  if (ids.length === 0) return { rows, dropped };
  await Promise.all(computed.map(async (name) => {
    try {
      const found = rowsOf(await odoo.call(model, "read", { ids, params: { fields: [name] } }), model);
      const byId = new Map(found.map((row) => [row["id"], row[name]]));
      for (const row of rows) row[name] = byId.get(row["id"]!) ?? null;
    } catch (error) {
      if (!(error instanceof Failure) || !isOfAField(error, model)) throw error;
      dropped.push(name);
    }
  }));
  return { rows, dropped };
}

/** An answer of `search_read` or `read`, copied so far that rows can be added to: a cached answer belongs to everyone. */
function rowsOf(answer: Json, model: string): JsonObject[] {
  if (Array.isArray(answer) && answer.every(isObject)) return answer.map((row) => ({ ...row }));
  throw new Failure("E999", `Cannot read ${model}: Odoo's answer is no list of records.`);
}

/** Tells which fields could not be read. */
export function droppedNote(dropped: string[]): string[] {
  return dropped.length === 0 ? [] : [`Odoo could not compute ${dropped.join(", ")}, so it is left out.`];
}
