import { closest } from "../lib/closest.ts";
import type { Json } from "../lib/json.ts";
import type { Fields } from "../odoo/mod.ts";
import { moved, type Shift, SPANS } from "./group_dates.ts";
import type { Group } from "./grouping.ts";
import { rankFields } from "./rank.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";
import { odooDate, odooDatetime, parseOdoo, toLocal, toUtc } from "./zone.ts";

/** What figures are compared with. */
export interface Comparison {
  /** The conditions of the earlier time; null where the records asked for hold it already. */
  domain: Json[] | null;
  /** From the earlier time to the one it is compared with. */
  shift: Shift;
  /** The place of the group that is moved by it, or -1. */
  group: number;
  /** For the reader: what is compared with what. */
  text: string;
}

/** A period in the conditions: local milliseconds, `until` is the first that is not in it. */
export interface Period {
  from: number | null;
  until: number | null;
}

const DAY = 86_400_000;
const KINDS = ["previous_period", "last_year"];

/**
 * Plans a comparison. With a date group each span is compared with the one before it, or the same a year earlier; else the
 * period of the conditions is. `E004` where there is neither.
 */
export function planComparison(
  kind: string,
  domain: Json[],
  groups: readonly Group[],
  fields: Fields,
  zone: string,
  now: number,
): Comparison {
  if (!KINDS.includes(kind)) {
    refuse("compare", `${quote(kind)} is unknown`, { near: closest(kind, KINDS), hint: `Use ${KINDS.join(" or ")}.` });
  }
  const dated = groups.flatMap((group, index) => group.granularity === null ? [] : [index]);
  if (dated.length > 1) {
    refuse("compare", "groups by two dates can't be compared", { code: "E013", hint: "Group by one date." });
  }
  const [at] = dated;
  return at === undefined
    ? comparePeriod(kind, domain, fields, zone, now)
    : compareSpans(kind, domain, groups[at]!, at, zone);
}

function compareSpans(kind: string, domain: Json[], group: Group, at: number, zone: string): Comparison {
  const granularity = group.granularity!;
  if (granularity === "hour") refuse("compare", "hours can't be compared", { hint: "Group by day or longer." });
  const isYear = kind === "last_year";
  // 52 weeks, so that weeks meet weeks.
  const year = granularity === "week" ? { months: 0, days: 364 } : { months: 12, days: 0 };
  const shift = isYear ? year : SPANS[granularity];
  const field = pathOf(group);
  const hasBounds = dateLeaves(domain).some((leaf) => leaf.field === field);
  return {
    domain: hasBounds ? shifted(domain, field, shift, zone) : null,
    shift,
    group: at,
    text: `each ${granularity} with ${isYear ? "the same one a year earlier" : `the ${granularity} before`}`,
  };
}

function comparePeriod(kind: string, domain: Json[], fields: Fields, zone: string, now: number): Comparison {
  const names = [...new Set(dateLeaves(domain).map(({ field }) => field))];
  const dates = rankFields(fields).filter(({ type }) => type === "date" || type === "datetime");
  const example = dates[0]?.name ?? "create_date";
  if (names.length !== 1) {
    refuse("compare", names.length === 0 ? "there is no period to compare" : `${names.join(" and ")} are two periods`, {
      hint: `Give where one period, e.g. {"field": "${example}", "op": "=", "value": "this_month"}, or group by ` +
        `"${example}:month".`,
    });
  }
  const [name] = names as [string];
  const { from, until } = periodOf(domain, name, zone);
  const end = until ?? Math.max(moved(Math.floor(toLocal(now, zone) / DAY) * DAY, SPANS.day), (from ?? 0) + DAY);
  if (from === null && kind === "previous_period") {
    refuse("compare", `the period of ${name} has no start`, {
      hint: `Give it one, e.g. {"field": "${name}", "op": "=", "value": "this_month"}.`,
    });
  }
  const shift = kind === "last_year" ? { months: 12, days: 0 } : lengthOf(from!, end);
  const span = (first: number | null, until: number) =>
    `${first === null ? "all" : odooDate(first)} to ${odooDate(until - DAY)}`;
  const before = from === null ? null : moved(from, shift, -1);
  const isOver = end <= toLocal(now, zone);
  // Without an end the earlier period would reach into the later one.
  const closed = until === null ? [...domain, untilLeaf(domain, name, end, zone)] : domain;
  return {
    domain: shifted(closed, name, shift, zone),
    shift,
    group: -1,
    text: `${span(from, end)}${isOver ? "" : " (not over yet)"} with ${span(before, movedEnd(end, shift))}`,
  };
}

function untilLeaf(domain: Json[], name: string, end: number, zone: string): Json {
  const isDate = dateLeaves(domain).find(({ field }) => field === name)!.isDate;
  return [name, "<", isDate ? odooDate(end) : odooDatetime(toUtc(end, zone))];
}

