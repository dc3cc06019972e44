import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { currenciesOf, type Money, tellCurrencies } from "./currency.ts";
import { foldLines } from "./fold_lines.ts";
import { type Path, resolvePath } from "./path.ts";
import { readPaths } from "./read_paths.ts";
import { droppedNote, readRows } from "./read_rows.ts";
import { convertersOf } from "./table.ts";
import type { Shape } from "./values.ts";

/** Records read as a table, plain values in the order of the columns. */
export interface ReadTable {
  /** `id` and the columns that could be read. */
  names: string[];
  rows: Json[][];
  /** Whether Odoo answered more records than were to be taken. */
  more: boolean;
  /** The currency of all amounts, or of each column of amounts where they differ. */
  money: Money;
  /** What was left out. */
  notes: string[];
}

/** What is read, and how. */
export interface TableQuery {
  model: string;
  /** Field names and dotted paths, without `id`. */
  names: readonly string[];
  shape: Shape;
  /** Takes so many records of what `ask` answers. */
  most: number;
  /** Asks Odoo for records with these fields; never an empty list. */
  ask: (names: string[]) => Promise<Json>;
}

/**
 * Reads fields and paths of records with one request, and one more for each model that paths lead to at each step. The
 * currencies of amounts come with the same requests. Fields that can't be read are left out with a note. Several paths
 * through one x2many are one column ({@link foldLines}).
 */
export async function readTable(odoo: Odoo, { model, names, shape, most, ask }: TableQuery): Promise<ReadTable> {
  const fields = await odoo.fields(model);
  const columns = await Promise.all(names.map((name, index) => resolvePath(odoo, model, name, `fields[${index}]`)));
  const currencies = await currenciesOf(odoo, model, columns);
  const paths = [...columns, ...currencies.values()];
  const wanted = [...new Set(paths.map(({ steps }) => steps[0]!.field.name))];
  const read = await readRows(odoo, model, fields, wanted, (some) => ask(some.length > 0 ? some : ["id"]));
  const rows = read.rows.slice(0, most);
  const isRead = ({ steps }: Path) => !read.dropped.includes(steps[0]!.field.name);
  const related = await readPaths(odoo, paths.filter((path) => path.steps.length > 1 && isRead(path)), rows);
  const shown = columns.filter((path) => isRead(path) && !related.dropped.has(path));
  const toPlain = await convertersOf(odoo, shown, shape);
  const cells = shown.map((path, at) => rows.map((row) => related.value(path, row, toPlain[at]!)));
  const currencyCells = new Map(
    [...currencies].filter(([, path]) => isRead(path) && !related.dropped.has(path)).map(([column, path]) => [
      nameOf(column),
      { name: nameOf(path), cells: rows.map((row) => related.value(path, row, nameOfPair)) },
    ]),
  );
  const table = shown.map((path, at) => ({ name: nameOf(path), cells: cells[at]! }));
  const money = tellCurrencies(table, currencyCells);
  const told = foldLines([...table, ...money.added], shown);
  return {
    names: ["id", ...told.map(({ name }) => name)],
    rows: rows.map((row, at) => [row["id"]!, ...told.map((column) => column.cells[at]!)]),
    more: read.rows.length > most,
    money: money.told,
    notes: [...money.notes, ...droppedNote(asAsked(read.dropped, columns)), ...new Set(related.notes)],
  };
}

/** What was dropped in the words of the question: a path by its whole name. Currencies that nobody named are not told. */
function asAsked(dropped: string[], columns: readonly Path[]): string[] {
  return columns.filter(({ steps }) => dropped.includes(steps[0]!.field.name)).map(nameOf);
}

function nameOf({ steps }: Path): string {
  return steps.map(({ field }) => field.name).join(".");
}

function nameOfPair(raw: Json): Json {
  return Array.isArray(raw) ? raw[1] ?? null : null;
}

/** One record of a table by its columns. */
export function asRecord(names: readonly string[], row: readonly Json[]): JsonObject {
  return Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]));
}
