/** How `read_group` cuts time: `date_order:month` and the like. */
export type Granularity = "hour" | "day" | "week" | "month" | "quarter" | "year";

/** A bucket of time: its label in Odoo's English, and where it starts and ends (the end is not part of it). */
export interface Period {
  label: string;
  /** In UTC as on the wire: `YYYY-MM-DD HH:MM:SS` for a datetime, `YYYY-MM-DD` for a date. */
  start: string;
  end: string;
}

export const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAY = 86_400_000;

/** Tells whether a text names a granularity. */
export function isGranularity(text: string): text is Granularity {
  return ["hour", "day", "week", "month", "quarter", "year"].includes(text);
}

/**
 * The period a stored value falls in. A datetime is cut in the given time zone, and its bounds are turned back to UTC;
 * a date knows no time zone.
 */
export function periodOf(value: string, type: string, granularity: Granularity, timeZone: string): Period {
  const moment = parse(value);
  const zone = type === "datetime" ? timeZone : "UTC";
  const local = new Date(moment.getTime() + offset(moment, zone));
  const start = truncate(local, granularity);
  const end = advance(start, granularity);
  const write = (day: Date) => type === "date" ? format(day).slice(0, 10) : format(toUtc(day, zone));
  return { label: labelOf(start, granularity), start: write(start), end: write(end) };
}

/** The wire's text of a moment: `YYYY-MM-DD HH:MM:SS` in UTC. */
export function format(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace("T", " ");
}

/** Tells whether a text in the wire's form names a moment that exists: no 31st of February. */
export function isDate(text: string): boolean {
  const moment = parse(text);
  // JavaScript would move the 31st of February to March.
  return !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === text.slice(0, 10);
}

/** Reads the wire's date or datetime as a moment in UTC. */
export function parse(text: string): Date {
  return new Date(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(" ", "T")}Z`);
}

/** Tells whether a time zone is known. */
export function isTimeZone(zone: unknown): zone is string {
  if (typeof zone !== "string" || zone === "") return false;
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
}

function truncate(local: Date, granularity: Granularity): Date {
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  switch (granularity) {
    case "hour":
      return new Date(Date.UTC(year, month, day, local.getUTCHours()));
    case "day":
      return new Date(Date.UTC(year, month, day));
    case "week": // PostgreSQL's week starts on Monday.
      return new Date(Date.UTC(year, month, day - (local.getUTCDay() + 6) % 7));
    case "month":
      return new Date(Date.UTC(year, month));
    case "quarter":
      return new Date(Date.UTC(year, month - month % 3));
    case "year":
      return new Date(Date.UTC(year, 0));
  }
}

function advance(start: Date, granularity: Granularity): Date {
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  const days = { hour: 1 / 24, day: 1, week: 7 };
  if (granularity === "hour" || granularity === "day" || granularity === "week") {
    return new Date(start.getTime() + days[granularity] * DAY);
  }
  return new Date(Date.UTC(year, month + { month: 1, quarter: 3, year: 12 }[granularity]));
}

function labelOf(start: Date, granularity: Granularity): string {
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  const day = `${String(start.getUTCDate()).padStart(2, "0")} ${MONTHS[month]!.slice(0, 3)}`;
  switch (granularity) {
    case "hour":
      return `${String(start.getUTCHours() % 12 || 12).padStart(2, "0")}:00 ${day}`;
    case "day":
      return `${day} ${year}`;
    case "week":
      return weekLabel(start);
    case "month":
      return `${MONTHS[month]} ${year}`;
    case "quarter":
      return `Q${month / 3 + 1} ${year}`;
    case "year":
      return String(year);
  }
}

/** Odoo cuts weeks on Monday but numbers them as American English does: from Sunday, the first holding January 1st. */
function weekLabel(start: Date): string {
  const newYear = new Date(Date.UTC(start.getUTCFullYear(), 0));
  const dayOfYear = (start.getTime() - newYear.getTime()) / DAY;
  return `W${Math.floor((dayOfYear + newYear.getUTCDay()) / 7) + 1} ${start.getUTCFullYear()}`;
}

/** Milliseconds that local time is ahead of UTC at a moment. */
function offset(moment: Date, zone: string): number {
  if (zone === "UTC") return 0;
  const part = Object.fromEntries(
    formatter(zone).formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour! % 24, part.minute!, part.second!);
  return local - Math.floor(moment.getTime() / 1000) * 1000;
}

/** The moment at which clocks of a zone show a local time: guessed with the offset there, then once more after a change of clocks. */
export function toUtc(local: Date, zone: string): Date {
  const guess = new Date(local.getTime() - offset(local, zone));
  return new Date(local.getTime() - offset(guess, zone));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone);
  if (known === undefined) {
    const numeric = "numeric" as const;
    known = new Intl.DateTimeFormat("en-US", {
      ...{ timeZone: zone, hourCycle: "h23", year: numeric, month: numeric, day: numeric },
      ...{ hour: numeric, minute: numeric, second: numeric },
    });
    formatters.set(zone, known);
  }
  return known;
}
