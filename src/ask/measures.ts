import { closest } from "../lib/closest.ts";
import { isObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import { followSteps } from "./grouping.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/** How values are put together. */
export type Aggregate = "sum" | "avg" | "min" | "max" | "count" | "count_distinct";

/** What is computed for each group. */
export interface Measure {
  /** Unique: `amount_total:sum`, or `count` for the records themselves. */
  key: string;
  op: Aggregate;
  /** The fields from the model to the one that is computed; none where the records are counted. */
  steps: Field[];
  /** The last step. Null: the records are counted. */
  field: Field | null;
}

const AGGREGATES: readonly Aggregate[] = ["sum", "avg", "min", "max", "count", "count_distinct"];
/** Other words for the same. */
const SAME: Record<string, Aggregate> = {
  average: "avg",
  mean: "avg",
  total: "sum",
  minimum: "min",
  maximum: "max",
  distinct: "count_distinct",
};
const NUMBERS = ["integer", "float", "monetary"];
const HINT = 'Write "count", "field:sum", or {"field": "amount_total", "op": "sum"}.';

/**
 * Reads `measures`: `"count"`, `"amount_total:sum"`, `"sum(amount_total)"`, `"amount_total"` (its sum), or `{field, op}`;
 * the field may be a path through many2one fields. `E004` for what can't be computed.
 */
export async function parseMeasures(odoo: Odoo, model: string, input: readonly unknown[]): Promise<Measure[]> {
  if (input.length === 0) {
    refuse("measures", "the list is empty", { hint: 'Give e.g. ["count"] or ["amount_total:sum"].' });
  }
  const measures: Measure[] = [];
  for (const [index, item] of input.entries()) {
    const measure = await parseMeasure(odoo, model, item, `measures[${index}]`);
    if (!measures.some(({ key }) => key === measure.key)) measures.push(measure);
  }
  return measures;
}

async function parseMeasure(odoo: Odoo, model: string, item: unknown, at: string): Promise<Measure> {
  const { name, op: word } = measureParts(item, at);
  const op = word === undefined ? undefined : readAggregate(word, at);
  if (name === "" || (name === "id" && (op === "count" || op === "count_distinct"))) {
    return { key: "count", op: "count", steps: [], field: null };
  }
  const steps = await followSteps(odoo, model, name, at);
  const field = steps.at(-1)!;
  const aggregate = op ?? "sum";
  if (!fits(field, aggregate)) {
    refuse(at, `the ${aggregate} of ${name}, a ${field.type} field, makes no sense`, {
      hint: field.type === "one2many" && field.relation !== undefined
        ? `Ask ${field.relation} instead.`
        : "Numbers: sum avg min max; dates: min max; everything else: count, count_distinct.",
    });
  }
  return { key: `${name}:${aggregate}`, op: aggregate, steps, field };
}

function readAggregate(text: string, at: string): Aggregate {
  const word = text.toLowerCase();
  const found = AGGREGATES.find((one) => one === word) ?? (Object.hasOwn(SAME, word) ? SAME[word] : undefined);
  if (found !== undefined) return found;
  refuse(at, `${quote(text)} is no aggregate`, {
    near: closest(word, AGGREGATES),
    hint: `There are ${AGGREGATES.join(", ")}.`,
  });
}

function measureParts(item: unknown, at: string): { name: string; op: string | undefined } {
  if (typeof item === "string") {
    const called = /^\s*(\w+)\(\s*([\w.*]+)\s*\)\s*$/.exec(item);
    if (called !== null) return { name: called[2] === "*" ? "" : called[2]!, op: called[1]! };
    const [name = "", op, ...rest] = item.split(":").map((part) => part.trim());
    if (rest.length > 0 || name === "") refuse(at, `${quote(item)} is no measure`, { hint: HINT });
    const isCount = (name === "count" || name === "__count") && (op === undefined || op === "sum" || op === "count");
    return isCount ? { name: "", op: undefined } : { name, op };
  }
  if (!isObject(item)) refuse(at, `${quote(item)} is no measure`, { hint: HINT });
  const strange = Object.keys(item).find((key) => key !== "field" && key !== "op");
  if (strange !== undefined) refuse(at, `${quote(strange)} does not belong here; allowed: field, op`, { hint: HINT });
  const { field, op } = item;
  if (op !== undefined && typeof op !== "string") refuse(at, "its op is no text", { hint: HINT });
  if (field === undefined && op === "count") return { name: "", op };
  if (typeof field !== "string" || field === "") refuse(at, "its field is missing", { hint: HINT });
  return { name: field, op };
}

function fits(field: Field, op: Aggregate): boolean {
  if (["one2many", "many2many", "binary", "image"].includes(field.type)) return false;
  if (op === "count" || op === "count_distinct") return true;
  if (field.name === "id") return false;
  if (NUMBERS.includes(field.type)) return true;
  return (op === "min" || op === "max") && (field.type === "date" || field.type === "datetime");
}

/** Whether values of records may be added: the sum of all groups is that of all records. */
export function isAdditive({ op }: Measure): boolean {
  return op === "sum" || op === "count";
}
