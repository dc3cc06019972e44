import type { Json } from "../lib/json.ts";
import type { Field } from "../odoo/mod.ts";
import type { Granularity } from "./grouping.ts";
import { isoLocal, odooDate, odooDatetime, parseOdoo, toLocal, toUtc } from "./zone.ts";

// Keys of date groups are numbers: the start of the span in milliseconds as if local time were UTC; hours alone are UTC,
// for an hour of the clock may come twice.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A step in time. */
export interface Shift {
  months: number;
  days: number;
}

/** One span further. */
export const SPANS: Record<Exclude<Granularity, "hour">, Shift> = {
  day: { months: 0, days: 1 },
  week: { months: 0, days: 7 },
  month: { months: 1, days: 0 },
  quarter: { months: 3, days: 0 },
  year: { months: 12, days: 0 },
};

/** The key of the span whose start Odoo tells (`2026-09-30 22:00:00` in UTC, or a date). */
export function startKey(raw: Json, field: Field, granularity: Granularity, zone: string): number | null {
  const time = typeof raw === "string" ? parseOdoo(raw) : null;
  if (time === null || field.type === "date" || granularity === "hour") return time;
  return toLocal(time, zone);
}

/** The key of the span that a value lies in. Weeks start on Monday, as where Odoo groups by ISO weeks (to 16). */
export function spanKey(raw: Json, field: Field, granularity: Granularity, zone: string): number | null {
  const time = typeof raw === "string" ? parseOdoo(raw) : null;
  if (time === null) return null;
  if (granularity === "hour") return Math.floor(time / HOUR) * HOUR;
  const local = field.type === "datetime" ? toLocal(time, zone) : time;
  return spanStart(local, granularity);
}

/** The start of the span that a local time lies in. */
export function spanStart(local: number, granularity: Granularity): number {
  const day = Math.floor(local / DAY) * DAY;
  const date = new Date(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (granularity) {
    case "hour":
      return Math.floor(local / HOUR) * HOUR;
    case "day":
      return day;
    case "week":
      return day - ((date.getUTCDay() + 6) % 7) * DAY;
    case "month":
      return Date.UTC(year, month, 1);
    case "quarter":
      return Date.UTC(year, month - month % 3, 1);
    case "year":
      return Date.UTC(year, 0, 1);
  }
}

/** A local time moved; months keep the day where they can. */
export function moved(local: number, { months, days }: Shift, times = 1): number {
  const date = new Date(local + days * times * DAY);
  if (months === 0) return date.getTime();
  const total = date.getUTCFullYear() * 12 + date.getUTCMonth() + months * times;
  const [year, month] = [Math.floor(total / 12), ((total % 12) + 12) % 12];
  const day = Math.min(date.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  return Date.UTC(year, month, day) + local % DAY;
}

/** The start of the next span. */
export function nextKey(key: number, granularity: Granularity): number {
  return granularity === "hour" ? key + HOUR : moved(key, SPANS[granularity]);
}

/** The bounds of a span as a domain takes them. */
export function spanBounds(key: number, field: Field, granularity: Granularity, zone: string): [string, string] {
  const next = nextKey(key, granularity);
  if (field.type === "date") return [odooDate(key), odooDate(next)];
  if (granularity === "hour") return [odooDatetime(key), odooDatetime(next)];
  return [odooDatetime(toUtc(key, zone)), odooDatetime(toUtc(next, zone))];
}

/** A span by ISO: `2026-10-05` for a day and the first day of a week, `2026-10`, `2026-Q4`, `2026`. */
export function spanName(key: number, granularity: Granularity, zone: string): string {
  if (granularity === "hour") return isoLocal(key, zone);
  const date = odooDate(key);
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
}
