import { odooDatetime, toLocal } from "../ask/mod.ts";
import { refuse } from "./refuse.ts";

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATETIME = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:?\d\d)?$/i;
const HINT =
  "Write ISO: 2026-11-21, 2026-11-21T09:30 (the user's time zone), or with an offset: 2026-11-21T09:30+01:00.";
const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * An ISO date or datetime in Odoo's form. A datetime with an offset means that instant; without one it means the clock of
 * the user's time zone; a bare day means its midnight there. Days that don't exist, and local times that come twice or
 * never (the clock change), are refused rather than guessed at.
 */
export function checkMoment(type: "date" | "datetime", value: unknown, zone: string, at: string): string {
  const reason = `${JSON.stringify(value)} is no ${type}`;
  if (typeof value !== "string") refuse(at, reason, HINT);
  if (type === "date") {
    if (!DATE.test(value)) refuse(at, reason, value.length > 10 && DATETIME.test(value) ? "Send the day only." : HINT);
    if (dayOf(value) === null) refuse(at, `${value} is no day of the calendar`);
    return value;
  }
  const [, date, hours = "0", minutes = "0", seconds = "0", fraction = "0", offset] = DATETIME.exec(value) ?? [];
  if (date === undefined) refuse(at, reason, HINT);
  const day = dayOf(date);
  if (day === null) refuse(at, `${date} is no day of the calendar`);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    refuse(at, `${value} is no time of day`, HINT);
  }
  if (Number(fraction) !== 0) refuse(at, "Odoo keeps whole seconds, and it has a fraction", "Leave the fraction out.");
  const clock = day + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  const utc = offset === undefined ? fromClock(clock, zone, value, at) : clock - offsetOf(offset, at);
  const year = new Date(utc).getUTCFullYear();
  if (year < 1 || year > 9999) refuse(at, `${value} is beyond the years Odoo knows`);
  return odooDatetime(utc);
}

/** Midnight UTC of a calendar day in ms, or null where there is no such day: JavaScript would move it to the next month. */
function dayOf(date: string): number | null {
  const time = Date.parse(`${date}T00:00:00Z`);
  const same = !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === date;
  return same && date >= "0001" ? time : null;
}

function offsetOf(offset: string, at: string): number {
  if (offset.toUpperCase() === "Z") return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 14 || minutes > 59) refuse(at, `${offset} is no offset from UTC`, HINT);
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
}

/** The one instant at which clocks in the zone show this. */
function fromClock(clock: number, zone: string, value: string, at: string): number {
  const offsets = [clock - DAY, clock + DAY].map((near) => toLocal(near, zone) - near);
  const instants = [...new Set(offsets)].map((offset) => clock - offset).filter((utc) => toLocal(utc, zone) === clock);
  if (instants.length === 1) return instants[0]!;
  const why = instants.length === 0 ? "never comes" : "comes twice";
  return refuse(at, `${value} ${why} in ${zone}, because the clocks change`, "Write it with its offset from UTC.");
}
