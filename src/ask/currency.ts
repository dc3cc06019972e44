import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Path, resolvePath } from "./path.ts";

/** What an answer tells of its amounts. */
export interface Money {
  /** Of all amounts, or by column where each has one but not the same. */
  currency?: string | { [column: string]: string };
}

/** A column of a table. */
export interface Cells {
  name: string;
  cells: Json[];
}

/** For each column of amounts, the path to their currency. */
export async function currenciesOf(odoo: Odoo, model: string, columns: readonly Path[]): Promise<Map<Path, Path>> {
  const found = new Map<Path, Path>();
  for (const column of columns) {
    const { type, currencyField } = column.field;
    if (type !== "monetary" || currencyField === undefined) continue;
    const fields = await odoo.fields(column.model);
    // Hidden from this user, or written by a customization that has since gone.
    if (fields.get(currencyField)?.relation !== "res.currency") continue;
    const before = column.steps.slice(0, -1).map(({ field }) => field.name);
    found.set(column, await resolvePath(odoo, model, [...before, currencyField].join("."), "fields"));
  }
  return found;
}

/**
 * The currency once for the whole answer where it is one, once a column where each has one; else the currencies' own
 * columns are `added` beside the amounts, with a note.
 */
export function tellCurrencies(
  table: readonly Cells[],
  currencies: ReadonlyMap<string, Cells>,
): { told: Money; added: Cells[]; notes: string[] } {
  const single: [string, string][] = [];
  const mixed = new Map<string, Cells>();
  for (const { name, cells } of table) {
    const currency = currencies.get(name);
    if (currency === undefined) continue;
    const seen = new Set(cells.flatMap((cell, at) => used(cell, currency.cells[at]!)));
    if (seen.size === 1) single.push([name, [...seen][0]!]);
    if (seen.size > 1) mixed.set(currency.name, currency);
  }
  const names = new Set(single.map(([, currency]) => currency));
  const added = [...mixed.values()].filter(({ name }) => !table.some((column) => column.name === name));
  return {
    told: single.length === 0
      ? {}
      : { currency: names.size === 1 && mixed.size === 0 ? [...names][0]! : Object.fromEntries(single) },
    added,
    notes: mixed.size === 0 ? [] : [`Amounts are in several currencies: see ${[...mixed.keys()].join(", ")}.`],
  };
}

/** The currencies of the amounts in a cell, which is a list behind an x2many. Where there is no amount, none counts. */
function used(cell: Json, currency: Json): string[] {
  if (Array.isArray(cell) && Array.isArray(currency)) return cell.flatMap((one, at) => used(one, currency[at] ?? null));
  return cell === null || typeof currency !== "string" ? [] : [currency];
}
