import { type Calendar, ISO_CALENDAR } from "./calendar.ts";
import { toLocal, toUtc } from "./zone.ts";

/**
 * What a date in a condition means: a span of whole local days (`from` ≤ t < `until`, milliseconds as if local time were
 * UTC), or one instant (UTC milliseconds).
 */
export type When = Span | { kind: "instant"; at: number };

interface Span {
  kind: "span";
  from: number;
  until: number;
}

const DAY = 86_400_000;

/** How dates may be written, for messages. */
export const DATE_FORMS =
  "YYYY-MM-DD, YYYY-MM, YYYY-Q1, YYYY, or a period: today, yesterday, tomorrow, -30d (that day; d w m y, + for the " +
  "future), this_week, last_month, next_quarter, this_year, this_fiscal_year, last_30_days, next_7_days, last_12_months, " +
  "next_monday, " +
  "year_to_date";

/** How instants may be written, for messages. */
export const DATETIME_FORMS =
  `YYYY-MM-DDTHH:MM:SS with an offset (+02:00, Z) or in the user's time zone, now, ${DATE_FORMS}`;

/** Whether a date's meaning depends on the {@link Calendar}. */
export function needsCalendar(text: string): boolean {
  return /week|fiscal/i.test(text);
}

/**
 * Reads a date, an instant or a period as surface.md §1 defines them; null when it is none of them, or no day of the
 * calendar. `-30d` is the one day 30 days ago, as `yesterday` is `-1d`, so that `>= -30d` and `> -30d` both mean what
 * people expect. `last_30_days` goes from `-30d` to today, `next_7_days` from today to `+7d`, `last_12_months` from `-12m`
 * to today, both ends included; `year_to_date` ends today; `next_monday` is the first Monday after today. Words may be parted by spaces (`last 30 days`).
 */
export function readWhen(text: string, zone: string, now = Date.now(), calendar = ISO_CALENDAR): When | null {
  const plain = text.trim();
  const words = plain.toLowerCase().replace(/\s+/g, "_");
  if (words === "now") return { kind: "instant", at: Math.floor(now / 1000) * 1000 };
  return readCalendarDate(plain) ?? readInstant(plain, zone) ?? readPeriod(words, toLocal(now, zone), calendar);
}

function readCalendarDate(text: string): When | null {
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

function readPeriod(text: string, localNow: number, calendar: Calendar): When | null {
  const now = Math.floor(localNow / DAY) * DAY;
  const named = { yesterday: -1, today: 0, tomorrow: 1 }[text];
  if (named !== undefined) return span(now + named * DAY, now + (named + 1) * DAY);
  const shift = /^([+-])(\d{1,5})([dwmy])$/.exec(text);
  if (shift !== null) return shiftedDay(now, Number(`${shift[1]}${shift[2]}`), shift[3]!);
  const weekday = /^(last|next)_(sun|mon|tues|wednes|thurs|fri|satur)day$/.exec(text);
  if (weekday !== null) return nextWeekday(now, weekday[1] === "next" ? 1 : -1, WEEKDAYS.indexOf(weekday[2]!));
  const several = /^(last|past|next)_(\d{1,5})_(day|week|month|quarter|year)s?$/.exec(text);
  if (several !== null) return upTo(now, several[1] === "next" ? 1 : -1, Number(several[2]), several[3]!);
  const toDate = /^(?:(week|month|quarter|year|fiscal_year)_to_date|([wmqy])td)$/.exec(text);
  if (toDate !== null) {
    const whole = periodAt(
      now,
      toDate[1] ?? { w: "week", m: "month", q: "quarter", y: "year" }[toDate[2]!]!,
      0,
      calendar,
    );
    return whole === null ? null : { ...whole, until: now + DAY };
  }
  const period = /^(?:(this|current|last|previous|next)_)?(week|month|quarter|year|fiscal_year)$/.exec(text);
  if (period === null || (period[1] === undefined && period[2] !== "fiscal_year")) return null;
  const steps = { last: -1, previous: -1, this: 0, current: 0, next: 1 }[period[1] ?? "this"]!;
  return periodAt(now, period[2]!, steps, calendar);
}

const WEEKDAYS = ["sun", "mon", "tues", "wednes", "thurs", "fri", "satur"];

/** The first such day after today, or the last one before it. */
function nextWeekday(now: number, way: 1 | -1, weekday: number): Span {
  const days = (way * (weekday - new Date(now).getUTCDay()) + 7) % 7;
  const first = now + way * (days === 0 ? 7 : days) * DAY;
  return span(first, first + DAY);
}

/** The period of its kind that today lies in, or one `steps` further. */
function periodAt(now: number, kind: string, steps: number, { weekStart, fiscalEnd }: Calendar): Span | null {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (kind) {
    case "week": {
      const first = now - ((date.getUTCDay() - weekStart + 7) % 7) * DAY + steps * 7 * DAY;
      return span(first, first + 7 * DAY);
    }
    case "month":
      return months(year, month + steps, 1);
    case "quarter":
      return months(year, Math.floor(month / 3) * 3 + steps * 3, 3);
    case "year":
      return months(year + steps, 0, 12);
    default: {
      const ending = year + (now <= lastFiscalDay(year, fiscalEnd) ? 0 : 1) + steps;
      return span(lastFiscalDay(ending - 1, fiscalEnd) + DAY, lastFiscalDay(ending, fiscalEnd) + DAY);
    }
  }
}

/** 28 February ends a fiscal year on the 29th in leap years, as Odoo counts. */
function lastFiscalDay(year: number, { month, day }: Calendar["fiscalEnd"]): number {
  const last = utc(year, month, 0);
  return month === 2 && day >= 28 ? last : Math.min(utc(year, month - 1, day), last);
}

function upTo(now: number, way: number, count: number, unit: string): When | null {
  const [times, letter] = unit === "quarter" ? [count * 3, "m"] : [count, unit[0]!];
  const far = shiftedDay(now, way * times, letter);
  if (far === null) return null;
  return way < 0 ? span(far.from, now + DAY) : span(now, far.until);
}

/** Months keep the day where they can: one month before 31 March is 28 February. */
function shiftedDay(now: number, count: number, unit: string): Span | null {
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

function months(year: number, month: number, count: number): Span {
  return span(utc(year, month, 1), utc(year, month + count, 1));
}

function span(from: number, until: number): Span {
  return { kind: "span", from, until };
}

/** `Date.UTC` takes years below 100 for 1900 and later; this one does not. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}
