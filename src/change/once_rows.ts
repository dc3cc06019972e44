import { parseOdoo, toLocal } from "../ask/mod.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { EXTERNAL_MODULE } from "./external_id.ts";

/** Arguments of Odoo's `load`: columns, and cells as the texts its import reads. */
export interface LoadRows {
  fields: string[];
  data: string[][];
}

/** Thrown where a value can't be said in import format; the message says why, for people. */
export class DoesNotFit extends Error {}

const DAY = 86_400_000;

/**
 * Checked values of `create` as rows of `load`, one external id for each record: many2one as `field/.id`, many2many as a
 * list of ids in one cell, new lines of a one2many as rows that follow, datetimes in the user's time zone. An empty cell
 * means none, and a column is there for all rows or for none, so records (and lines) must name the same fields: a field
 * that is left out keeps its default. {@link DoesNotFit} where that can't be done.
 */
export async function toLoadRows(odoo: Odoo, model: string, values: JsonObject[], names: string[]): Promise<LoadRows> {
  const fields = await odoo.fields(model);
  const { timeZone } = await odoo.user();
  const [first = {}] = values;
  sameKeys(values, "the records name different fields");
  const plain = Object.keys(first).filter((name) => fields.get(name)?.type !== "one2many");
  const lined = Object.keys(first).filter((name) => fields.get(name)?.type === "one2many");
  const blocks = await Promise.all(lined.map((name) => lineBlock(odoo, name, fields.get(name)!, values, timeZone)));
  const columns = plain.map((name) => columnOf(fields, name));

  const data = values.flatMap((record, index) => {
    const lines = blocks.map((block) => block.rows[index]!);
    const height = Math.max(1, ...lines.map((rows) => rows.length));
    return Array.from({ length: height }, (_, row) => [
      row === 0 ? `${EXTERNAL_MODULE}.${names[index]}` : "",
      ...plain.map((name) => row === 0 ? cell(fields.get(name)!, record[name]!, timeZone) : ""),
      ...blocks.flatMap((block, each) => lines[each]![row] ?? block.columns.map(() => "")),
    ]);
  });
  return { fields: ["id", ...columns, ...blocks.flatMap((block) => block.columns)], data };
}

/** The columns of one one2many field, and for each record its lines as cells. */
interface Block {
  columns: string[];
  rows: string[][][];
}

async function lineBlock(odoo: Odoo, name: string, field: Field, values: JsonObject[], zone: string): Promise<Block> {
  const fields = await odoo.fields(field.relation ?? "");
  const lines = values.map((record) => newLines(name, record[name]!));
  const all = lines.flat();
  // Without any line, "none" would have to be said: the field may have a default.
  if (all.length === 0 || lines.some((some) => some.length === 0)) throw new DoesNotFit(`${name} is empty`);
  sameKeys(all, `the lines of ${name} name different fields`);
  const keys = Object.keys(all[0]!);
  const nested = keys.find((key) => fields.get(key)?.type === "one2many");
  if (nested !== undefined) throw new DoesNotFit(`lines of ${name} have lines themselves`);
  const rows = lines.map((some) =>
    some.map((line) => {
      const cells = keys.map((key) => cell(fields.get(key)!, line[key]!, zone));
      // Odoo skips a row without any value.
      if (cells.every((text) => text === "")) throw new DoesNotFit(`a line of ${name} is empty`);
      return cells;
    })
  );
  return { columns: keys.map((key) => `${name}/${columnOf(fields, key)}`), rows };
}

function newLines(name: string, commands: Json): JsonObject[] {
  return (commands as Json[]).map((command) => {
    const [number, , line] = command as [number, Json, JsonObject];
    if (number !== 0) throw new DoesNotFit(`${name} holds more than new lines`);
    return line;
  });
}

function sameKeys(list: JsonObject[], why: string): void {
  const keys = (values: JsonObject) => Object.keys(values).sort().join();
  if (list.some((values) => keys(values) !== keys(list[0]!))) throw new DoesNotFit(why);
}

function columnOf(fields: Fields, name: string): string {
  const type = fields.get(name)?.type;
  return type === "many2one" || type === "many2many" ? `${name}/.id` : name;
}

/** Types whose text Odoo's import takes as it is. */
const AS_THEY_ARE = ["char", "text", "html", "binary", "image", "reference", "date"];

function cell(field: Field, value: Json, zone: string): string {
  if (field.type === "many2many") return linked(field, value);
  // To Odoo's import an empty cell is false, whatever the type.
  if (value === false || value === "") return "";
  if (AS_THEY_ARE.includes(field.type) && typeof value === "string") return value;
  switch (field.type) {
    case "boolean":
      return "1";
    case "integer":
    case "many2one_reference":
    case "float":
    case "monetary":
    case "many2one":
      return String(value);
    case "selection":
      return unmistakable(field, String(value));
    case "datetime":
      return localTime(field, String(value), zone);
    default:
      throw new DoesNotFit(`${field.name} is of type ${field.type}`);
  }
}

/** Ids of a many2many that is set or filled with existing records. */
function linked(field: Field, commands: Json): string {
  const ids = (commands as [number, Json, Json][]).flatMap(([number, id, list]) => {
    if (number === 4) return [id];
    if (number === 6) return list as Json[];
    if (number === 5) return [];
    throw new DoesNotFit(`${field.name} holds new records`);
  });
  return [...new Set(ids)].join(",");
}

/** The import takes the first entry whose value or label it is, so no other entry's may read the same. */
function unmistakable(field: Field, value: string): string {
  const same = (text: string) => text.toLowerCase() === value.toLowerCase();
  const others = (field.selection ?? []).filter(([own]) => own !== value);
  if (!others.some(([own, label]) => same(own) || same(label))) return value;
  throw new DoesNotFit(`${field.name}: another choice reads like ${value}`);
}

/** The import reads datetimes in the user's time zone, and of a time that comes twice it takes one by itself. */
function localTime(field: Field, value: string, zone: string): string {
  const utc = parseOdoo(value);
  if (utc === null) throw new DoesNotFit(`${field.name} is no datetime`);
  const local = toLocal(utc, zone);
  const offsets = [utc - DAY, utc + DAY].map((near) => toLocal(near, zone) - near);
  const instants = new Set(offsets.map((offset) => local - offset).filter((each) => toLocal(each, zone) === local));
  if (instants.size !== 1) throw new DoesNotFit(`${field.name} is a time that comes twice in ${zone}`);
  return new Date(local).toISOString().slice(0, 19).replace("T", " ");
}
