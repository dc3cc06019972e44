import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { linesTouched } from "./commands.ts";
import { plainRow } from "./plain.ts";
import { readRows } from "./records.ts";

/** Most lines of a field that are told. */
const SHOWN = 20;

/**
 * The lines that commands change or delete, as they are now: by field, with what the commands name. `known` are those that
 * were read already.
 */
export async function linesBefore(
  odoo: Odoo,
  fields: Fields,
  checked: JsonObject,
  known?: ReadonlyMap<string, { rows: ReadonlyMap<number, JsonObject> }>,
): Promise<JsonObject> {
  const pairs = await Promise.all(
    Object.entries(checked).map(async ([name, value]): Promise<[string, Json][]> => {
      const field = fields.get(name);
      if (field?.type !== "one2many" || field.relation === undefined) return [];
      const { changed } = linesTouched(field, value);
      if (changed.length === 0) return [];
      const keys = (value as Json[]).flatMap((one) =>
        Array.isArray(one) && isObject(one[2]) ? Object.keys(one[2]) : []
      );
      const wanted = changed.slice(0, SHOWN);
      const read = wanted.map((id) => known?.get(name)?.rows.get(id)).filter((row) => row !== undefined);
      const rows = read.length === wanted.length
        ? read
        : await readRows(odoo, field.relation, wanted, [...new Set(keys)]);
      return [[
        name,
        await Promise.all(rows.map(async (row) => {
          const { display_name: name, ...plain } = await plainRow(odoo, field.relation!, row);
          return { id: plain["id"]!, name: name ?? null, ...plain };
        })),
      ]];
    }),
  );
  return Object.fromEntries(pairs.flat());
}
