import type { Field } from "../odoo/mod.ts";
import type { Condition, Leaf } from "./domain.ts";
import type { Path } from "./path.ts";
import { isColumn } from "./rank.ts";

// What single conditions need on versions before 19, to mean what they mean there.

/** Operators that hold for what is unset. */
const NEGATIVE = ["!=", "not in", "not like", "not ilike"];
/** Longest list that is written out. */
const MOST_WRITTEN = 200;

/** The condition that a field is unset. */
export function unset({ at }: Leaf, field: string): Leaf {
  return { kind: "leaf", field, op: "=", value: false, at };
}

/**
 * A number that was never filled in reads 0, but is compared as unset: `or = false` where 0 fits. What is computed or
 * depends on the company has a search of its own, which knows no lists and finds no 0 by `!=`.
 */
export function suitNumber(field: Field, leaf: Leaf): Condition {
  if (field.name === "id") return leaf;
  const leaves = (op: string, values: unknown[]): Leaf[] =>
    values.map((value) => ({ ...leaf, op, value: Number(value) }));
  if (isColumn(field)) {
    return field.required || !fitsZero(leaf) ? leaf : { kind: "or", nodes: [leaf, unset(leaf, leaf.field)] };
  }
  if (Array.isArray(leaf.value)) {
    if (leaf.value.length === 0 || leaf.value.length > MOST_WRITTEN) return leaf;
    if (leaf.op === "in") return { kind: "or", nodes: leaves("=", leaf.value) };
    const nodes = leaves("!=", leaf.value).map((one) => suitNumber(field, one));
    return { kind: "and", nodes };
  }
  return leaf.op === "!=" && leaf.value !== 0 ? { kind: "or", nodes: [leaf, ...leaves("=", [0])] } : leaf;
}

/** Company-dependent relations, which Odoo names `property_…`: negative operators miss what is unset. */
export function suitProperty(field: Field, leaf: Leaf): Condition {
  const isProperty = field.name.startsWith("property_") && !isColumn(field);
  return isProperty && holdsUnset(leaf) && leaf.op !== "="
    ? { kind: "or", nodes: [leaf, unset(leaf, leaf.field)] }
    : leaf;
}

/**
 * At the end of a path of many2ones, what is unset counts only where the record before it is there: through those that
 * Odoo joins (`auto_join`, e.g. a project's customer, which `fields_get` does not tell) it would count as well.
 */
export function onlyWhereSet(path: Path, condition: Condition, unsetAnyway: ReadonlySet<string>): Condition {
  const ways = path.steps.slice(0, -1).map((_, at) =>
    path.steps.slice(0, at + 1).map(({ field }) => field.name).join(".")
  );
  const open = ways.filter((way, at) => !path.steps[at]!.field.required && !unsetAnyway.has(way));
  const before = ways.at(-1);
  if (open.length === 0 || before === undefined) return condition;
  return guarded(condition, before);
}

/** The parts that what is unset fulfils hold only where `before` is set. */
export function guarded(condition: Condition, before: string): Condition {
  switch (condition.kind) {
    case "leaf":
      if (!holdsUnset(condition)) return condition;
      return { kind: "and", nodes: [{ ...condition, field: before, op: "!=", value: false }, condition] };
    case "and":
    case "or":
      return { kind: condition.kind, nodes: condition.nodes.map((node) => guarded(node, before)) };
    default:
      return condition;
  }
}

function holdsUnset({ op, value }: Leaf): boolean {
  return value === false ? op === "=" : NEGATIVE.includes(op);
}

/** Whether a comparison holds for 0. */
function fitsZero({ op, value }: Leaf): boolean {
  if (typeof value !== "number") return false;
  switch (op) {
    case "=":
      return value === 0;
    case "<":
      return 0 < value;
    case "<=":
      return 0 <= value;
    case ">":
      return 0 > value;
    case ">=":
      return 0 >= value;
    default:
      return false;
  }
}
