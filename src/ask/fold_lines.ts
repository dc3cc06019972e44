import type { Json } from "../lib/json.ts";
import type { Cells } from "./currency.ts";
import { isMany, type Path } from "./path.ts";

/**
 * Columns behind the same x2many as one, where the first of them stands: `order_line(product_id, product_uom_qty)`,
 * each cell a list of lines, each line the values in that order. What belongs together then stands together, and the
 * x2many is named once. One column alone stays a list of values.
 */
export function foldLines(table: readonly Cells[], paths: readonly Path[]): Cells[] {
  const prefixes = new Set(paths.flatMap((path) => prefixOf(path) ?? []));
  const groups = Map.groupBy(table, ({ name }) => {
    const prefix = [...prefixes].find((one) => name.startsWith(`${one}.`));
    return prefix ?? Symbol(name);
  });
  return [...groups].flatMap(([prefix, columns]): Cells[] => {
    if (typeof prefix === "symbol" || columns.length < 2) return columns;
    const names = columns.map(({ name }) => name.slice(prefix.length + 1));
    const rows = columns[0]!.cells.map((_, row) => columns.map(({ cells }) => cells[row]!));
    return [{ name: `${prefix}(${names.join(", ")})`, cells: rows.map(linesOf) }];
  });
}

/** The path up to its first x2many; null where it goes through none. */
function prefixOf({ steps }: Path): string | null {
  const at = steps.slice(0, -1).findIndex(({ field }) => isMany(field));
  return at < 0 ? null : steps.slice(0, at + 1).map(({ field }) => field.name).join(".");
}

/** Lists of equal length as one list of lines; null where the way to the x2many ends before. */
function linesOf(values: Json[]): Json {
  const [first] = values;
  if (!Array.isArray(first)) return null;
  return first.map((_, line) => values.map((one) => Array.isArray(one) ? one[line] ?? null : null));
}
