import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Group, type Measure, parseGroupOrder, parseGroups, parseMeasures } from "./grouping.ts";
import { type QueryInput, readQuery } from "./query.ts";
import { type GroupQuery, type GroupRow, readGroups } from "./read_groups.ts";
import { checkLimit } from "./select.ts";
import { type Column, columnOf, DEFAULT_MAX_ROWS, type SelectLimits } from "./table.ts";
import { plainValues, type ToPlain } from "./values.ts";
import { isoLocal, knownZone, odooDate, parseOdoo, toLocal } from "./zone.ts";

/** What `analytics_query` takes, by the names of its arguments. */
export interface AnalyticsInput extends QueryInput {
  /** Field names, dates with how finely: `["user_id", "date_order:month"]`. */
  group_by?: readonly string[] | string | undefined;
  /** `"count"`, `"amount_total:sum"`, or `{field, op}`. */
  measures: readonly unknown[];
  /** By columns of the answer, e.g. `"amount_total:sum desc"`. */
  order?: string | undefined;
  /** Groups at most. Default 100. */
  limit?: number | undefined;
}

/** Groups as a table: first what they are grouped by, then the measures. */
export interface Analysis {
  model: string;
  columns: Column[];
  rows: Json[][];
  /** Groups in the answer. */
  count: number;
  has_more: boolean;
  /** Sums and counts over all matching records, by column; absent where nothing can be added up or there are no groups. */
  totals?: { [column: string]: Json };
  notes: string[];
  /** What was sent, where it differs from what was written. */
  domain?: Json[];
}

const DEFAULT_LIMIT = 100;

/**
 * Aggregates records in one form on every version: dates are grouped in the user's time zone and named by ISO
 * (`2026-10-05` for a day and the Monday of a week, `2026-10`, `2026-Q4`, `2026`), a group without a value is null, the
 * sum of nothing is 0. One request to Odoo; a second for the totals where there are more groups than asked for.
 */
export async function analytics(odoo: Odoo, input: AnalyticsInput, limits: SelectLimits = {}): Promise<Analysis> {
  const { model } = input;
  const maxRows = limits.maxRows ?? DEFAULT_MAX_ROWS;
  const limit = checkLimit(input.limit ?? Math.min(DEFAULT_LIMIT, maxRows), maxRows);
  const fields = await odoo.fields(model);
  const groups = parseGroups(fields, model, input.group_by);
  const measures = parseMeasures(fields, model, input.measures);
  const order = parseGroupOrder(input.order, groups, measures);
  const { domain, context, notes, echo } = await readQuery(odoo, input);
  const zone = knownZone((await odoo.user()).timeZone);
  const query: GroupQuery = {
    model,
    domain,
    groups,
    measures,
    order,
    limit: groups.length === 0 ? null : limit + 1,
    // Dates are cut into groups in the time zone of the context.
    context: { ...context, tz: zone },
  };
  const found = await readGroups(odoo, query);
  const hasMore = groups.length > 0 && found.length > limit;
  const rows = found.slice(0, limit);
  const totals = groups.length === 0 ? null : await totalsOf(odoo, query, rows, hasMore);
  const converters = await Promise.all([
    ...groups.map((group) => keyConverter(group, zone)),
    ...measures.map((m) => valueConverter(m, zone)),
  ]);
  const columns = [...groups.map(groupColumn), ...measures.map(measureColumn)];
  return {
    model,
    columns,
    rows: rows.map(({ keys, values }) => [...keys, ...values].map((raw, index) => converters[index]!(raw))),
    count: rows.length,
    has_more: hasMore,
    ...(totals !== null && { totals }),
    notes: [
      ...notes,
      ...currencyNotes(groups, measures),
      ...(hasMore ? [`Only the first ${limit} groups; raise limit for more.`] : []),
    ],
    ...echo,
  };
}

/** Sums and counts over all groups. Where groups are missing, or a record may be in several of them, Odoo adds up. */
async function totalsOf(
  odoo: Odoo,
  query: GroupQuery,
  rows: GroupRow[],
  hasMore: boolean,
): Promise<NonNullable<Analysis["totals"]> | null> {
  const added = query.measures.filter(({ op }) => op === "sum" || op === "count");
  if (added.length === 0) return null;
  const overlap = query.groups.some(({ field }) => field.type === "many2many");
  if (!hasMore && !overlap) {
    const totals = added.map(({ key }) => {
      const index = query.measures.findIndex((measure) => measure.key === key);
      return [key, exactSum(rows.map(({ values }) => numberOf(values[index]!)))];
    });
    return Object.fromEntries(totals);
  }
  const [row] = await readGroups(odoo, { ...query, groups: [], measures: added, order: [], limit: null });
  return Object.fromEntries(added.map(({ key }, index) => [key, numberOf(row?.values[index] ?? 0)]));
}

/** Without the dust that binary fractions leave (0.1 + 0.2). */
function exactSum(numbers: number[]): number {
  const sum = numbers.reduce((total, number) => total + number, 0);
  return Number(sum.toPrecision(14));
}

function numberOf(raw: Json): number {
  return typeof raw === "number" ? raw : 0;
}

async function keyConverter({ field, granularity }: Group, zone: string): Promise<ToPlain> {
  if (granularity === null) return await plainValues(field, zone, "row");
  return (raw) => {
    const start = typeof raw === "string" ? parseOdoo(raw) : null;
    if (start === null) return null;
    if (granularity === "hour") return isoLocal(start, zone);
    const date = odooDate(field.type === "datetime" ? toLocal(start, zone) : start);
    switch (granularity) {
      case "month":
        return date.slice(0, 7);
      case "quarter":
        return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
      case "year":
        return date.slice(0, 4);
      default:
        return date;
    }
  };
}

async function valueConverter({ op, field }: Measure, zone: string): Promise<ToPlain> {
  // Nothing adds up to false on 19 and to null on 14.
  if (op === "sum" || op === "count" || op === "count_distinct") return numberOf;
  if (field?.type === "datetime") return await plainValues(field, zone, "row");
  return (raw) => raw === false ? null : raw;
}

function groupColumn({ key, field }: Group): Column {
  return { ...columnOf(new Map([[field.name, field]]), field.name), name: key };
}

function measureColumn({ key, op, field }: Measure): Column {
  if (field === null) return { name: key, label: "Count", type: "integer" };
  if (op === "count" || op === "count_distinct") return { name: key, label: `${field.label} (${op})`, type: "integer" };
  const { currency_field } = columnOf(new Map([[field.name, field]]), field.name);
  const type = op === "avg" && field.type === "integer" ? "float" : field.type;
  return { name: key, label: `${field.label} (${op})`, type, ...(currency_field !== undefined && { currency_field }) };
}

/** Odoo adds amounts whatever their currency. */
function currencyNotes(groups: Group[], measures: Measure[]): string[] {
  const currencies = new Set(measures.flatMap(({ field, op }) => {
    const isAmount = field !== null && !op.startsWith("count") && field.currencyField !== undefined;
    return isAmount && !groups.some((group) => group.field.name === field.currencyField) ? [field.currencyField!] : [];
  }));
  return [...currencies].map((name) => `Amounts of all currencies are together; group by ${name} to tell them apart.`);
}
