import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";

/** Records as Odoo answers them, and which of the fields could not be read. */
export interface Read {
  rows: JsonObject[];
  /** Names that are missing from every row. */
  dropped: string[];
}

/** Errors that one field can cause; of others, asking again in parts would only repeat them. */
const OF_A_FIELD = ["E003", "E004", "E999"];

/** Access to the model itself is refused whatever is read of it. */
function isOfAField({ code, details }: Failure, model: string): boolean {
  if (code === "E003" && details["model"] === model) return namedBy(details).length > 0;
  return OF_A_FIELD.includes(code);
}

/** The fields that a refusal is about, where Odoo says so. */
function namedBy(details: JsonObject): Json[] {
  return Array.isArray(details["fields"]) ? details["fields"] : [];
}

/** Most requests that find out which fields fail; whatever is not tried by then is left out. */
const MOST_TRIES = 24;

/**
 * Reads records by `ask`, which is given field names. One field can take the whole call down: on Odoo 14 a computed one
 * that fails (`crm.lead.ribbon_message` for several records at once), on all versions one that looks at what the user may
 * not. Then the others are read, and the doubtful ones (computed, x2many, named by the refusal) by halves, leaving out
 * what still fails.
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
    if (!(error instanceof Failure) || !isOfAField(error, model)) throw error;
    const named = namedBy(error.details);
    const isDoubtful = (name: string) => {
      const field = fields.get(name);
      return field?.stored === false || field?.type === "one2many" || field?.type === "many2many" ||
        named.includes(name);
    };
    const doubtful = names.filter((name) => isDoubtful(name) && name !== "id");
    if (doubtful.length === 0) throw error;
    const sure = names.filter((name) => !isDoubtful(name) && name !== "id");
    return await readApart(odoo, model, rowsOf(await ask(sure.length > 0 ? sure : ["id"]), model), doubtful);
  }
}

async function readApart(odoo: Odoo, model: string, rows: JsonObject[], doubtful: string[]): Promise<Read> {
  const ids = rows.map((row) => row["id"] as number);
  const dropped: string[] = [];
  if (ids.length === 0) return { rows, dropped };
  let tries = 0;
  // All of them together failed already, with the others.
  const tryHalves = async (names: string[]): Promise<void> => {
    const half = Math.ceil(names.length / 2);
    if (names.length === 1) dropped.push(names[0]!);
    else await Promise.all([tryThese(names.slice(0, half)), tryThese(names.slice(half))]);
  };
  const tryThese = async (names: string[]): Promise<void> => {
    if (++tries > MOST_TRIES) {
      dropped.push(...names);
      return;
    }
    try {
      const found = rowsOf(await odoo.call(model, "read", { ids, params: { fields: names } }), model);
      const byId = new Map(found.map((row) => [row["id"], row]));
      for (const row of rows) for (const name of names) row[name] = byId.get(row["id"]!)?.[name] ?? null;
    } catch (error) {
      if (!(error instanceof Failure) || !isOfAField(error, model)) throw error;
      await tryHalves(names);
    }
  };
  await tryHalves(doubtful);
  return { rows, dropped };
}

/** An answer of `search_read` or `read`, copied so far that rows can be added to: a cached answer belongs to everyone. */
function rowsOf(answer: Json, model: string): JsonObject[] {
  if (Array.isArray(answer) && answer.every(isObject)) return answer.map((row) => ({ ...row }));
  throw new Failure("E999", `Cannot read ${model}: Odoo's answer is no list of records.`);
}

/** Tells which fields could not be read. */
export function droppedNote(dropped: string[]): string[] {
  return dropped.length === 0 ? [] : [`Odoo could not compute or show ${dropped.join(", ")}, so it is left out.`];
}
