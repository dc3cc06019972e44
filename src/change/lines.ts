import { plainValues } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { type Difference, differences } from "./differences.ts";
import { plainRow } from "./plain.ts";

/** Lines of a record: its columns once, many2one as `[id, name]`. */
export interface LineTable {
  columns: string[];
  rows: Json[][];
  /** Lines that are not shown. */
  more?: number;
}

/** The lines of one record by field, and where Odoo kept another value in a new one than was sent. */
export interface Lines {
  tables: Record<string, LineTable>;
  differs: Difference[];
}

/** Most records whose lines are shown, and most lines of each. */
const RECORDS = 5;
const SHOWN = 20;
/** Most columns beside the id. */
const COLUMNS = 9;

/** What people look at first in a line, whatever the document and the version. */
const FIRST = [
  "product_id",
  "name",
  "product_uom_qty",
  "product_qty",
  "quantity",
  "product_uom",
  "product_uom_id",
  "account_id",
  "price_unit",
  "discount",
  "price_subtotal",
  "debit",
  "credit",
];

/** The columns of a table of lines: what people look at first, after what was asked for. */
export function lineColumns(fields: Fields, asked: readonly string[], inverse: string | undefined): string[] {
  const shown = (field: Field | undefined) =>
    field !== undefined && field.name !== inverse && !["one2many", "many2many", "binary"].includes(field.type);
  const first = FIRST.filter((name) => fields.get(name)?.stored === true);
  const named = [...new Set([...first, ...asked])].filter((name) => shown(fields.get(name)));
  // A product's own name is in it; a line's text repeats it.
  const lean = named.includes("product_id") && !asked.includes("name")
    ? named.filter((name) => name !== "name")
    : named;
  if (lean.length > 0) return lean.slice(0, COLUMNS);
  return fields.has("display_name") ? ["display_name"] : [];
}

/** The one2many fields of values of which lines are created or changed, with the keys their lines name. */
export function linesWritten(fields: Fields, list: readonly JsonObject[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of list.flatMap((values) => Object.entries(values))) {
    if (fields.get(name)?.type !== "one2many" || !Array.isArray(value)) continue;
    const lines = value.flatMap((one) => Array.isArray(one) && isObject(one[2]) ? [one[2]] : []);
    if (lines.length > 0) found.set(name, [...new Set([...found.get(name) ?? [], ...lines.flatMap(Object.keys)])]);
  }
  return found;
}

/**
 * The lines that records have after a change of their lines, with what Odoo computed in them: one read for each one2many
 * field, at the same time as the records' own. The change has happened: what can't be read is a note.
 */
export async function readLines(
  odoo: Odoo,
  model: string,
  ids: readonly number[],
  sent: readonly JsonObject[],
  mode: "create" | "update",
): Promise<{ byRecord: Map<number, Lines>; notes: string[] }> {
  const fields = await odoo.fields(model);
  const byRecord = new Map<number, Lines>();
  const written = linesWritten(fields, sent);
  if (written.size === 0) return { byRecord, notes: [] };
  if (ids.length > RECORDS) return { byRecord, notes: [`Lines are shown for at most ${RECORDS} records at once.`] };
  const notes: string[] = [];
  for (const id of ids) byRecord.set(id, { tables: {}, differs: [] });
  await Promise.all([...written].map(async ([name, asked]) => {
    const { relation, inverse } = fields.get(name) ?? {};
    if (relation === undefined || inverse === undefined) return;
    try {
      const lineFields = await odoo.fields(relation);
      if (!lineFields.has(inverse)) return;
      const columns = lineColumns(lineFields, asked, inverse);
      const limit = SHOWN * RECORDS;
      const answer = await odoo.call(relation, "search_read", {
        params: {
          domain: [[inverse, "in", [...ids]]],
          fields: [...new Set([inverse, ...columns, ...asked])].filter((one) => lineFields.get(one)?.type !== "binary"),
          order: "id",
          limit: limit + 1,
        },
        cache: "never",
      });
      const rows = Array.isArray(answer) ? answer.filter(isObject) : [];
      if (rows.length > limit) notes.push(`Only the first ${limit} lines of ${name} were looked at.`);
      await Promise.all(ids.map(async (id, index) => {
        const own = rows.filter((row) => (Array.isArray(row[inverse]) ? row[inverse][0] : row[inverse]) === id);
        const lines = byRecord.get(id)!;
        lines.tables[name] = await tableOf(odoo, lineFields, columns, own);
        const values = sent.length === 1 ? sent[0]! : sent[index]!;
        if (mode === "create") lines.differs.push(...await lineDifferences(odoo, relation, name, values[name], own));
      }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      notes.push(`The change is done; its lines could not be read back: ${error.message}`);
    }
  }));
  return { byRecord, notes };
}

async function tableOf(odoo: Odoo, fields: Fields, columns: string[], rows: JsonObject[]): Promise<LineTable> {
  return {
    columns: ["id", ...columns],
    rows: await lineRows(odoo, fields, columns, rows.slice(0, SHOWN)),
    ...(rows.length > SHOWN && { more: rows.length - SHOWN }),
  };
}

/** Rows of lines as answers show them, the id first. */
export async function lineRows(
  odoo: Odoo,
  fields: Fields,
  columns: readonly string[],
  rows: readonly JsonObject[],
): Promise<Json[][]> {
  const { timeZone } = await odoo.user();
  const convert = await Promise.all(columns.map((name) => plainValues(fields.get(name)!, timeZone, "row")));
  return rows.map((row) => [row["id"] ?? null, ...columns.map((name, at) => convert[at]!(row[name] ?? null))]);
}

/** New lines have ids in the order of their commands; where Odoo added or dropped some, nothing can be said. */
async function lineDifferences(
  odoo: Odoo,
  model: string,
  name: string,
  commands: Json | undefined,
  rows: JsonObject[],
): Promise<Difference[]> {
  const created = (Array.isArray(commands) ? commands : []).filter((one) => Array.isArray(one) && one[0] === 0);
  if (created.length !== rows.length) return [];
  const fields = await odoo.fields(model);
  const each = await Promise.all(created.map(async (command, index) => {
    const row = rows[index]!;
    const values = (command as Json[])[2];
    const found = isObject(values) ? differences(fields, values, row, await plainRow(odoo, model, row)) : [];
    return found.map((one) => ({ ...one, field: `${name}[${index}].${one.field}` }));
  }));
  return each.flat();
}
