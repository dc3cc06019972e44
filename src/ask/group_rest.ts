import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { spanBounds } from "./group_dates.ts";
import { currencyKeys, findTogether } from "./group_find.ts";
import type { AnswerPlan } from "./group_plan.ts";
import type { Row } from "./group_row.ts";
import type { Group } from "./grouping.ts";
import { asBucket, type Bucket, bucketId, keyLists } from "./parts.ts";

/** Whether numbers of different values are asked for that only Odoo can tell for several groups together. */
function needsOdoo({ source, measures, found, having }: AnswerPlan): boolean {
  const overlaps = found.groups.some(({ field }) => field.type === "many2many");
  const isAsked = overlaps || measures.some(({ op }) => op === "count_distinct");
  return source.where === "odoo" && having.length === 0 && isAsked;
}

/** The groups that are not shown, as far as they can be told: by one request where the groups at hand don't tell. */
export async function findRest(odoo: Odoo, plan: AnswerPlan, sorted: Row[], shown: Row[]): Promise<Bucket[]> {
  const { found, measures, question } = plan;
  const { groups, units, whole } = found;
  const isAdded = measures.every(({ op }) => op === "sum" || op === "count" || op === "avg");
  if (needsOdoo(plan) || (whole !== null && !isAdded)) {
    const rest = restDomain(groups, shown.map(({ keys }) => keys), question.zone);
    return (await findTogether(odoo, plan, found, [...question.domain, ...rest])).map(asBucket);
  }
  if (whole !== null) return subtract(whole, shown.map(({ bucket }) => bucket), plan);
  const ids = (rows: Row[]) => new Set(rows.map(({ keys }) => bucketId(keys)));
  const [some, others] = [ids(shown), ids(sorted)];
  return units.filter((unit) => {
    const own = keyLists(unit).map(bucketId);
    return own.some((id) => others.has(id)) && !own.some((id) => some.has(id));
  }).map(asBucket);
}

/** All groups that stay, each record once. */
export async function findWhole(odoo: Odoo, plan: AnswerPlan, passing: Row[]): Promise<Bucket[]> {
  const { found, having, question } = plan;
  const { units, whole } = found;
  if (whole !== null) return whole;
  if (needsOdoo(plan) && passing.length > 1) {
    return (await findTogether(odoo, plan, found, question.domain)).map(asBucket);
  }
  if (having.length === 0) return units.map(asBucket);
  const ids = new Set(passing.map(({ keys }) => bucketId(keys)));
  return units.filter((unit) => keyLists(unit).some((keys) => ids.has(bucketId(keys)))).map(asBucket);
}

/** What is left of all groups, where sums and counts are all that is asked. Currencies stay apart. */
function subtract(whole: Bucket[], shown: Bucket[], { found: { groups, currencies } }: AnswerPlan): Bucket[] {
  const kept = currencyKeys(groups, currencies);
  const idOf = (bucket: Bucket) => bucketId(groups.map(({ key }, at) => kept.has(key) ? bucket.keys[at]! : null));
  return whole.map((all): Bucket => {
    const own = shown.filter((bucket) => idOf(bucket) === idOf(all));
    return {
      keys: all.keys,
      count: own.reduce((rest, { count }) => rest - count, all.count),
      parts: all.parts.map((part, at) => ({
        ...part,
        sum: own.reduce((rest, { parts }) => rest - parts[at]!.sum, part.sum),
        n: own.reduce((rest, { parts }) => rest - parts[at]!.n, part.n),
      })),
    };
  });
}

/** Conditions for the records that are in none of the groups shown, by fields of the model itself. */
function restDomain(groups: readonly Group[], shown: readonly (readonly Json[])[], zone: string): Json[] {
  const [only] = groups;
  if (only !== undefined && groups.length === 1 && only.granularity === null) {
    const values = shown.flatMap(([key]) => rawKeys(key!, only));
    return [[only.field.name, "not in", values]];
  }
  return shown.flatMap((keys) => {
    const leaves = groups.flatMap((group, index) => otherThan(group, keys[index]!, zone));
    return [...Array<Json>(leaves.length - 1).fill("|"), ...leaves];
  });
}

/** Leaves of which one must hold. Odoo's `!=` holds for what is not set, its `<` and `>=` don't. */
function otherThan(group: Group, key: Json, zone: string): Json[] {
  const { name } = group.field;
  if (group.granularity !== null && typeof key === "number") {
    const [from, until] = spanBounds(key, group.field, group.granularity, zone);
    return [[name, "<", from], [name, ">=", until], [name, "=", false]];
  }
  const values = rawKeys(key, group);
  return values.length === 1 ? [[name, "!=", values[0]!]] : [[name, "not in", values]];
}

/** A key as Odoo stores it; texts that were emptied may stay "". */
function rawKeys(key: Json, { field }: Group): Json[] {
  if (key === null) return field.type === "char" ? [false, ""] : [false];
  return [Array.isArray(key) ? key[0]! : key];
}
