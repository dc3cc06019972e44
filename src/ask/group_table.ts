import type { Json } from "../lib/json.ts";
import type { Currency } from "./group_currency.ts";
import { spanName } from "./group_dates.ts";
import { GRANULARITIES, type Group } from "./grouping.ts";
import type { Measure } from "./measures.ts";
import { plainValues, type ToPlain } from "./values.ts";

/** A column of groups, measures, or what is derived from measures. */
export interface GroupColumn {
  name: string;
  label: string;
  /** Odoo's field type, `integer` for counts, `percent` for shares and changes. */
  type: string;
  /** ISO code, where all amounts of the column are in one currency. */
  currency?: string;
  /** The column that tells each amount's currency. */
  currency_field?: string;
}

/** What a group without a value is called. */
export const NOT_SET = "(not set)";

/** The column of a group. */
export function groupColumn({ key, steps, field, granularity }: Group): GroupColumn {
  const label = steps.map((step) => step.label).join(" / ");
  const finely = granularity === null || !GRANULARITIES.includes(granularity) ? "" : ` (${granularity})`;
  return { name: key, label: `${label}${finely}`, type: field.type };
}

/** The column of a measure. */
export function measureColumn({ key, op, steps, field }: Measure, currency: Currency | undefined): GroupColumn {
  if (field === null) return { name: key, label: "Count", type: "integer" };
  const label = `${steps.map((step) => step.label).join(" / ")} (${op.replace("_", " ")})`;
  if (op === "count" || op === "count_distinct") return { name: key, label, type: "integer" };
  const type = op === "avg" && field.type === "integer" ? "float" : field.type;
  return {
    name: key,
    label,
    type,
    ...(currency?.kind === "one" && { currency: currency.name }),
    ...(currency?.kind === "group" && { currency_field: currency.key }),
  };
}

/** What makes the keys of a group plain: `[id, name]`, labels of selections, ISO names of spans, `(not set)`. */
export async function keyConverter({ field, granularity }: Group, zone: string): Promise<ToPlain> {
  if (granularity !== null) {
    return (key) => typeof key === "number" ? spanName(key, granularity, zone) : NOT_SET;
  }
  if (field.type === "selection") return labelOf(field.selection ?? []);
  const plain = await plainValues(field.type === "many2many" ? { ...field, type: "many2one" } : field, zone, "row");
  return (key) => plain(key) ?? NOT_SET;
}

/** Labels that two values share are told apart by the value. */
function labelOf(selection: [string, string][]): ToPlain {
  const labels = new Map<string, string>();
  for (const [value, label] of selection) {
    const isShared = selection.some(([other, same]) => other !== value && same === label);
    labels.set(value, isShared ? `${label} (${value})` : label);
  }
  return (key) => key === null ? NOT_SET : labels.get(String(key)) ?? String(key);
}

/** What makes the values of a measure plain: instants in the user's time zone, numbers as they are. */
export async function valueConverter({ op, field }: Measure, zone: string): Promise<ToPlain> {
  const isInstant = field?.type === "datetime" && (op === "min" || op === "max");
  return isInstant ? await plainValues(field, zone, "row") : (value) => value;
}

/** Percent with one decimal; null where there is nothing to divide by. */
export function percent(part: Json, whole: Json): Json {
  if (typeof part !== "number" || typeof whole !== "number" || whole === 0) return null;
  return Math.round(part / whole * 1000) / 10;
}

/** By how much a value moved, in percent of what it was. */
export function change(now: Json, before: Json): Json {
  if (typeof now !== "number" || typeof before !== "number" || before === 0) return null;
  return Math.round((now - before) / Math.abs(before) * 1000) / 10;
}
