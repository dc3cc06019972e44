import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import { createRecord, writeRecords } from "./change.ts";
import { findExternalId, giveExternalId } from "./external_id.ts";
import { Mistake } from "./fault.ts";
import type { Environment, FieldDefinition, ModelDefinition, Values } from "./model.ts";
import { format, parse, toUtc } from "./period.ts";
import { fieldOf, modelOf, rowOf } from "./value.ts";

/** A table to import: one record, or a further line of it, in each row. */
interface Table {
  columns: string[][];
  rows: string[][];
}

/**
 * Odoo's import, as far as database ids go: creates or updates a record for each external id, lines from the rows that
 * follow. Errors come as messages with `ids: false`, and then nothing is kept.
 */
export function loadRecords(env: Environment, definition: ModelDefinition, fields: Json[], data: Json[]): JsonObject {
  const columns = fields.map((field) => String(field).split("/"));
  const rows = data.map((row) => (row as Json[]).map(String));
  try {
    const ids = env.database.transaction(() => recordsOf(env, definition, { columns, rows }).map((one) => load(one)));
    return { ids, messages: [], nextrow: 0 };
  } catch (error) {
    if (!(error instanceof Mistake) && !(error instanceof Failure)) throw error;
    const message = error instanceof Mistake ? error.text : error.message;
    return {
      ids: false,
      messages: [{ type: "error", rows: { from: 0, to: 0 }, record: 0, message }],
      nextrow: 0,
    };
  }

  function load({ name, own, values }: Imported): number {
    if (own !== null) {
      if (rowOf(env, definition.model, own) === undefined) {
        throw new Mistake(`Unknown database identifier '${own}'`, "");
      }
      writeRecords(env, definition.model, [own], values);
      return own;
    }
    const known = name === "" ? undefined : findExternalId(env, name);
    const { model } = definition;
    if (known !== undefined && rowOf(env, model, Number(known.res_id)) !== undefined) {
      const isKept = env.context.mode === "update" && known.noupdate === true;
      if (!isKept) writeRecords(env, model, [Number(known.res_id)], values);
      return Number(known.res_id);
    }
    const id = createRecord(env, model, values);
    if (name !== "") giveExternalId(env, name, model, id);
    return id;
  }
}

/** A record to import: its external id and its database id, as far as they are given, and its values. */
interface Imported {
  name: string;
  own: number | null;
  values: Values;
}

function recordsOf(env: Environment, definition: ModelDefinition, table: Table): Imported[] {
  const isLine = table.columns.map(([name = ""]) =>
    name !== "id" && name !== ".id" && fieldOf(definition, name).type === "one2many"
  );
  const starts = table.rows.flatMap((row, index) => row.some((cell, at) => cell !== "" && !isLine[at]) ? [index] : []);
  const at = table.columns.findIndex(([name, ...more]) => name === "id" && more.length === 0);
  const ownAt = table.columns.findIndex(([name, ...more]) => name === ".id" && more.length === 0);
  return starts.map((start, nth) => {
    const rows = table.rows.slice(start, starts[nth + 1] ?? table.rows.length);
    const own = ownAt < 0 ? null : Number(rows[0]![ownAt]);
    return {
      name: at < 0 ? "" : rows[0]![at]!,
      own,
      values: valuesOf(env, definition, { columns: table.columns, rows }),
    };
  });
}

function valuesOf(env: Environment, definition: ModelDefinition, { columns, rows }: Table): Values {
  const values: Values = {};
  for (const name of new Set(columns.map(([first = ""]) => first))) {
    if (name === "id" || name === ".id") continue;
    const field = fieldOf(definition, name);
    const places = columns.flatMap((column, at) => column[0] === name ? [at] : []);
    values[name] = field.type === "one2many"
      ? linesOf(env, field, {
        columns: places.map((at) => columns[at]!.slice(1)),
        rows: rows.map((row) => places.map((at) => row[at]!)).filter((row) => row.some((cell) => cell !== "")),
      })
      : convert(env, field, rows[0]![places[0]!]!);
  }
  return values;
}

function linesOf(env: Environment, field: FieldDefinition, table: Table): Json {
  if (table.rows.length === 0) return false;
  const lines = modelOf(env, field.relation!);
  return table.rows.map((row) => [0, 0, valuesOf(env, lines, { columns: table.columns, rows: [row] })]);
}

function convert(env: Environment, field: FieldDefinition, cell: string): Json {
  if (cell === "") return false;
  switch (field.type) {
    case "many2one":
      return Number(cell);
    case "many2many":
      return [[6, 0, cell.split(",").map(Number)]];
    case "boolean":
      return ["1", "true", "yes"].includes(cell.toLowerCase());
    case "integer":
    case "many2one_reference":
    case "float":
    case "monetary":
      return Number(cell);
    case "datetime":
      // Odoo's import reads datetimes in the user's time zone.
      return format(toUtc(parse(cell), String(env.context.tz || "UTC")));
    default:
      return cell;
  }
}
