import { toLocal, toUtc } from "./zone.ts";

/**
 * What a date in a condition means: a span of whole local days (`from` ≤ t < `until`, milliseconds as if local time were
 * UTC), or one instant (UTC milliseconds).
 */
export type When = { kind: "span"; from: number; until: number } | { kind: "instant"; at: number };

const DAY = 86_400_000;

/** How dates may be written, for messages. */
export const DATE_FORMS =
  "YYYY-MM-DD, YYYY-MM, YYYY-Q1, YYYY, or a period: today, yesterday, tomorrow, -30d (that day; " +
  "d w m y, + for the future), this_week, last_month, next_quarter, this_year";

/** How instants may be written, for messages. */
export const DATETIME_FORMS =
  `YYYY-MM-DDTHH:MM:SS with an offset (+02:00, Z) or in the user's time zone, ${DATE_FORMS}`;

/**
 * Reads a date, an instant or a period as surface.md §1 defines them; null when it is none of them, or no day of the
 * calendar. Weeks start on Monday, as in Odoo's own grouping. `-30d` is the one day 30 days ago, as `yesterday` is `-1d`,
 * so that `>= -30d` and `> -30d` both mean what people expect.
 */
export function readWhen(text: string, zone: string, now = Date.now()): When | null {
  const plain = text.trim();
  return readCalendar(plain) ?? readInstant(plain, zone) ?? readPeriod(plain.toLowerCase(), toLocal(now, zone));
}

function readCalendar(text: string): When | null {
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (day !== null) {
    const from = dayOf(Number(day[1]), Number(day[2]), Number(day[3]));
    return from === null ? null : span(from, from + DAY);
  }
  const part = /^(\d{4})(?:-(?:(\d\d)|Q([1-4])))?$/i.exec(text);
  if (part === null) return null;
  const [year, month, quarter] = [Number(part[1]), Number(part[2] ?? 0), Number(part[3] ?? 0)];
  if (year < 1000) return null;
  if (part[2] !== undefined) return month < 1 || month > 12 ? null : months(year, month - 1, 1);
  return quarter > 0 ? months(year, (quarter - 1) * 3, 3) : months(year, 0, 12);
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** Fractions of a second are dropped: Odoo compares whole seconds. */
function readInstant(text: string, zone: string): When | null {
  const parts = INSTANT.exec(text);
  if (parts === null) return null;
  const day = dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6] ?? 0)];
  if (day === null || hour > 23 || minute > 59 || second > 59) return null;
  const local = day + ((hour * 60 + minute) * 60 + second) * 1000;
  const offset = parts[7]?.toUpperCase();
  if (offset === undefined) return { kind: "instant", at: toUtc(local, zone) };
  if (offset === "Z") return { kind: "instant", at: local };
  const digits = offset.slice(1).replace(":", "").padEnd(4, "0");
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 14 || minutes > 59) return null;
  const size = (hours * 60 + minutes) * 60_000;
  return { kind: "instant", at: offset[0] === "-" ? local + size : local - size };
}

function readPeriod(text: string, localNow: number): When | null {
  const now = Math.floor(localNow / DAY) * DAY;
  const named = { yesterday: -1, today: 0, tomorrow: 1 }[text];
  if (named !== undefined) return span(now + named * DAY, now + (named + 1) * DAY);
  const shift = /^([+-])(\d{1,5})([dwmy])$/.exec(text);
  if (shift !== null) return shiftedDay(now, Number(`${shift[1]}${shift[2]}`), shift[3]!);
  const period = /^(this|last|next)_(week|month|quarter|year)$/.exec(text);
  if (period === null) return null;
  const steps = { last: -1, this: 0, next: 1 }[period[1]!]!;
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (period[2]) {
    case "week": {
      const monday = now - ((date.getUTCDay() + 6) % 7) * DAY + steps * 7 * DAY;
      return span(monday, monday + 7 * DAY);
    }
    case "month":
      return months(year, month + steps, 1);
    case "quarter":
      return months(year, Math.floor(month / 3) * 3 + steps * 3, 3);
    default:
      return months(year + steps, 0, 12);
  }
}

/** Months keep the day where they can: one month before 31 March is 28 February. */
function shiftedDay(now: number, count: number, unit: string): When | null {
  let from: number;
  if (unit === "d" || unit === "w") from = now + count * (unit === "w" ? 7 : 1) * DAY;
  else {
    const date = new Date(now);
    const total = date.getUTCFullYear() * 12 + date.getUTCMonth() + count * (unit === "y" ? 12 : 1);
    const [year, month] = [Math.floor(total / 12), ((total % 12) + 12) % 12];
    const last = new Date(utc(year, month + 1, 0)).getUTCDate();
    from = utc(year, month, Math.min(date.getUTCDate(), last));
  }
  return from < utc(1000, 0, 1) || from > utc(9999, 11, 31) ? null : span(from, from + DAY);
}

function dayOf(year: number, month: number, day: number): number | null {
  if (year < 1000 || month < 1 || month > 12 || day < 1) return null;
  const time = utc(year, month - 1, day);
  return new Date(time).getUTCMonth() === month - 1 ? time : null;
}

function months(year: number, month: number, count: number): When {
  return span(utc(year, month, 1), utc(year, month + count, 1));
}

function span(from: number, until: number): When {
  return { kind: "span", from, until };
}

/** `Date.UTC` takes years below 100 for 1900 and later; this one does not. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}
