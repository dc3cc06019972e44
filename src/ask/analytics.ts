import type { Odoo } from "../odoo/mod.ts";
import { answerGroups } from "./group_answer.ts";
import { checkChart } from "./group_chart.ts";
import { planComparison } from "./group_compare.ts";
import { findCurrencies } from "./group_currency.ts";
import { parseHaving } from "./group_having.ts";
import { parseGroupOrder } from "./group_order.ts";
import { findGroups } from "./group_find.ts";
import type { Analysis } from "./group_plan.ts";
import { whereToGroup } from "./group_source.ts";
import { parseGroups } from "./grouping.ts";
import { parseMeasures } from "./measures.ts";
import { type QueryInput, readQuery } from "./query.ts";
import { checkLimit } from "./select.ts";
import { DEFAULT_MAX_ROWS, type SelectLimits } from "./table.ts";
import { knownZone } from "./zone.ts";

/** What `analytics_query` takes, by the names of its arguments. */
export interface AnalyticsInput extends QueryInput {
  /** Fields, paths through many2one, dates with how finely: `["partner_id.country_id", "date_order:month"]`. */
  group_by?: readonly string[] | string | undefined;
  /** `"count"`, `"amount_total:sum"`, or `{field, op}`. */
  measures: readonly unknown[];
  /** Conditions on groups: `{measure, op, value}`. */
  having?: unknown;
  /** By columns of the answer, e.g. `"amount_total:sum desc"`. */
  order?: string | undefined;
  /** Groups at most; the rest is put together. Default 100, for dates 400. */
  limit?: number | undefined;
  /** Each group's part of the total, in percent. */
  share?: boolean | undefined;
  /** `previous_period` or `last_year`. */
  compare?: string | undefined;
  /** `bar`, `line`, `pie` or `auto`. */
  chart?: string | undefined;
}

/**
 * Aggregates records in one form on every version: dates are grouped in the user's time zone and named by ISO
 * (`2026-10-05` for a day and the first day of a week, `2026-10`, `2026-Q4`, `2026`), a group without a value is
 * `(not set)`, the sum of nothing is 0, its average null. Amounts of several currencies are kept apart by a column.
 *
 * One request to Odoo; one more for each relation on a path, for `compare` where the earlier time is outside the
 * conditions, for the groups that are not shown where there are more than 1,000 or distinct values are counted, and for the
 * total of distinct values. `E012` where more than 10,000 groups or records would have to be put together here.
 */
export async function analytics(
  odoo: Odoo,
  input: AnalyticsInput,
  limits: SelectLimits = {},
  now: number = Date.now(),
): Promise<Analysis> {
  const { model } = input;
  checkChart(input.chart);
  const fields = await odoo.fields(model);
  const groups = await parseGroups(odoo, model, input.group_by);
  const measures = await parseMeasures(odoo, model, input.measures);
  const names = measures.map(({ key }) => key);
  const having = parseHaving(input.having, names);
  const derived = input.compare === undefined ? [] : names.flatMap((key) => [`${key}:previous`, `${key}:change_pct`]);
  const order = parseGroupOrder(input.order, { groups, values: names, derived });
  const maxRows = limits.maxRows ?? DEFAULT_MAX_ROWS;
  const inTime = groups.find(({ key }) => key === order[0]?.key)?.granularity ?? null;
  const asked = checkLimit(input.limit ?? Math.min(inTime === null ? 100 : 400, maxRows), maxRows);
  // Without groups there is one row, or one for each currency.
  const limit = groups.length === 0 ? maxRows : asked;
  const { domain, context, notes, echo } = await readQuery(odoo, input);
  const zone = knownZone((await odoo.user()).timeZone);
  const comparison = input.compare === undefined
    ? null
    : planComparison(input.compare, domain, groups, fields, zone, now);
  const currencies = await findCurrencies(odoo, model, groups, measures);
  const source = whereToGroup(await odoo.version(), [...groups, ...currencies.groups], measures);
  const question = { model, domain, context, zone, measures, order };
  const needsAll = having.length > 0 || derived.some((key) => key === order[0]?.key);
  const found = await findGroups(odoo, { source, question, groups, currencies, comparison, limit, needsAll });
  const answer = await answerGroups(odoo, {
    found,
    source,
    question,
    measures,
    having,
    order,
    limit,
    comparison,
    share: input.share === true,
    chart: input.chart,
    maxTokens: limits.maxTokens ?? Infinity,
    now,
  });
  const { notes: more, ...rest } = answer;
  return { model, ...rest, notes: [...notes, ...more], ...echo };
}
