import type { Json } from "../lib/json.ts";
import type { OrderPart } from "./group_order.ts";
import type { Group } from "./grouping.ts";
import { identity } from "./parts.ts";

/** A row that can be ordered. */
export interface Sortable {
  keys: Json[];
  /** The measures and what is derived from them. */
  values: Json[];
}

/**
 * Puts rows in order. What has no value comes last, whichever way: PostgreSQL would put it first among the largest.
 * Selections follow their own order; a many2one that Odoo has already ordered by (`ordered`) keeps Odoo's order, which may
 * be a sequence (stages), others go by name.
 */
export function sortGroups<Row extends Sortable>(
  rows: readonly Row[],
  order: readonly OrderPart[],
  groups: readonly Group[],
  values: readonly string[],
  ordered: string | null,
): Row[] {
  const compares = order.map(({ key, desc }) => {
    const sign = desc ? -1 : 1;
    const at = groups.findIndex((group) => group.key === key);
    if (at < 0) {
      const place = values.indexOf(key);
      return (a: Row, b: Row) => compareSet(a.values[place]!, b.values[place]!, sign, compareValues);
    }
    const group = groups[at]!;
    if (key === ordered) {
      // Odoo's rows come first to last in the direction asked for.
      const ranks = new Map<string, number>();
      for (const { keys } of rows) if (!ranks.has(identity(keys[at]!))) ranks.set(identity(keys[at]!), ranks.size);
      const rank = (key: Json) => ranks.get(identity(key))!;
      return (a: Row, b: Row) => compareSet(a.keys[at]!, b.keys[at]!, 1, (x, y) => rank(x) - rank(y));
    }
    const plain = sortKeys(group);
    return (a: Row, b: Row) => compareSet(plain(a.keys[at]!), plain(b.keys[at]!), sign, compareValues);
  });
  return [...rows].sort((a, b) => {
    for (const compare of compares) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return 0;
  });
}

function sortKeys({ field }: Group): (key: Json) => Json {
  if (field.type === "selection") {
    const places = new Map((field.selection ?? []).map(([value], index) => [value, index]));
    return (key) => key === null ? null : places.get(String(key)) ?? places.size;
  }
  return (key) => Array.isArray(key) ? key[1] ?? null : key;
}

function compareSet(a: Json, b: Json, sign: number, compare: (a: Json, b: Json) => number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return sign * compare(a, b);
}

function compareValues(a: Json, b: Json): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a), String(b)];
  return left.localeCompare(right) || (left < right ? -1 : left > right ? 1 : 0);
}