/**
 * How far back the previous period is: whole months by months, the part of a week, month, quarter or year that has passed by
 * that unit (1 to 21 November with 1 to 21 October), everything else by its days.
 */
export function lengthOf(from: number, until: number): Shift {
  const start = new Date(from);
  const [day, month] = [start.getUTCDate(), start.getUTCMonth()];
  if (from % DAY === 0 && day === 1) {
    for (let months = 1; months <= 120; months++) {
      const end = moved(from, { months, days: 0 });
      if (end === until) return { months, days: 0 };
      if (end > until) break;
    }
    const units = [1, ...(month % 3 === 0 ? [3] : []), ...(month === 0 ? [12] : [])];
    const months = units.find((unit) => until <= moved(from, { months: unit, days: 0 }));
    if (months !== undefined && until - from > DAY) return { months, days: 0 };
  }
  const days = Math.max(1, Math.ceil((until - from) / DAY));
  const isMonday = start.getUTCDay() === 1;
  return { months: 0, days: isMonday && days > 1 && days < 7 ? 7 : days };
}

interface DateLeaf {
  field: string;
  op: string;
  isDate: boolean;
  time: number;
  /** Its place in the domain. */
  at: number;
}

const BOUNDS = ["=", ">=", ">", "<=", "<"];

/** Comparisons with a date that all records fulfil. */
function dateLeaves(domain: Json[]): DateLeaf[] {
  const leaves: DateLeaf[] = [];
  for (let at = 0; at < domain.length; at++) {
    const item = domain[at]!;
    if (item === "|" || item === "!") at = endOfOperand(domain, at) - 1;
    else if (Array.isArray(item)) {
      const [field, op, value] = item;
      const time = typeof value === "string" ? parseOdoo(value) : null;
      if (time !== null && BOUNDS.includes(String(op))) {
        leaves.push({ field: String(field), op: String(op), isDate: String(value).length === 10, time, at });
      }
    }
  }
  return leaves;
}

function endOfOperand(domain: Json[], start: number): number {
  let wanted = 1;
  let at = start;
  for (; at < domain.length && wanted > 0; at++) {
    const item = domain[at]!;
    if (item === "|" || item === "&") wanted += 1;
    else if (item !== "!") wanted -= 1;
  }
  return at;
}

/** The period that the conditions allow for a date field. */
export function periodOf(domain: Json[], field: string, zone: string): Period {
  const period: Period = { from: null, until: null };
  for (const leaf of dateLeaves(domain)) {
    if (leaf.field !== field) continue;
    const { first, end } = spanOf(leaf, zone);
    if (leaf.op === "=" || leaf.op === ">=" || leaf.op === ">") {
      period.from = Math.max(period.from ?? -Infinity, leaf.op === ">" ? end : first);
    }
    if (leaf.op === "=" || leaf.op === "<=" || leaf.op === "<") {
      period.until = Math.min(period.until ?? Infinity, leaf.op === "<" ? first : end);
    }
  }
  return period;
}

/** A date is a day; an instant the second that it is. */
function spanOf({ isDate, time }: DateLeaf, zone: string): { first: number; end: number } {
  const first = isDate ? time : toLocal(time, zone);
  return { first, end: first + (isDate ? DAY : 1000) };
}

/** The conditions with a field's dates moved back. */
function shifted(domain: Json[], field: string, shift: Shift, zone: string): Json[] {
  const result = [...domain];
  for (const leaf of dateLeaves(domain)) {
    if (leaf.field !== field) continue;
    const { first, end } = spanOf(leaf, zone);
    // `<=` and `>` speak of the day after.
    const edge = leaf.op === "<=" || leaf.op === ">" ? end : first;
    const before = leaf.op.startsWith("<") ? movedEnd(edge, shift) : moved(edge, shift, -1);
    const local = before - (edge - first);
    result[leaf.at] = [field, leaf.op, leaf.isDate ? odooDate(local) : odooDatetime(toUtc(local, zone))];
  }
  return result;
}

/**
 * The end of a period (the first moment not in it) moved back: the end of a month stays one, and the last days of a
 * month meet the last of a shorter one.
 */
export function movedEnd(until: number, shift: Shift): number {
  return Math.max(moved(until, shift, -1), moved(until - DAY, shift, -1) + DAY);
}

/** The path of a group as conditions name it. */
export function pathOf({ steps }: Group): string {
  return steps.map(({ name }) => name).join(".");
}

/** Where a date of the earlier time belongs. */
export function alignKey(key: Json, { shift }: Comparison): Json {
  return typeof key === "number" ? moved(key, shift) : key;
}
