import type { JsonObject } from "../lib/json.ts";
import type { AnswerPlan } from "./group_plan.ts";
import { NOT_SET } from "./group_table.ts";
import type { Measure } from "./measures.ts";

/** Tells whether amounts of several currencies are kept apart or may be added. */
export function moneyNotes({ found: { currencies, groups, units } }: AnswerPlan): string[] {
  const kinds = [...currencies.values()];
  const unknown = [...new Set(kinds.flatMap((one) => one.kind === "unknown" ? [one.field] : []))];
  const apart = [...new Set(kinds.flatMap((one) => one.kind === "group" ? [one.key] : []))];
  const texts = apart.flatMap((key) => {
    const at = groups.findIndex((group) => group.key === key);
    const names = new Set(units.map(({ keys }) => {
      const [name] = keys[at] ?? [];
      return Array.isArray(name) ? String(name[1]) : NOT_SET;
    }));
    return names.size > 1 ? [`Amounts in ${[...names].join(", ")} are kept apart.`] : [];
  });
  return [
    ...unknown.map((field) => `Amounts are added whatever their currency: ${field} can't be grouped by.`),
    ...new Set(texts),
  ];
}

/** Tells which totals nobody knows: different values over several currencies, or over groups that `having` chose. */
export function untoldNotes(values: JsonObject, measures: readonly Measure[]): string[] {
  const untold = measures.filter(({ key, op }) => op === "count_distinct" && (values[key] ?? null) === null);
  return untold.map(({ key }) => `${key} has no total here: ask for it without groups.`);
}

/** Tells which groups are not shown, and in which records count twice. */
export function cutNotes(plan: AnswerPlan, shown: number, sorted: number, candidates: number): string[] {
  const { groups, complete } = plan.found;
  const many = groups.find(({ field }) => field.type === "many2many");
  const overlap = many === undefined ? [] : [`A record with several ${many.field.label} counts in each of them.`];
  if (shown < candidates) {
    return [
      ...overlap,
      `Only ${shown} of ${complete ? sorted : "many"} groups fit into an answer; the rest is in others.`,
    ];
  }
  if (!complete) {
    return [...overlap, `There are more than ${sorted} groups: the first ${shown} are shown, the rest is in others.`];
  }
  return shown < sorted ? [...overlap, `The first ${shown} of ${sorted} groups; the rest is in others.`] : overlap;
}
