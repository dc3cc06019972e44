import { type Comparison, pathOf, periodOf } from "./group_compare.ts";
import { fillSpans } from "./group_fill.ts";
import type { AnswerPlan } from "./group_plan.ts";
import type { Row } from "./group_row.ts";
import { change } from "./group_table.ts";
import type { Measure } from "./measures.ts";
import { type Bucket, bucketId, NOTHING, toBuckets, valueOf } from "./parts.ts";
import { toLocal } from "./zone.ts";

/** All groups as rows: what was there only in the earlier time is added, and the spans of dates in which there is nothing. */
export function makeRows(plan: AnswerPlan, notes: string[]): Row[] {
  const { found, comparison, measures } = plan;
  const now = withEmpty(toBuckets(found.units), plan, notes);
  const before = new Map(
    (found.before === null ? [] : toBuckets(found.before)).map((one) => [bucketId(one.keys), one]),
  );
  const all = comparison === null ? now : withEarlier(now, before, comparison, measures);
  return all.map((bucket) => toRow(bucket, before.get(bucketId(bucket.keys)), plan));
}

/** Groups of dates alone get the spans in which there is nothing. */
function withEmpty(buckets: Bucket[], plan: AnswerPlan, notes: string[]): Bucket[] {
  const { found: { groups, complete }, measures, having, question } = plan;
  if (groups.length === 0 && buckets.length === 0) {
    return [{ keys: [], count: 0, parts: measures.map(() => NOTHING) }];
  }
  const at = groups.findIndex(({ granularity }) => granularity !== null);
  // Currencies that were added are in no order.
  const others = groups.filter(({ key }, index) => index !== at && plan.order.some((part) => part.key === key));
  const isFirst = plan.order[0]?.key === groups[at]?.key;
  if (at < 0 || others.length > 0 || !isFirst || having.length > 0 || !complete) return buckets;
  const group = groups[at]!;
  const period = periodOf(question.domain, pathOf(group), question.zone);
  const filled = fillSpans(buckets, at, group.granularity!, period, toLocal(plan.now, question.zone));
  if (filled === null) notes.push(`There are too many to show: each ${group.granularity} without records is left out.`);
  return filled ?? buckets;
}

/** What was there only in the earlier time is compared too; with dates, within those shown. */
function withEarlier(
  now: Bucket[],
  before: Map<string, Bucket>,
  { group }: Comparison,
  measures: Measure[],
): Bucket[] {
  const known = new Set(now.map(({ keys }) => bucketId(keys)));
  const dates = group < 0 ? [] : now.map(({ keys }) => keys[group]!).filter((key) => typeof key === "number");
  const [first, last] = [Math.min(...dates), Math.max(...dates)];
  const isWithin = ({ keys }: Bucket) => {
    const date = keys[group];
    return group < 0 || (typeof date === "number" && date >= first && date <= last);
  };
  const gone = [...before].filter(([id, bucket]) => !known.has(id) && isWithin(bucket));
  return [...now, ...gone.map(([, { keys }]) => ({ keys, count: 0, parts: measures.map(() => NOTHING) }))];
}

function toRow(bucket: Bucket, before: Bucket | undefined, { measures, comparison }: AnswerPlan): Row {
  const now = measures.map((measure, at) => valueOf(measure, bucket.parts[at]!, bucket.count));
  if (comparison === null) return { keys: bucket.keys, values: now, bucket };
  // A group without a date has no earlier one.
  const isDated = comparison.group < 0 || bucket.keys[comparison.group] !== null;
  const then = measures.map((measure, at) =>
    isDated ? valueOf(measure, before?.parts[at] ?? NOTHING, before?.count ?? 0) : null
  );
  return {
    keys: bucket.keys,
    values: [...now, ...now.flatMap((value, at) => [then[at]!, change(value, then[at]!)])],
    bucket,
  };
}
