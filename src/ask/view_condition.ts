import { isObject, type Json } from "../lib/json.ts";
import { Failure } from "../lib/failure.ts";
import { type Condition, type Leaf, parseDomain } from "./domain.ts";
import { parsePython } from "./python_condition.ts";
import type { RawCondition } from "./view_scan.ts";

/** What is known of a record: values by field. `true` stands for any that is set. */
export type Known = { [field: string]: Json };

/** Always and never: what a condition comes to once enough is known. */
const ALWAYS: Condition = { kind: "and", nodes: [] };
const NEVER: Condition = { kind: "or", nodes: [] };

/**
 * A condition of a view as a tree. One that says more than a domain can (arithmetic, calls) becomes a single leaf that
 * nobody knows the truth of, with its text as the name.
 */
export function readCondition(raw: RawCondition): Condition {
  if (typeof raw === "string") return parsePython(raw) ?? opaque(raw);
  try {
    return parseDomain(raw);
  } catch (error) {
    if (error instanceof Failure) return opaque(JSON.stringify(raw));
    throw error;
  }
}

function opaque(text: string): Condition {
  return { kind: "leaf", field: text, op: "", value: null, at: "" };
}

/** What is left of a condition where some fields' values are known: what depends on others. */
export function simplify(condition: Condition, known: Known): Condition {
  switch (condition.kind) {
    case "leaf": {
      const truth = Object.hasOwn(known, condition.field) ? compare(known[condition.field]!, condition) : null;
      return truth === null ? condition : truth ? ALWAYS : NEVER;
    }
    case "not": {
      const node = simplify(condition.node, known);
      const truth = truthOf(node);
      return truth === null ? { kind: "not", node } : truth ? NEVER : ALWAYS;
    }
    case "and":
    case "or": {
      // One false part decides an "and", one true part an "or", whatever the rest is.
      const decisive = condition.kind === "or";
      const nodes = condition.nodes.map((node) => simplify(node, known));
      if (nodes.some((node) => truthOf(node) === decisive)) return decisive ? ALWAYS : NEVER;
      const open = nodes.filter((node) => truthOf(node) === null);
      return open.length === 1 ? open[0]! : { kind: condition.kind, nodes: open };
    }
    default:
      return condition;
  }
}

/** Whether a simplified condition always or never holds; null where that depends. */
export function truthOf(condition: Condition): boolean | null {
  if ((condition.kind !== "and" && condition.kind !== "or") || condition.nodes.length > 0) return null;
  return condition.kind === "and";
}

/** A condition as people and models read it: `auto_post or move_type != "entry"`. */
export function conditionText(condition: Condition, inside = false): string {
  switch (condition.kind) {
    case "leaf":
      return leafText(condition);
    case "any":
      return `${condition.negated ? "not " : ""}any ${condition.field}`;
    case "not":
      return `not (${conditionText(condition.node)})`;
    default: {
      const parts = [...new Set(condition.nodes.map((node) => conditionText(node, true)))];
      const text = parts.join(` ${condition.kind} `);
      return inside && parts.length > 1 ? `(${text})` : text;
    }
  }
}

function leafText({ field, op, value }: Leaf): string {
  if (op === "") return field;
  const isNothing = value === false || value === null || (Array.isArray(value) && value.length === 0);
  if (isNothing && (op === "=" || op === "!=")) return op === "=" ? `not ${field}` : field;
  if (value === true && (op === "=" || op === "!=")) return op === "=" ? field : `not ${field}`;
  return `${field} ${op} ${JSON.stringify(value)}`;
}

function compare(known: Json, { op, value }: Leaf): boolean | null {
  const list = Array.isArray(value) ? value : [value];
  switch (op) {
    case "=":
      return isSame(known, value);
    case "!=":
      return !isSame(known, value);
    case "in":
      return list.some((one) => isSame(known, one));
    case "not in":
      return !list.some((one) => isSame(known, one));
    default:
      return null;
  }
}

function isSame(known: Json, value: Json): boolean {
  return known === value || !isTrue(known) && !isTrue(value);
}

function isTrue(value: Json): boolean {
  return isObject(value) || Array.isArray(value) ? Object.keys(value).length > 0 : Boolean(value);
}
