import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Odoo, Version } from "../odoo/mod.ts";
import { spanKey, startKey } from "./group_dates.ts";
import { followHops, plainOf } from "./group_hops.ts";
import { type Group, isGroupable } from "./grouping.ts";
import type { Measure } from "./measures.ts";
import { NOTHING, type Part, partOf, type Unit } from "./parts.ts";
import { isColumn } from "./rank.ts";
import { type GroupQuery, readGroups, type ServerGroup, type ServerMeasure } from "./read_groups.ts";
import { readRows } from "./read_rows.ts";
import { refuse } from "./refuse.ts";
import type { OrderPart } from "./group_order.ts";

/**
 * Who puts the records together: `odoo` itself; `both`, where Odoo groups by the first field of a path and the rest of the
 * path is read and merged here; or `here`, over the records themselves, for what Odoo can't group by or add up.
 */
export type Where = "odoo" | "both" | "here";

/** What is asked of the records. */
export interface Question {
  model: string;
  domain: Json[];
  context: JsonObject;
  zone: string;
  groups: Group[];
  measures: Measure[];
  /** How Odoo orders the groups. */
  order: OrderPart[];
  /** Groups at most; more than there are where null. */
  limit: number | null;
}

/** The answer, not yet put together. */
export interface Found {
  units: Unit[];
  /** False where Odoo has more groups than the limit. */
  complete: boolean;
  /** Related records that this user can't read. */
  unreadable: number;
}

/** Most groups that are merged, and most records that are computed from, in one answer. */
export const MOST_MERGED = 10_000;

/** Chooses who computes, and names the field that Odoo can't do, where there is one. */
export function whereToGroup(
  version: Version,
  groups: readonly Group[],
  measures: readonly Measure[],
): { where: Where; because: string | null } {
  const own = [...groups, ...measures].filter(({ steps }) => steps.length === 1);
  const paths = [...groups, ...measures].filter(({ steps }) => steps.length > 1);
  const unable = groups.find(({ steps }) => !isGroupable(steps[0]!)) ??
    paths.find(({ steps }) => !isGroupable(steps[0]!)) ??
    own.find(({ steps }) => !isColumn(steps[0]!));
  if (unable !== undefined) return { where: "here", because: unable.key };
  const isMerged = paths.length > 0;
  // A date is grouped by its span, so what is wanted of the date itself is lost; to 18 Odoo leaves such a measure out.
  const spans = new Set(groups.filter(({ granularity }) => granularity !== null).map(({ steps }) => steps[0]!.name));
  const lost = measures.find(({ op, steps }) => {
    const isDate = steps.length === 1 && /^date/.test(steps[0]!.type);
    return isDate && ((spans.has(steps[0]!.name) && version.major < 19) || (isMerged && op === "count_distinct"));
  });
  if (lost !== undefined) return { where: "here", because: lost.key };
  return { where: isMerged ? "both" : "odoo", because: null };
}

/** Asks: one request for groups, two for records, and one for each relation on the way of a path. */
export async function findUnits(odoo: Odoo, where: Where, because: string | null, question: Question): Promise<Found> {
  return where === "here" ? await fromRecords(odoo, question, because ?? "") : await fromGroups(odoo, where, question);
}

