/** A tool's structured answer as the page reads it. All of it comes from outside, so nothing is taken on trust. */
import { isObject, type Json, type JsonObject } from "../../../lib/json.ts";

/** A column of the answer. */
export interface Column {
  name: string;
  label: string;
  /** Odoo's word for it: `monetary`, `many2one`, `datetime` and so on; empty where the answer does not say. */
  type: string;
  /** ISO code of the money in it, where the whole column has one. */
  currency: string | null;
  /** Where the rows say which currency they are in. */
  currencyColumn: number | null;
}

/** What the tool wants drawn; `x` and `series` are places in `columns`. */
export interface ChartWish {
  type: "bar" | "line" | "pie";
  x: number;
  series: number[];
  title: string | null;
  unit: string | null;
}

/** The answer of `analytics_query`. */
export interface Answer {
  columns: Column[];
  rows: Json[][];
  chart: ChartWish | null;
  /** Over all groups, by column; an amount may be `{ EUR: 12, USD: 3 }`. */
  totals: JsonObject;
  /** The same over the groups that are not in `rows`, and how many these are; `null` where none is left out. */
  others: JsonObject | null;
  notes: string[];
}

/** Reads an answer in either shape, `rows` or `records`. `null` where it is neither. */
export function readAnswer(structured: unknown): Answer | null {
  if (!isObject(structured)) return null;
  const table = tableOf(structured);
  if (table === null) return null;
  const { totals, others, compared, notes } = structured;
  return {
    ...table,
    chart: readWish(structured.chart, table.columns.length),
    totals: isObject(totals) ? totals : {},
    others: isObject(others) ? others : null,
    notes: [
      ...(typeof compared === "string" ? [`Compared: ${compared}.`] : []),
      ...(Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : []),
    ],
  };
}

function tableOf({ columns, rows, records }: JsonObject): Pick<Answer, "columns" | "rows"> | null {
  if (Array.isArray(columns) && Array.isArray(rows)) {
    return { columns: readColumns(columns), rows: rows.map((row) => Array.isArray(row) ? row : []) };
  }
  if (!Array.isArray(records)) return null;
  // The shape `records` says nothing of its columns; its keys stand in their order.
  const objects = records.filter(isObject);
  const names = Object.keys(objects[0] ?? {});
  const typed = names.map((name) => ({ name, type: likelyType(objects.map((record) => record[name] ?? null)) }));
  return { columns: readColumns(typed), rows: objects.map((record) => names.map((name) => record[name] ?? null)) };
}

function likelyType(values: Json[]): string {
  if (values.every((value) => value === null || typeof value === "number")) return "float";
  return values.every((value) => typeof value === "string" && /^\d{4}-(\d\d|Q[1-4])/.test(value)) ? "date" : "";
}

function readColumns(columns: Json[]): Column[] {
  const names = columns.map((column) => text(isObject(column) ? column.name : column) ?? "");
  return columns.map((column, index) => {
    const { label, type, currency, currency_field } = isObject(column) ? column : {};
    const currencyColumn = typeof currency_field === "string" ? names.indexOf(currency_field) : -1;
    return {
      name: names[index]!,
      label: text(label) ?? names[index]!,
      type: text(type) ?? "",
      currency: text(isObject(currency) ? currency.name : currency),
      currencyColumn: currencyColumn < 0 ? null : currencyColumn,
    };
  });
}

function readWish(chart: Json | undefined, columns: number): ChartWish | null {
  if (!isObject(chart)) return null;
  const { type, x, series, title, unit } = chart;
  const isColumn = (place: Json | undefined): place is number =>
    typeof place === "number" && Number.isInteger(place) && place >= 0 && place < columns;
  if ((type !== "bar" && type !== "line" && type !== "pie") || !isColumn(x) || !Array.isArray(series)) return null;
  return { type, x, series: series.filter(isColumn), title: text(title), unit: text(unit) };
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
