import type { Json } from "../lib/json.ts";
import type { Period } from "./group_compare.ts";
import { nextKey, spanStart } from "./group_dates.ts";
import type { Granularity } from "./grouping.ts";
import { type Bucket, bucketId, NOTHING } from "./parts.ts";

/** Most spans that are filled: a year of days. */
const MOST_SPANS = 400;

/**
 * Adds the spans without records between the first and the last, from the start of the period asked for to its end or
 * today. `at` is the date's place in the keys; each combination of the others (currencies) gets all spans. Null where there
 * are too many.
 */
export function fillSpans(
  buckets: readonly Bucket[],
  at: number,
  granularity: Granularity,
  period: Period,
  today: number,
): Bucket[] | null {
  const starts = buckets.map(({ keys }) => keys[at]!).filter((key) => typeof key === "number");
  if (starts.length === 0) return [...buckets];
  // Odoo 17 and later start weeks by the language; the groups found show on which day.
  const isPlain = granularity !== "week" && granularity !== "hour";
  const bounds = isPlain
    ? {
      first: period.from === null ? Infinity : spanStart(period.from, granularity),
      last: period.from === null && period.until === null
        ? -Infinity
        : spanStart(Math.min(period.until === null ? Infinity : period.until - 1, today), granularity),
    }
    : { first: Infinity, last: -Infinity };
  const first = Math.min(...starts, bounds.first);
  const last = Math.max(...starts, bounds.last);
  const spans: number[] = [];
  for (let key = first; key <= last; key = nextKey(key, granularity)) {
    if (spans.push(key) > MOST_SPANS) return null;
  }
  const known = new Set(buckets.map(({ keys }) => bucketId(keys)));
  const kinds = new Map<string, Json[]>();
  for (const { keys } of buckets) kinds.set(bucketId(keys.with(at, null)), keys);
  const empty = [...kinds.values()].flatMap((keys) => spans.map((key) => keys.with(at, key)))
    .filter((keys) => !known.has(bucketId(keys)));
  const parts = buckets[0]!.parts.map(() => NOTHING);
  return [...buckets, ...empty.map((keys): Bucket => ({ keys, count: 0, parts }))];
}