async function fromGroups(odoo: Odoo, where: Where, question: Question): Promise<Found> {
  const { groups, measures, order, zone } = question;
  const keys = new Map<string, ServerGroup>();
  const addKey = (field: Field) => keys.set(field.name, { key: field.name, field, granularity: null });
  for (const { key, steps, field, granularity } of groups) {
    if (steps.length > 1) addKey(steps[0]!);
    else keys.set(key, { key, field, granularity });
  }
  for (const { op, steps } of measures) {
    if (steps.length > 1 || (steps.length === 1 && where === "both" && op === "count_distinct")) addKey(steps[0]!);
  }
  const asked = new Map<string, ServerMeasure>([["count", { key: "count", op: "count", field: null }]]);
  const isKey = ({ steps }: Measure) => steps.length > 1 || (steps.length === 1 && keys.has(steps[0]!.name));
  for (const measure of measures) {
    if (isKey(measure) || measure.field === null) continue;
    const { field } = measure;
    const isOrdered = order.some(({ key }) => key === measure.key);
    const ops = measure.op !== "avg"
      ? [measure.op]
      : isOrdered
      ? ["avg", "sum", "count"] as const
      : ["sum", "count"] as const;
    for (const op of ops) asked.set(`${field.name}:${op}`, { key: `${field.name}:${op}`, op, field });
  }
  const servers = [...keys.values()];
  const serverMeasures = [...asked.values()];
  const query: GroupQuery = {
    model: question.model,
    domain: question.domain,
    context: { ...question.context, tz: zone },
    groups: servers,
    measures: serverMeasures,
    order: order.filter(({ key }) => keys.has(key) || asked.has(key)),
    limit: servers.length === 0 || question.limit === null ? null : question.limit + 1,
  };
  const rows = await readGroups(odoo, query);
  const limit = question.limit ?? Infinity;
  const complete = servers.length === 0 || rows.length <= limit;
  if (!complete && where === "both") tooManyGroups(servers.map(({ key }) => key).join(" and "), limit);
  const kept = rows.slice(0, limit);
  const at = new Map(servers.map(({ key }, index) => [key, index]));
  const valueAt = new Map(serverMeasures.map(({ key }, index) => [key, index]));
  const paths = [...groups, ...measures].map(({ steps }) => steps).filter((steps) => steps.length > 1);
  const hops = await followHops(odoo, paths, (first) => kept.map(({ keys }) => keys[at.get(first.name)!] ?? null));
  const units = kept.map((row): Unit => {
    const base = (field: Field) => row.keys[at.get(field.name)!] ?? null;
    const value = (key: string) => row.values[valueAt.get(key)!] ?? null;
    const count = numberOf(value("count"));
    return {
      count,
      keys: groups.map((group) => {
        const { key, steps, field, granularity } = group;
        if (steps.length > 1) return keysOf(group, hops.values(steps, base(steps[0]!)), zone);
        const raw = row.keys[at.get(key)!] ?? null;
        return [granularity === null ? plainOf(raw, field) : startKey(raw, field, granularity, zone)];
      }),
      parts: measures.map((measure) => {
        if (measure.field === null) return { ...NOTHING, n: count };
        if (!isKey(measure)) return serverPart(measure.field.name, value);
        return partOf(plainOf(hops.values(measure.steps, base(measure.steps[0]!))[0]!, measure.field), count);
      }),
    };
  });
  return { units, complete, unreadable: hops.unreadable };
}

/** What Odoo computed for a field in a group, with whatever was not asked for left empty. */
function serverPart(name: string, value: (key: string) => Json): Part {
  const extreme = (raw: Json): Json => raw === false ? null : raw;
  return {
    sum: numberOf(value(`${name}:sum`)),
    n: numberOf(value(`${name}:count`)),
    min: extreme(value(`${name}:min`)),
    max: extreme(value(`${name}:max`)),
    distinct: numberOf(value(`${name}:count_distinct`)),
  };
}

async function fromRecords(odoo: Odoo, question: Question, because: string): Promise<Found> {
  const { model, domain, context, groups, measures, zone } = question;
  const count = Number(await odoo.call(model, "search_count", { params: { domain }, context }));
  if (count > MOST_MERGED) {
    refuse(
      because,
      `Odoo can't compute this, and ${count} records are too many to do it here (at most ${MOST_MERGED})`,
      {
        code: "E012",
        hint: `Narrow the conditions, or leave ${because} out: only stored fields are grouped and added up by Odoo.`,
        details: { records: count, limit: MOST_MERGED },
      },
    );
  }
  const asked = [...groups, ...measures].map(({ steps }) => steps).filter((steps) => steps.length > 0);
  const names = [...new Set(asked.map((steps) => steps[0]!.name))];
  const fields = await odoo.fields(model);
  const { rows, dropped } = await readRows(odoo, model, fields, names, (wanted) =>
    odoo.call(model, "search_read", {
      params: { domain, fields: wanted, order: "id", limit: MOST_MERGED },
      context,
    }));
  if (dropped.length > 0) {
    refuse(because, `Odoo fails to compute ${dropped.join(", ")}`, { code: "E013", hint: "Use other fields." });
  }
  const value = (row: JsonObject, name: string): Json => row[name] ?? null;
  const hops = await followHops(
    odoo,
    asked.filter((steps) => steps.length > 1 || steps[0]!.type === "many2many"),
    ({ name }) => rows.map((row) => value(row, name)),
  );
  const units = rows.filter(isObject).map((row): Unit => ({
    count: 1,
    keys: groups.map((group) => keysOf(group, hops.values(group.steps, value(row, group.steps[0]!.name)), zone)),
    parts: measures.map(({ steps, field }) => {
      if (field === null) return { ...NOTHING, n: 1 };
      return partOf(plainOf(hops.values(steps, value(row, steps[0]!.name))[0]!, field), 1);
    }),
  }));
  return { units, complete: true, unreadable: hops.unreadable };
}

function keysOf({ field, granularity }: Group, values: Json[], zone: string): Json[] {
  return granularity === null ? values : values.map((raw) => spanKey(raw, field, granularity, zone));
}

/** Refuses what has too many groups to be put together. */
export function tooManyGroups(what: string, limit: number): never {
  refuse("group_by", `${what} makes more than ${limit} groups, too many to be put together here`, {
    code: "E012",
    hint: "Narrow the conditions, or leave out having, compare and paths so that Odoo itself finds the first groups.",
    details: { limit },
  });
}

function numberOf(raw: Json): number {
  return typeof raw === "number" ? raw : 0;
}
