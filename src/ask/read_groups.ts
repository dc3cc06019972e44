import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import type { OrderPart } from "./group_order.ts";
import type { Granularity } from "./grouping.ts";
import type { Aggregate } from "./measures.ts";
import { refuse } from "./refuse.ts";

/** What Odoo groups by: a field of the model itself. */
export interface ServerGroup {
  /** Odoo's own form: `partner_id`, `date_order:month`. */
  key: string;
  field: Field;
  granularity: Granularity | null;
}

/** What Odoo computes: `amount_total:sum`, or `count` for the records themselves. */
export interface ServerMeasure {
  key: string;
  op: Aggregate;
  field: Field | null;
}

/** A question to `read_group`, whatever the version calls it. */
export interface GroupQuery {
  model: string;
  domain: Json[];
  groups: ServerGroup[];
  measures: ServerMeasure[];
  order: OrderPart[];
  /** Groups at most; null for all. */
  limit: number | null;
  context: JsonObject;
}

/** One group in the one form: raw values, by the order of the query's groups and measures. */
export interface GroupRow {
  /** As Odoo says them, but dates are the start of their span in Odoo's form (UTC for datetimes). `false` for none. */
  keys: Json[];
  values: Json[];
}

/** Asks Odoo for groups with one request, in the form its version has. */
export async function readGroups(odoo: Odoo, query: GroupQuery): Promise<GroupRow[]> {
  const version = await odoo.version();
  return version.major >= 19 ? await formatted(odoo, query) : await classic(odoo, query);
}

/** `formatted_read_group`, from 19 on: aggregates answer under the name they were asked by. */
async function formatted(
  odoo: Odoo,
  { model, domain, groups, measures, order, limit, context }: GroupQuery,
): Promise<GroupRow[]> {
  const name = (key: string) => key === "count" ? "__count" : key;
  const rows = rowsOf(
    await odoo.call(model, "formatted_read_group", {
      params: {
        domain,
        groupby: groups.map(({ key }) => key),
        aggregates: measures.map(({ key }) => name(key)),
        ...(order.length > 0 && { order: order.map((part) => `${name(part.key)} ${way(part)}`).join(", ") }),
        ...(limit !== null && { limit }),
      },
      context,
    }),
    model,
  );
  return rows.map((row) => ({
    keys: keysOf(row, groups, row["__extra_domain"]),
    values: measures.map((measure) => valueOf(row, measure, name(measure.key))),
  }));
}

/**
 * `read_group`, to 18: aggregates get names of their own (`m0:sum(amount_total)`), for under its own name a field that is
 * both grouped by and aggregated would answer only once. It can't be ordered by `__count`, so the count is an aggregate.
 */
async function classic(
  odoo: Odoo,
  { model, domain, groups, measures, order, limit, context }: GroupQuery,
): Promise<GroupRow[]> {
  for (const { key, field } of measures) {
    if (field !== null && groups.some((group) => group.field.name === field.name)) refuseBoth(key);
  }
  const alias = (key: string) => {
    const index = measures.findIndex((measure) => measure.key === key);
    return index < 0 ? key : `m${index}`;
  };
  const rows = rowsOf(
    await odoo.call(model, "read_group", {
      params: {
        domain,
        fields: measures.map(({ op, field }, index) => `m${index}:${op}(${field?.name ?? "id"})`),
        groupby: groups.map(({ key }) => key),
        lazy: false,
        ...(order.length > 0 && { orderby: order.map((part) => `${alias(part.key)} ${way(part)}`).join(", ") }),
        ...(limit !== null && { limit }),
      },
      context,
    }),
    model,
  );
  return rows.map((row) => ({
    keys: keysOf(row, groups, row["__domain"]),
    values: measures.map((measure, index) => valueOf(row, measure, `m${index}`)),
  }));
}

function way({ desc }: OrderPart): string {
  return desc ? "desc" : "asc";
}

function valueOf(row: JsonObject, measure: ServerMeasure, name: string): Json {
  return row[name] ?? (Object.hasOwn(row, name) ? null : refuseBoth(measure.key));
}

/** `read_group` silently leaves out what is grouped by as well. */
function refuseBoth(key: string): never {
  refuse(`measure ${key}`, "this version of Odoo can't aggregate a field that it also groups by", {
    code: "E013",
    hint: `Leave ${key} out, or group by something else.`,
  });
}

/**
 * The groups' values. A date's label is translated ("October 2026"), so its start is taken from `__range` (16 to 18) or
 * from the conditions that Odoo adds for the group: they stand in the order of the groups, two for a date, else one.
 */
function keysOf(row: JsonObject, groups: ServerGroup[], conditions: Json | undefined): Json[] {
  const ranges = row["__range"];
  const leaves = Array.isArray(conditions) ? conditions.filter((item) => Array.isArray(item)) : [];
  let next = 0;
  return groups.map(({ key, field, granularity }) => {
    const value = row[key] ?? false;
    const leaf = leaves[next];
    const isSpan = granularity !== null && value !== false;
    next += isSpan ? 2 : 1;
    if (!isSpan) return value;
    const range = isObject(ranges) ? ranges[key] ?? ranges[field.name] : undefined;
    const start = isObject(range) ? range["from"] : leaf?.[0] === field.name && leaf[1] === ">=" ? leaf[2] : undefined;
    if (typeof start === "string") return start;
    throw new Failure("E999", `Cannot tell when a group of ${key} starts: Odoo's answer does not say.`);
  });
}

function rowsOf(answer: Json, model: string): JsonObject[] {
  if (Array.isArray(answer) && answer.every(isObject)) return answer;
  throw new Failure("E999", `Cannot group ${model}: Odoo's answer is no list of groups.`);
}
