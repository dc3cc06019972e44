import type { JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { countFitting } from "./budget.ts";
import { checkId } from "./check_value.ts";
import type { Money } from "./currency.ts";
import { chooseFields } from "./fields.ts";
import { asRecord, readTable } from "./read_table.ts";
import { refuse } from "./refuse.ts";
import { DEFAULT_MAX_ROWS, FRAME_TOKENS, readContext, type SelectLimits } from "./table.ts";
import { visible } from "./text.ts";
import { recordUrl } from "./url.ts";

/** Records read by their ids. */
export interface Records extends Money {
  model: string;
  /** In the order of the ids asked for, each with its `url` where there is a web client. */
  records: JsonObject[];
  /** Ids that don't exist (any more). */
  missing: number[];
  /** Ids that were found but did not fit into the answer any more. */
  left_out?: number[];
  notes: string[];
}

/** Reads records by id, with one request, more for dotted fields ({@link readTable}). An id asked for twice is answered once. */
export async function getRecords(
  odoo: Odoo,
  input: { model: string; ids: readonly number[]; fields?: readonly string[] | string | undefined },
  limits: SelectLimits = {},
): Promise<Records> {
  const { model } = input;
  const ids = checkIds(input.ids, limits.maxRows ?? DEFAULT_MAX_ROWS);
  const fields = await odoo.fields(model);
  const choice = await chooseFields(odoo, model, input.fields);
  const table = await readTable(odoo, {
    model,
    names: choice.names,
    shape: "record",
    most: ids.length,
    ask: (names) =>
      odoo.call(model, "read", {
        ids,
        params: { fields: withColumn(fields, names) },
        context: readContext(fields, names),
      }),
  });
  const found = new Map(table.rows.map((row) => [row[0] as number, asRecord(table.names, row)]));
  const version = await odoo.version();
  const records = ids.flatMap((id): JsonObject[] => {
    const record = found.get(id);
    if (record === undefined) return [];
    const url = recordUrl(odoo.webUrl, version, model, id);
    return [{ ...record, ...(url !== null && { url }) }];
  });
  const fitting = countFitting(records, limits.maxTokens ?? Infinity, FRAME_TOKENS);
  const leftOut = records.slice(fitting).map((record) => Number(record["id"]));
  const cut = leftOut.length > 0
    ? [`Only ${fitting} of ${records.length} records fit into an answer; read left_out next, or name fewer fields.`]
    : [];
  return {
    model,
    records: records.slice(0, fitting),
    missing: ids.filter((id) => !found.has(id)),
    ...(leftOut.length > 0 && { left_out: leftOut }),
    ...table.money,
    notes: [...cut, ...(choice.note === null ? [] : [choice.note]), ...table.notes],
  };
}

/** Records whose name holds a text, as Odoo's own many2one fields look for them: for completions. At most `limit`. */
export async function searchByName(
  odoo: Odoo,
  model: string,
  text: string,
  limit: number,
): Promise<{ id: number; name: string }[]> {
  const found = await odoo.call(model, "name_search", { params: { name: text, domain: [], limit } });
  if (!Array.isArray(found)) return [];
  return found.flatMap((pair) =>
    Array.isArray(pair) && typeof pair[0] === "number" ? [{ id: pair[0], name: visible(String(pair[1])) }] : []
  );
}

/** Ids as a list without doubles; `E004` for what is no id, `E012` for more than `maxRows`. */
export function checkIds(ids: readonly number[], maxRows: number): number[] {
  if (ids.length === 0) refuse("ids", "the list is empty", { hint: "Give the ids of the records, e.g. [7, 8]." });
  const unique = [...new Set(ids.map((id, index) => checkId(id, `ids[${index}]`)))];
  if (unique.length <= maxRows) return unique;
  refuse("ids", `an answer holds at most ${maxRows} records, and ${unique.length} were asked for`, {
    code: "E012",
    hint: `Read ${maxRows} at a time.`,
    details: { limit: maxRows },
  });
}

/** Odoo 19 answers ids that don't exist unless it has to look into the table: so one field of the table is always read. */
function withColumn(fields: Fields, names: string[]): string[] {
  const isLooked = (name: string) => {
    const field = fields.get(name);
    return name !== "id" && field !== undefined && field.stored &&
      !["one2many", "many2many", "binary"].includes(field.type);
  };
  if (names.some(isLooked)) return names;
  const column = ["create_date", "name", ...fields.keys()].find(isLooked);
  return column === undefined ? names : [...names, column];
}
