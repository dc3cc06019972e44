import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { countFitting } from "./budget.ts";
import { planChart } from "./group_chart.ts";
import { fulfils } from "./group_having.ts";
import { cutNotes, moneyNotes, untoldNotes } from "./group_notes.ts";
import { partialNotes } from "./group_partial.ts";
import type { Analysis, AnswerPlan } from "./group_plan.ts";
import { findRest, findWhole } from "./group_rest.ts";
import { type Row, rowColumns, rowConverters } from "./group_row.ts";
import { makeRows } from "./group_rows.ts";
import { sortGroups } from "./group_sort.ts";
import { change, type GroupColumn, percent } from "./group_table.ts";
import { totalsOf } from "./group_totals.ts";
import { isAdditive, type Measure } from "./measures.ts";
import { asBucket } from "./parts.ts";
import { FRAME_TOKENS } from "./table.ts";
import type { ToPlain } from "./values.ts";

/** Puts groups into rows: compared, filled, filtered, ordered, cut, and the rest and the whole added up. */
export async function answerGroups(odoo: Odoo, plan: AnswerPlan): Promise<Omit<Analysis, "model" | "domain">> {
  const { found, measures, having, comparison } = plan;
  const { groups, complete } = found;
  const notes: string[] = [];
  const rows = makeRows(plan, notes);
  const passing = rows.filter(({ values }) => fulfils(values, having));
  if (passing.length < rows.length) notes.push(`having leaves out ${rows.length - passing.length} groups.`);
  const shares = plan.share && groups.length > 0 ? shared(measures) : [];
  const columns = rowColumns(groups, measures, found.currencies, { isCompared: comparison !== null, shares });
  // Currencies were not asked for, so nothing orders by them yet.
  const added = groups.filter(({ key }) => !plan.order.some((part) => part.key === key));
  const order = [...plan.order, ...added.map(({ key }) => ({ key, desc: false }))];
  const sorted = complete ? sortGroups(passing, order, groups, valueNames(plan), orderedBy(plan)) : passing;
  const converters = await rowConverters(groups, measures, plan.question.zone);
  const candidates = sorted.slice(0, plan.limit);
  const isWhole = complete && candidates.length === sorted.length;
  // Shares need the total, and the total what does not fit; so the width of a row is estimated without them.
  const plain = candidates.map((row) => converters.row(row, []));
  const fitting = countFitting(
    plain,
    plan.maxTokens,
    FRAME_TOKENS + 40 * columns.length + 6 * shares.length * plain.length,
  );
  const shown = candidates.slice(0, fitting);
  const isCut = !isWhole || shown.length < candidates.length;
  const rest = isCut ? await findRest(odoo, plan, sorted, shown) : [];
  const whole = await findWhole(odoo, plan, passing);
  const totals = totalsOf(whole, groups, measures, found.currencies);
  const known = (values: JsonObject) => knownValues(values, measures, converters.values);
  const partsOf = ({ keys, values }: Row) =>
    measures.map((measure, at) =>
      shares.includes(at) ? percent(values[at]!, totals.wholeOf(measure, keys)) : undefined
    );
  const cells = shown.map((row) => converters.row(row, partsOf(row)));
  const chart = plan.chart === undefined ? null : planChart(plan.chart, columns, groups, seriesOf(plan, columns), {
    rows: shown,
    isShare: plan.share,
  });
  if (plan.chart !== undefined && chart === null) notes.push("There is nothing to draw: a chart needs groups.");
  const hidden = sorted.length - shown.length;
  return {
    columns,
    rows: cells,
    groups: cells.length,
    ...(complete && { groups_total: sorted.length }),
    records: totals.count,
    ...(isCut &&
      {
        others: {
          ...(complete && { groups: hidden }),
          ...known(totalsOf(rest, groups, measures, found.currencies).values),
        },
      }),
    ...(groups.length > 0 && (cells.length > 1 || isCut) &&
      { totals: compared(plan, known(totals.values), passing.length === rows.length) }),
    ...(comparison !== null && { compared: comparison.text }),
    ...(chart !== null && { chart }),
    notes: [
      ...notes,
      ...found.notes,
      ...partialNotes(plan, shown),
      ...moneyNotes(plan),
      ...untoldNotes(totals.values, measures),
      ...cutNotes(plan, shown.length, sorted.length, candidates.length),
    ],
  };
}

/** What may be drawn: measures and what they are compared with, those first by which the groups are ordered. */
function seriesOf({ measures, order }: AnswerPlan, columns: GroupColumn[]): number[] {
  const first = order[0]?.key.split(":").slice(0, 2).join(":");
  const keys = measures.map(({ key }) => key).sort((a, b) => Number(b === first) - Number(a === first));
  return keys.flatMap((key) => [key, `${key}:previous`]).map((key) => columns.findIndex(({ name }) => name === key))
    .filter((at) => at >= 0 && !columns[at]!.type.startsWith("date"));
}

/** The names of a row's values, in their order. */
function valueNames({ measures, comparison }: AnswerPlan): string[] {
  const names = measures.map(({ key }) => key);
  return comparison === null ? names : [...names, ...names.flatMap((key) => [`${key}:previous`, `${key}:change_pct`])];
}

/** The many2one group that Odoo's answer is ordered by before anything else. */
function orderedBy({ source, found, order }: AnswerPlan): string | null {
  const [part] = order;
  const group = found.groups.find(({ key }) => key === part?.key);
  const isOrdered = source.where !== "here" && group?.steps.length === 1 && group.field.type === "many2one";
  return isOrdered ? group.key : null;
}

/** The measures whose shares make 100 %: amounts, else counts. */
function shared(measures: Measure[]): number[] {
  const places = measures.flatMap((measure, at) => isAdditive(measure) ? [at] : []);
  const sums = places.filter((at) => measures[at]!.op === "sum");
  return sums.length > 0 ? sums : places;
}

/** The totals with those of the earlier time. */
function compared({ found, measures, comparison }: AnswerPlan, now: JsonObject, isAll: boolean): JsonObject {
  // Spans that follow each other overlap with those they are compared with.
  if (comparison === null || comparison.group >= 0 || found.before === null || !isAll) return now;
  const before = totalsOf(found.before.map(asBucket), found.groups, measures, found.currencies).values;
  return Object.fromEntries(
    Object.entries(now).flatMap(([key, value]): [string, Json][] => {
      const then = before[key] ?? null;
      if (typeof then !== "number" || typeof value !== "number") return [[key, value]];
      return [[key, value], [`${key}:previous`, then], [`${key}:change_pct`, change(value, then)]];
    }),
  );
}

/** Values by column, plain. What nobody can tell is left out; a note says so. */
function knownValues(values: JsonObject, measures: Measure[], converters: ToPlain[]): JsonObject {
  return Object.fromEntries(
    measures.flatMap(({ key, op }, at): [string, Json][] => {
      const value = values[key] ?? null;
      if (value === null && op === "count_distinct") return [];
      return [[key, isObject(value) ? value : converters[at]!(value)]];
    }),
  );
}
