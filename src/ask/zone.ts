const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat | null>();

function format(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat | null = null;
  try {
    made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "iso8601",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    made = null; // not in this runtime's zone table
  }
  // Zones come from Odoo's users, a few hundred at most; the bound is against a server that invents them.
  if (formats.size < 1000) formats.set(zone, made);
  return made;
}

/** The zone itself where the runtime knows it, else `UTC`: Odoo may keep names that were given up. */
export function knownZone(zone: string): string {
  return format(zone) === null ? "UTC" : zone;
}

// Intl takes 4 µs for one instant, and records come in thousands with dates near each other. A UTC day that starts and
// ends with one offset has it all day long; days of change are computed each time.
const dayOffsets = new Map<string, number | null>();

function dayOffset(utc: number, zone: string): number | null {
  const day = Math.floor(utc / DAY);
  const key = `${day} ${zone}`;
  const known = dayOffsets.get(key);
  if (known !== undefined) return known;
  const start = day * DAY;
  const offset = clock(start, zone) - start;
  const steady = clock(start + DAY, zone) - (start + DAY) === offset ? offset : null;
  if (dayOffsets.size >= 5000) dayOffsets.clear();
  dayOffsets.set(key, steady);
  return steady;
}

/** What clocks in the zone show at an instant, as milliseconds since 1970 as if it were UTC. */
export function toLocal(utc: number, zone: string): number {
  if (zone === "UTC") return utc;
  const offset = dayOffset(utc, zone);
  return offset === null ? clock(utc, zone) : utc + offset;
}

function clock(utc: number, zone: string): number {
  const parts = format(zone)?.formatToParts(utc);
  if (parts === undefined) return utc;
  const at: Record<string, number> = {};
  for (const { type, value } of parts) at[type] = Number(value);
  const local = new Date(0);
  local.setUTCFullYear(at["year"]!, at["month"]! - 1, at["day"]!);
  local.setUTCHours(at["hour"]!, at["minute"]!, at["second"]!);
  return local.getTime() + ((utc % 1000) + 1000) % 1000;
}

/**
 * The instant at which clocks in the zone show this. A time that comes twice (clocks set back) is its first; one that
 * never comes (set forward) is as far after the change, so midnight in a zone that skips it is that day's first instant.
 */
export function toUtc(local: number, zone: string): number {
  const before = toLocal(local - DAY, zone) - (local - DAY);
  const after = toLocal(local + DAY, zone) - (local + DAY);
  for (const offset of before > after ? [before, after] : [after, before]) {
    if (toLocal(local - offset, zone) === local) return local - offset;
  }
  return local - before;
}

const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Odoo's form of an instant: `2026-11-21 08:13:00` in UTC. Years past 9999 end at its last second. */
export function odooDatetime(utc: number): string {
  return new Date(Math.min(utc, LATEST)).toISOString().slice(0, 19).replace("T", " ");
}

/** Odoo's form of a day: `2026-11-21`. Takes milliseconds as if UTC. */
export function odooDate(local: number): string {
  return new Date(Math.min(local, LATEST)).toISOString().slice(0, 10);
}

const ODOO_DATETIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?)?$/;

/** Milliseconds of Odoo's `YYYY-MM-DD[ HH:MM:SS]`, read as UTC; null for anything else. */
export function parseOdoo(text: string): number | null {
  if (!ODOO_DATETIME.test(text)) return null;
  const iso = text.length === 10 ? `${text}T00:00:00Z` : `${text.slice(0, 10)}T${text.slice(11, 19)}Z`;
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}

/** An instant for people: `2026-11-21T09:13:00+01:00`; with `Z` where the zone's offset then was no whole minutes. */
export function isoLocal(utc: number, zone: string): string {
  const local = toLocal(utc, zone);
  const minutes = (local - utc) / 60_000;
  if (!Number.isInteger(minutes)) return `${new Date(utc).toISOString().slice(0, 19)}Z`;
  const size = Math.abs(minutes);
  const offset = `${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
  return `${new Date(local).toISOString().slice(0, 19)}${minutes < 0 ? "-" : "+"}${offset}`;
}

/** Today's date in the zone. */
export function today(zone: string, now = Date.now()): string {
  return odooDate(toLocal(now, zone));
}
