import { isObject, type Json, type JsonObject } from "../lib/json.ts";

/** Most bars, longest bar and longest name, in lines and characters: a picture for who sees only text, not the data. */
const MOST_BARS = 15;
const WIDTH = 20;
const NAME = 24;

/**
 * A chart of an answer as lines of bars for its first series: `Azure  ████████▌ 1200`. Null where the answer asks for none
 * or there is nothing to draw. Values stand as they are in the table; below zero a bar is hollow.
 */
export function chartText({ chart, columns, rows }: JsonObject): string | null {
  if (!isObject(chart) || !Array.isArray(columns) || !Array.isArray(rows)) return null;
  const { x, series, title, unit } = chart;
  const at = Array.isArray(series) ? series[0] : undefined;
  if (typeof x !== "number" || typeof at !== "number") return null;
  const lists = rows.filter((row) => Array.isArray(row));
  const others = columns.flatMap((column, place) => place !== x && isName(column) ? [place] : []);
  const bars = lists.slice(0, MOST_BARS).map((row) => {
    const value = row[at];
    return {
      name: [x, ...others].map((place) => nameOf(row[place] ?? null)).join(" · "),
      value: typeof value === "number" ? value : null,
    };
  });
  const largest = Math.max(...bars.map(({ value }) => Math.abs(value ?? 0)));
  if (bars.length === 0 || largest === 0) return null;
  const width = Math.min(NAME, Math.max(...bars.map(({ name }) => name.length)));
  const lines = bars.map(({ name, value }) => {
    const short = name.length > width ? `${name.slice(0, width - 1)}…` : name.padEnd(width);
    return value === null ? `${short} –` : `${short} ${bar(value, largest)} ${value}`;
  });
  const more = lists.length > bars.length ? [`… ${lists.length - bars.length} more in the table`] : [];
  return [`${title ?? "Chart"}${typeof unit === "string" ? ` (${unit})` : ""}:`, ...lines, ...more].join("\n");
}

function bar(value: number, largest: number): string {
  const halves = Math.round(Math.abs(value) / largest * WIDTH * 2);
  const full = (value < 0 ? "░" : "█").repeat(Math.floor(halves / 2));
  return `${full}${halves % 2 === 1 && value > 0 ? "▌" : ""}`;
}

const NUMBERS = ["integer", "float", "monetary", "percent"];

/** Groups are what is neither a number nor a measure of dates (`date_order:max`). */
function isName(column: Json): boolean {
  if (!isObject(column) || NUMBERS.includes(String(column.type))) return false;
  return !/:(min|max)(:previous)?$/.test(String(column.name));
}

function nameOf(key: Json): string {
  const text = Array.isArray(key) ? String(key[1] ?? key[0]) : String(key);
  return text.replaceAll(/\s/g, " ");
}
