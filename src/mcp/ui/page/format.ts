/** Values as people of one locale read them. */
import { isObject, type Json } from "../../../lib/json.ts";
import type { Answer, Column } from "./answer.ts";

/** What stands where a group or a value is missing. */
export const NONE = "(not set)";

/** What is measured: money of a currency, or numbers with or without a unit. */
export interface Unit {
  /** ISO code, e.g. `EUR`. */
  currency: string | null;
  /** The column's type: `integer` shows no decimals. */
  type: string;
}

/** Writes values for one locale. */
export interface Format {
  /** In full: `€1,234.50`. */
  number(value: number, unit: Unit): string;
  /** For an axis on which `largest` is the largest: `€20K`, or `€20` where all are small. */
  short(value: number, unit: Unit, largest: number): string;
  /** A share of one: `12.5%`. */
  share(value: number): string;
  /** A group's name; periods by locale: `2026-10` is `Oct 2026`. */
  category(value: Json | undefined, column: Column): string;
  /** A cell of the table; amounts of several currencies on a line each. */
  cell(answer: Answer, row: Json[], column: number): string;
}

/** Makes the formats of a locale, a BCP 47 tag; the browser's own where it is none. */
export function makeFormat(wanted: string | undefined): Format {
  const locale = knownLocale(wanted);
  const numbers = new Map<string, Intl.NumberFormat>();

  function write(value: number, unit: Unit, more: Intl.NumberFormatOptions): string {
    const key = JSON.stringify([unit, more]);
    const made = numbers.get(key) ?? numberFormat(locale, unit, more);
    numbers.set(key, made);
    // The answer's percents are 12.5 where Intl's are 0.125.
    return made.format(unit.type === "percent" ? value / 100 : value);
  }

  const format: Format = {
    number: (value, unit) => write(value, unit, isTiny(value) ? { maximumSignificantDigits: 3 } : {}),
    short(value, unit, largest) {
      if (largest >= 10_000) return write(value, unit, { notation: "compact", maximumFractionDigits: 1 });
      return write(value, unit, isTiny(value) ? { maximumSignificantDigits: 3 } : { minimumFractionDigits: 0 });
    },
    share: (value) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value),
    category: (value, column) => typeof value === "string" ? period(value, column, locale) : plain(value ?? null),
    cell(answer, row, index) {
      const column = answer.columns[index]!;
      const value = row[index] ?? null;
      if (isObject(value) && isNumeric(column)) {
        const parts = Object.entries(value).filter(([, part]) => typeof part === "number") as [string, number][];
        return parts.map(([code, part]) =>
          format.number(part, { currency: isCurrency(code) ? code : null, type: column.type })
        ).join("\n");
      }
      if (typeof value !== "number") return value === null && isNumeric(column) ? "–" : format.category(value, column);
      return format.number(value, { currency: currencyOf(column, row), type: column.type });
    },
  };
  return format;
}

/** Whether a column holds what can be measured. */
export function isNumeric({ type }: Column): boolean {
  return ["integer", "float", "monetary", "percent"].includes(type);
}

/** The currency of a column in one row, `null` where there is none or nobody knows it. */
export function currencyOf(column: Column, row: Json[]): string | null {
  if (column.currency !== null) return isCurrency(column.currency) ? column.currency : null;
  if (column.currencyColumn === null) return null;
  const name = plain(row[column.currencyColumn] ?? null);
  return isCurrency(name) ? name : null;
}

/** Whether a text is the code of a currency, as Odoo names its currencies. */
export function isCurrency(text: string): boolean {
  return /^[A-Z]{3}$/.test(text);
}

/** A value without its id: `[7, "Azure"]` is `Azure`. */
function plain(value: Json): string {
  if (value === null) return NONE;
  if (Array.isArray(value)) return plain(value[1] ?? (value.length > 0 ? `#${value[0]}` : null));
  if (isObject(value)) return plain(value.name ?? value.count ?? JSON.stringify(value));
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return String(value);
}

/** Smaller than what two decimals show. */
function isTiny(value: number): boolean {
  return value !== 0 && Math.abs(value) < 0.1;
}

function numberFormat(locale: string | undefined, unit: Unit, more: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { currency, type } = unit;
  if (currency !== null) return new Intl.NumberFormat(locale, { style: "currency", currency, ...more });
  if (type === "percent") return new Intl.NumberFormat(locale, { style: type, maximumFractionDigits: 1, ...more });
  return new Intl.NumberFormat(locale, { maximumFractionDigits: type === "integer" ? 0 : 2, ...more });
}

/** The ISO names that `analytics_query` gives periods. What is no period stays as it is. */
function period(value: string, column: Column, locale: string | undefined): string {
  if (!isTime(column)) return value;
  const [, year = "", quarter] = /^(\d{4})-Q([1-4])$/.exec(value) ?? [];
  if (quarter !== undefined) return `Q${quarter} ${year}`;
  const [, clock] = /^\d{4}-\d\d-\d\dT(\d\d:\d\d)/.exec(value) ?? [];
  const day = /^(\d{4})-(\d\d)(?:-(\d\d))?/.exec(value);
  if (day === null) return value;
  const time = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3] ?? 1));
  if (Number.isNaN(time)) return value;
  const parts = day[3] === undefined
    ? { month: "short" as const, year: "numeric" as const }
    : { day: "numeric" as const, month: "short" as const, year: "numeric" as const };
  const date = new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" }).format(time);
  return clock === undefined ? date : `${date}, ${clock}`;
}

/** Whether a column holds dates or times. */
export function isTime({ type }: Column): boolean {
  return type === "date" || type === "datetime";
}

function knownLocale(wanted: string | undefined): string | undefined {
  try {
    return wanted === undefined ? undefined : Intl.getCanonicalLocales(wanted)[0];
  } catch {
    return undefined;
  }
}
