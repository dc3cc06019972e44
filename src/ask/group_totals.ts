import type { Json, JsonObject } from "../lib/json.ts";
import type { Currency } from "./group_currency.ts";
import { NOT_SET } from "./group_table.ts";
import type { Group } from "./grouping.ts";
import type { Measure } from "./measures.ts";
import { type Bucket, identity, sumUp, valueOf } from "./parts.ts";

/** How totals are made: amounts of different currencies are never added. */
export interface Totals {
  /** Records. */
  count: number;
  /** By measure key: a value, or values by currency where there are several; null where it can't be told. */
  values: JsonObject;
  /** The total that a group's value is a part of: that of its currency. */
  wholeOf(measure: Measure, keys: readonly Json[]): Json;
}

/** Puts groups together; their keys go by `groups`. */
export function totalsOf(
  buckets: readonly Bucket[],
  groups: readonly Group[],
  measures: readonly Measure[],
  currencies: ReadonlyMap<string, Currency>,
): Totals {
  const all = sumUp(buckets, measures);
  const split = new Map<number, Map<string, { name: string; total: Bucket }>>();
  const places = measures.map((measure) => {
    const currency = currencies.get(measure.key);
    return currency?.kind === "group" ? groups.findIndex(({ key }) => key === currency.key) : -1;
  });
  for (const at of new Set(places)) if (at >= 0) split.set(at, byKey(buckets, at, measures));
  const values: JsonObject = {};
  for (const [index, measure] of measures.entries()) {
    const parts = split.get(places[index]!);
    const value = (bucket: Bucket) => valueOf(measure, bucket.parts[index]!, bucket.count);
    values[measure.key] = parts === undefined || parts.size < 2
      ? value(all)
      : Object.fromEntries([...parts.values()].map(({ name, total }) => [name, value(total)]));
  }
  return {
    count: all.count,
    values,
    wholeOf: (measure, keys) => {
      const index = measures.indexOf(measure);
      const at = places[index]!;
      const total = at < 0 ? all : split.get(at)!.get(identity(keys[at]!))?.total;
      return total === undefined ? null : valueOf(measure, total.parts[index]!, total.count);
    },
  };
}

function byKey(buckets: readonly Bucket[], at: number, measures: readonly Measure[]) {
  const lists = new Map<string, Bucket[]>();
  for (const bucket of buckets) {
    const id = identity(bucket.keys[at]!);
    lists.set(id, [...lists.get(id) ?? [], bucket]);
  }
  return new Map([...lists].map(([id, list]) => {
    const key = list[0]!.keys[at]!;
    const name = Array.isArray(key) ? String(key[1]) : key === null ? NOT_SET : String(key);
    return [id, { name, total: sumUp(list, measures) }];
  }));
}
