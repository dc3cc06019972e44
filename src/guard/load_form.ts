import type { Json } from "../lib/json.ts";
import type { Call } from "../odoo/mod.ts";

/** An external id that this server gives: its own module, a hash, and a number from 2. */
const OWN_ID = /^__odoo_mcp__\.[0-9a-f]{40}(_[1-9]\d{0,5})?$/;

/** Whether a create may give its record this external id, which `create` takes as the value `id` in an import. */
export function isOwnId(value: Json): boolean {
  return typeof value === "string" && OWN_ID.test(value);
}

/** Whether a `load` writes to records by their database ids; else it creates some. */
export function writesRows({ params: { fields } }: Call): boolean {
  return Array.isArray(fields) && fields[0] === ".id";
}

/**
 * The columns of a `load` as paths of field names, or why it may not pass. Odoo's import overwrites whatever record a row
 * names by id or external id, so it passes in two forms only. It creates records under external ids of this server's own,
 * and leaves alone what is there already under one (`mode` and `noupdate` in the context). Or it is a `write` of several
 * values at once: to records by their database ids, without any line. Relations go by database id.
 */
export function loadColumns({ params, context }: Call): string[][] | string {
  const { fields, data, ...strange } = params;
  if (Object.keys(strange).length > 0) return "it has parameters that can't be checked";
  if (context["mode"] !== "update" || context["noupdate"] !== true) return "it would write over what is there";
  if (!Array.isArray(fields) || !Array.isArray(data)) return "it is no table that can be checked";
  const [id, ...columns] = fields;
  if (id === ".id") return rowColumns(columns, data);
  if (id !== "id") return "its first column is not the external id";
  if (data.length === 0 || !data.every((row) => Array.isArray(row) && row.every((cell) => typeof cell === "string"))) {
    return "its cells are not texts";
  }
  const ids = (data as string[][]).map(([first = ""]) => first);
  // A row without one goes on with the lines of the record above it.
  if (ids[0] === "" || !ids.every((text) => text === "" || OWN_ID.test(text))) {
    return "it names external ids that are not this server's own";
  }
  const paths = columns.map((column) => typeof column === "string" ? pathOf(column) : null);
  const bad = paths.findIndex((path) => path === null);
  if (bad >= 0) return `its column ${JSON.stringify(columns[bad])} can't be checked`;
  // A line that is named by its id is changed by what else stands in its columns.
  const named = (columns as string[]).filter((column) => column.endsWith("/.id")).map((column) => column.slice(0, -3));
  const changed = named.find((line) =>
    (columns as string[]).some((one) => one !== `${line}.id` && one.startsWith(line))
  );
  return changed === undefined ? paths as string[][] : `it would change lines of ${changed.slice(0, -1)} that exist`;
}

/** The columns of rows that are written by database id; a row without one would be created. */
function rowColumns(columns: Json[], data: Json[]): string[][] | string {
  const isRow = (row: Json) =>
    Array.isArray(row) && row.length === columns.length + 1 && row.every((cell) => typeof cell === "string") &&
    /^[1-9]\d{0,9}$/.test(String(row[0]));
  if (data.length === 0 || !data.every(isRow)) return "its rows are not records by database id";
  const paths = columns.map((column) => typeof column === "string" ? pathOf(column) : null);
  const bad = paths.findIndex((path) => path?.length !== 1);
  return bad >= 0 ? `its column ${JSON.stringify(columns[bad])} can't be checked` : paths as string[][];
}

/** `order_line/product_id/.id` as its field names; null for a column that reaches a record by another way. */
function pathOf(column: string): string[] | null {
  const steps = column.replace(/\/\.id$/, "").split("/");
  return steps.every((step) => /^[a-z_]\w*$/i.test(step) && step !== "id") ? steps : null;
}
