/** From an answer to what is drawn: which groups, which series, in which form. Knows no screen. */
import { isObject } from "../../../lib/json.ts";
import type { Answer, ChartWish } from "./answer.ts";
import { type Format, isCurrency } from "./format.ts";
import { groupsOf, MOST_SERIES, type Series } from "./series.ts";

/** A series on its axis: 0 is the first, 1 the second; amounts and counts share none. */
export interface Placed extends Series {
  axis: 0 | 1;
}

/** What is drawn. */
export interface ChartPlan {
  type: "bar" | "line" | "pie";
  title: string | null;
  /** What the groups are, e.g. `Customer`. */
  groupedBy: string;
  categories: string[];
  inTime: boolean;
  series: Placed[];
  /** What stands at each value axis. */
  axisTitles: string[];
  /** What was drawn otherwise than asked for, or not at all. */
  remarks: string[];
}

/** More bars or slices than these can't be told apart; the table has them all. */
const MOST = { bar: 40, line: 400, pie: 12 };

/** What stands instead of an empty chart or table. */
export const NO_ROWS = "No records match, so there is nothing to show.";

/** Plans the chart, or says in one sentence why there is none to draw. */
export function planChart(answer: Answer, wish: ChartWish, format: Format): ChartPlan | string {
  if (answer.rows.length === 0) return NO_ROWS;
  if (wish.series.length === 0) return "The answer names no numbers to draw.";
  const { categories, inTime, series } = groupsOf(answer, wish, format);
  if (series.every(({ values }) => values.every((value) => value === null))) return "No group has a value to draw.";
  const remarks: string[] = [];
  const placed = place(series);
  const type = typeOf(wish, placed, categories.length, remarks);
  const shown = type === "pie" ? placed.slice(0, 1) : placed;
  const left = series.filter(({ values }) => !shown.some((one) => one.values === values));
  if (left.length > 0) remarks.push(`Only in the table: ${left.map(({ label }) => label).join(", ")}.`);
  const untold = othersUntold(answer, wish, shown);
  if (untold.length > 0) remarks.push(`Only in the table: the others' amounts in ${untold.join(", ")}.`);
  const most = MOST[type];
  if (categories.length > most) {
    remarks.push(`The first ${most} of ${categories.length} groups are drawn; all stand in the table.`);
  }
  return {
    type,
    title: wish.title,
    groupedBy: answer.columns[wish.x]!.label,
    categories: categories.slice(0, most),
    inTime,
    series: shown.map((one) => ({ ...one, values: one.values.slice(0, most) })),
    axisTitles: axisTitles(shown, wish.unit),
    remarks,
  };
}

/** Currencies of the groups left out that no series has. */
function othersUntold({ others, columns }: Answer, wish: ChartWish, shown: Placed[]): string[] {
  const drawn = new Set(shown.map(({ unit }) => unit.currency));
  const amounts = wish.series.map((at) => others?.[columns[at]!.name]).filter(isObject);
  return [...new Set(amounts.flatMap(Object.keys))].filter((currency) => !drawn.has(currency));
}

/** A pie shows parts of a whole: a part can't be negative, and nothing can't be cut. */
function typeOf(wish: ChartWish, series: Placed[], groups: number, remarks: string[]): ChartPlan["type"] {
  if (wish.type !== "pie") return wish.type;
  const values = series[0]!.values.map((value) => value ?? 0);
  const why = values.some((value) => value < 0)
    ? "a pie cannot show negative values"
    : values.every((value) => value === 0)
    ? "a pie needs a value above zero"
    : groups > MOST.pie
    ? `a pie of ${groups} slices cannot be read`
    : null;
  if (why !== null) remarks.push(`Drawn as bars: ${why}.`);
  return why === null ? "pie" : "bar";
}

/**
 * Amounts beside counts would press the counts flat, so the second kind of unit gets an axis of its own. Not where values
 * are negative: the zeros of the two axes would stand in different places. Of too many series the largest are drawn.
 */
function place(series: Series[]): Placed[] {
  const kinds = [...new Set(series.map(kind))];
  const axes = series.some(({ values }) => values.some((value) => value !== null && value < 0)) ? 1 : 2;
  const fitting = series.filter((one) => kinds.indexOf(kind(one)) < axes);
  const size = ({ values }: Series) => values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  const largest = fitting.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_SERIES);
  return fitting.filter((one) => largest.includes(one))
    .map((one) => ({ ...one, axis: kinds.indexOf(kind(one)) as 0 | 1 }));
}

function kind({ unit }: Series): string {
  return unit.currency ?? (unit.type === "monetary" || unit.type === "percent" ? unit.type : "number");
}

/** The series where there is only one on an axis, and the currency; else the unit that the answer names. */
function axisTitles(series: Placed[], unit: string | null): string[] {
  return [0, 1].flatMap((axis) => {
    const own = series.filter((one) => one.axis === axis);
    if (own.length === 0) return [];
    const named = unit !== null && !isCurrency(unit) && axis === 0 ? unit : null;
    const label = own.length === 1 ? own[0]!.label : null;
    const { currency } = own[0]!.unit;
    return [[label, currency === label ? null : currency ?? named].filter((part) => part !== null).join(", ")];
  });
}
