import type { Json } from "../lib/json.ts";
import type { Currency } from "./group_currency.ts";
import { type GroupColumn, groupColumn, keyConverter, measureColumn, valueConverter } from "./group_table.ts";
import type { Group } from "./grouping.ts";
import type { Measure } from "./measures.ts";
import type { Bucket } from "./parts.ts";
import type { ToPlain } from "./values.ts";

/** One group on its way into the answer. */
export interface Row {
  keys: Json[];
  /** The measures; where compared, then for each of them the earlier value and the change in percent. */
  values: Json[];
  bucket: Bucket;
}

/** What is derived from measures. */
export interface Derived {
  isCompared: boolean;
  /** Places of the measures that get a share. */
  shares: number[];
}

/** The columns: groups, then each measure with what is derived from it. */
export function rowColumns(
  groups: readonly Group[],
  measures: readonly Measure[],
  currencies: ReadonlyMap<string, Currency>,
  { isCompared, shares }: Derived,
): GroupColumn[] {
  return [
    ...groups.map(groupColumn),
    ...measures.flatMap((measure, at) => {
      const column = measureColumn(measure, currencies.get(measure.key));
      const { name, label } = column;
      return [
        column,
        ...(isCompared
          ? [
            { ...column, name: `${name}:previous`, label: `${label}, previous` },
            { name: `${name}:change_pct`, label: `${label}, change in %`, type: "percent" },
          ]
          : []),
        ...(shares.includes(at) ? [{ name: `${name}:share_pct`, label: `${label}, share in %`, type: "percent" }] : []),
      ];
    }),
  ];
}

/** What makes rows plain; `shares` by the order of the measures that get one. */
export async function rowConverters(
  groups: readonly Group[],
  measures: readonly Measure[],
  zone: string,
): Promise<{ row(row: Row, shares: (Json | undefined)[]): Json[]; values: ToPlain[] }> {
  const keys = await Promise.all(groups.map((group) => keyConverter(group, zone)));
  const values = await Promise.all(measures.map((measure) => valueConverter(measure, zone)));
  return {
    values,
    row: (row, shares) => {
      const derived = row.values.slice(measures.length);
      return [
        ...row.keys.map((key, at) => keys[at]!(key)),
        ...measures.flatMap((_, at) => {
          const compared = derived.length === 0 ? [] : [values[at]!(derived[2 * at]!), derived[2 * at + 1]!];
          const share = shares[at];
          return [values[at]!(row.values[at]!), ...compared, ...(share === undefined ? [] : [share])];
        }),
      ];
    },
  };
}
