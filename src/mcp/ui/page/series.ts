/** From rows to the groups and series of a chart: which columns name the groups, which tell series apart. */
import { isObject, type Json, type JsonObject } from "../../../lib/json.ts";
import type { Answer, ChartWish, Column } from "./answer.ts";
import { currencyOf, type Format, isNumeric, isTime, type Unit } from "./format.ts";

/** Numbers of one kind, one for each group. */
export interface Series {
  label: string;
  /** `null` where there is no value: a gap, not a zero. */
  values: (number | null)[];
  unit: Unit;
}

/** What is drawn along the axis, and what beside each other. */
export interface Groups {
  categories: string[];
  /** The groups follow each other in time, and so stand in that order. */
  inTime: boolean;
  series: Series[];
}

/** More series can't be told apart. */
export const MOST_SERIES = 8;

/**
 * Rows grouped by more than the chart's own column would name it several times: then the other groups become series
 * (months × salespeople), or stand in the name where there would be too many. Amounts of different currencies are
 * never one series: their bars can't be compared.
 */
export function groupsOf(answer: Answer, wish: ChartWish, format: Format): Groups {
  const { columns } = answer;
  const { along, by } = layOut(answer, wish);
  const inTime = isTime(columns[wish.x]!) && (wish.type === "line" || isAscending(answer.rows, wish.x));
  const rows = inTime ? answer.rows.toSorted((a, b) => compare(a[wish.x], b[wish.x])) : answer.rows;
  // What is grouped by a number has rows that look the same here: each stays a group of its own.
  const isUnique = countOf(rows, [...along, ...by]) === rows.length;
  const keys = new Map(rows.map((row, index) => [row, isUnique ? keyOf(row, along) : String(index)]));
  const first = new Map(rows.toReversed().map((row) => [keys.get(row)!, row]));
  const order = [...new Set(keys.values())];
  const isSplit = order.length < rows.length;
  const name = (row: Json[], places: number[]) =>
    places.map((place) => format.category(row[place], columns[place]!)).join(" · ");
  const others = inTime ? null : answer.others;

  function seriesOf(place: number): Series[] {
    const { label, currencyColumn, name: measure } = columns[place]!;
    const own = isSplit ? by : by.filter((column) => column === currencyColumn);
    // Of the groups left out only the amounts by currency are known.
    const hasOthers = others !== null && own.every((column) => column === currencyColumn);
    return [...Map.groupBy(rows, (row) => keyOf(row, own)).values()].map((part) => {
      const values = new Map(part.map((row) => [keys.get(row)!, numberOf(row[place])]));
      const which = name(part[0]!, own);
      const unit = unitOf(columns[place]!, part);
      return {
        label: which === "" ? label : wish.series.length === 1 ? which : `${label} · ${which}`,
        values: [...order.map((key) => values.get(key) ?? null), hasOthers ? othersOf(others[measure], unit) : null],
        unit,
      };
    });
  }

  const series = wish.series.flatMap(seriesOf);
  const categories = [...order.map((key) => name(first.get(key)!, along)), othersName(others)];
  if (series.some(({ values }) => values.at(-1) !== null)) return { categories, inTime, series };
  const without = series.map((one) => ({ ...one, values: one.values.slice(0, -1) }));
  return { categories: categories.slice(0, -1), inTime, series: without };
}

/** The columns that name the groups, and those whose values become series. */
function layOut({ columns, rows }: Answer, { x, series, type }: ChartWish): { along: number[]; by: number[] } {
  const others = columns.flatMap((column, place) =>
    place !== x && !series.includes(place) && isGroup(column) && countOf(rows, [place]) > 1 ? [place] : []
  );
  const currencies = others.filter((place) => series.some((one) => columns[one]!.currencyColumn === place));
  const rest = others.filter((place) => !currencies.includes(place));
  if (countOf(rows, [x]) === rows.length) return { along: [x], by: currencies };
  const fits = countOf(rows, others) * series.length <= MOST_SERIES;
  if (type !== "pie" && (fits || isTime(columns[x]!))) return { along: [x], by: others };
  return { along: [x, ...rest], by: currencies };
}

/** Groups are what is neither a number nor a measure of dates (`date_order:max`). */
function isGroup(column: Column): boolean {
  return !isNumeric(column) && !/:(min|max)(:previous)?$/.test(column.name);
}

/** What the groups that the answer leaves out come to: a number, or amounts by currency. */
function othersOf(value: Json | undefined, { currency }: Unit): number | null {
  return numberOf(isObject(value) ? value[currency ?? ""] : value);
}

/** How the groups that are left out are called: `Others (10)`. */
export function othersName(others: JsonObject | null): string {
  return typeof others?.groups === "number" ? `Others (${others.groups})` : "Others";
}

function unitOf(column: Column, rows: Json[][]): Unit {
  const found = new Set(rows.map((row) => currencyOf(column, row)));
  return { currency: found.size === 1 ? [...found][0]! : null, type: column.type };
}

function countOf(rows: Json[][], places: number[]): number {
  return new Set(rows.map((row) => keyOf(row, places))).size;
}

/** Two customers may have one name: the value tells them apart, not what is shown of it. */
function keyOf(row: Json[], places: number[]): string {
  return JSON.stringify(places.map((place) => row[place] ?? null));
}

function isAscending(rows: Json[][], place: number): boolean {
  return rows.every((row, index) => index === 0 || compare(rows[index - 1]![place], row[place]) <= 0);
}

/** ISO names of periods sort as texts; what is no period comes last. */
function compare(a: Json | undefined, b: Json | undefined): number {
  const [first, second] = [a, b].map((value) => typeof value === "string" && /^\d/.test(value) ? value : "~");
  return first! < second! ? -1 : first! > second! ? 1 : 0;
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
