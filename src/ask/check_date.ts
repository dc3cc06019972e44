import type { Json } from "../lib/json.ts";
import type { Field } from "../odoo/mod.ts";
import type { Calendar } from "./calendar.ts";
import { DATE_FORMS, DATETIME_FORMS, readWhen } from "./dates.ts";
import type { Condition } from "./domain.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";
import { odooDate, odooDatetime, toLocal, toUtc } from "./zone.ts";

const DAY = 86_400_000;

/** A date condition's field, in whose time zone, and when "today" is. */
export interface DateField {
  field: Field;
  /** How the condition names it, a path perhaps. */
  name: string;
  zone: string;
  now: number;
  /** For what {@link needsCalendar} says needs one. */
  calendar: Calendar;
}

/** The bounds a date stands for, as Odoo takes them. */
interface Bounds {
  from: string;
  /** The first date or second that is not in it any more. */
  until: string;
  /** Date fields: the last day in it. */
  last: string;
}

/**
 * A comparison with a date or a period as Odoo conditions: local days become UTC bounds, `=` means within, `<` and `>=`
 * look at the start, `>` and `<=` at the end. An instant is its whole second: Odoo keeps microseconds in `create_date` and
 * shows none. The parts all speak of one record: through an x2many path the caller must keep them together.
 */
export function compareDate(on: DateField, op: string, value: Json, at: string): Condition {
  const bounds = boundsOf(on, value, at);
  const leaf = (operator: string, bound: Json): Condition => ({
    kind: "leaf",
    field: on.name,
    op: operator,
    value: bound,
    at,
  });
  const isDate = on.field.type === "date";
  if (isDate && bounds.from === bounds.last) return leaf(op, bounds.from);
  switch (op) {
    case "<":
    case ">=":
      return leaf(op, bounds.from);
    case "<=":
      return isDate ? leaf("<=", bounds.last) : leaf("<", bounds.until);
    case ">":
      return isDate ? leaf(">", bounds.last) : leaf(">=", bounds.until);
    case "!=":
      // Odoo's != holds for unset fields too.
      return {
        kind: "or",
        nodes: [leaf("=", false), compareDate(on, "<", value, at), compareDate(on, ">", value, at)],
      };
    default:
      return { kind: "and", nodes: [compareDate(on, ">=", value, at), compareDate(on, "<=", value, at)] };
  }
}

/** From the start of one date or period to the end of another, both included. */
export function betweenDates(on: DateField, first: Json, last: Json, at: string): Condition {
  const [from, to] = [boundsOf(on, first, at), boundsOf(on, last, at)];
  if (from.from > to.last) {
    refuse(at, `${quote(first)} comes after ${quote(last)}`, { hint: "Give the earlier one first." });
  }
  return { kind: "and", nodes: [compareDate(on, ">=", first, at), compareDate(on, "<=", last, at)] };
}

function boundsOf({ field, zone, now, calendar }: DateField, value: Json, at: string): Bounds {
  const isDate = field.type === "date";
  const forms = isDate ? DATE_FORMS : DATETIME_FORMS;
  const text = isDate && value === "now" ? "today" : value;
  const when = typeof text === "string" ? readWhen(text, zone, now, calendar) : null;
  if (when === null) {
    refuse(at, `${field.name} is a ${field.type}, and ${quote(value)} is no date of the calendar in a known form`, {
      hint: `Forms: ${forms}.`,
      details: { field: field.name },
    });
  }
  if (when.kind === "span" && !isDate) {
    const [from, until] = [toUtc(when.from, zone), toUtc(when.until, zone)];
    return { from: odooDatetime(from), until: odooDatetime(until), last: odooDatetime(until - 1000) };
  }
  if (when.kind === "span") {
    return { from: odooDate(when.from), until: odooDate(when.until), last: odooDate(when.until - DAY) };
  }
  if (!isDate) {
    return { from: odooDatetime(when.at), until: odooDatetime(when.at + 1000), last: odooDatetime(when.at) };
  }
  const local = toLocal(when.at, zone);
  if (local % DAY !== 0) {
    refuse(at, `${field.name} is a date without a time, and ${quote(value)} has one`, { hint: `Forms: ${forms}.` });
  }
  return { from: odooDate(local), until: odooDate(local + DAY), last: odooDate(local) };
}
