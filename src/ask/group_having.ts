import { closest } from "../lib/closest.ts";
import { isObject, type Json } from "../lib/json.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/** One condition on a group: `amount_total:sum > 1000`. */
export interface Having {
  /** The place of the measure. */
  index: number;
  op: string;
  value: number;
}

const TESTS: { [op: string]: (a: number, b: number) => boolean } = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
};

const EXAMPLE = 'Write e.g. [{"measure": "count", "op": ">", "value": 5}]; all must hold.';

/** Reads `having`: a list of `{measure, op, value}` or `"count > 5"`. `E004` for a measure that is not asked for. */
export function parseHaving(input: unknown, measures: readonly string[]): Having[] {
  if (input === undefined) return [];
  const items = Array.isArray(input) ? input : [input];
  return items.map((item: unknown, index) => parseOne(item, measures, `having[${index}]`));
}

function parseOne(item: unknown, measures: readonly string[], at: string): Having {
  const { measure, op, value } = partsOf(item, at);
  const found = measures.filter((key) =>
    key === measure || key.split(":")[0] === measure || (measure === "__count" && key === "count")
  );
  const key = found.find((one) => one === measure) ?? (found.length === 1 ? found[0] : undefined);
  if (key === undefined) {
    refuse(at, `${quote(measure)} is ${found.length === 0 ? "none" : "more than one"} of the measures`, {
      near: found.length === 0 ? closest(measure, measures) : [],
      hint: `Measures here: ${measures.join(", ")}; add others to measures.`,
    });
  }
  const word = op === "==" ? "=" : op === "<>" ? "!=" : op;
  if (!Object.hasOwn(TESTS, word)) {
    refuse(at, `${quote(op)} is no op for a measure`, { hint: `Ops: ${Object.keys(TESTS).join(" ")}.` });
  }
  if (typeof value !== "number" || !Number.isFinite(value)) {
    refuse(at, `its value ${quote(value)} is no number`, { hint: EXAMPLE });
  }
  return { index: measures.indexOf(key), op: word, value };
}

function partsOf(item: unknown, at: string): { measure: string; op: string; value: unknown } {
  if (typeof item === "string") {
    const parts = /^\s*([\w.:]+)\s*(>=|<=|!=|<>|==|=|>|<)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(item);
    if (parts === null) refuse(at, `${quote(item)} is no condition`, { hint: EXAMPLE });
    return { measure: parts[1]!, op: parts[2]!, value: Number(parts[3]) };
  }
  if (!isObject(item)) refuse(at, `${quote(item)} is no condition`, { hint: EXAMPLE });
  const strange = Object.keys(item).find((key) => !["measure", "field", "op", "value"].includes(key));
  if (strange !== undefined) refuse(at, `${quote(strange)} does not belong here`, { hint: EXAMPLE });
  const { op } = item;
  const measure = item["measure"] ?? item["field"];
  if (typeof measure !== "string") refuse(at, "its measure is missing", { hint: EXAMPLE });
  if (typeof op !== "string") refuse(at, "its op is missing", { hint: EXAMPLE });
  return { measure, op: op.trim(), value: item["value"] };
}

/** Whether a group with these values stays. A missing value (the average of nothing) fulfils nothing. */
export function fulfils(values: readonly Json[], having: readonly Having[]): boolean {
  return having.every(({ index, op, value }) => {
    const found = values[index];
    return typeof found === "number" && TESTS[op]!(found, value);
  });
}
