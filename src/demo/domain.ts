import type { Json } from "../lib/json.ts";
import { invalidLeaf, malformedDomain } from "./fault.ts";

/** One condition: `[field or 1 or 0, operator, value]`. */
export type Leaf = [left: string | number, operator: string, right: Json];

/** A domain as a tree. */
export type Condition =
  | { kind: "and" | "or"; parts: [Condition, Condition] }
  | { kind: "not"; part: Condition }
  | { kind: "leaf"; leaf: Leaf }
  | { kind: "all" };

const OPERATORS = new Set([
  ...["=", "!=", "<", "<=", ">", ">=", "=?", "in", "not in", "child_of", "parent_of"],
  ...["like", "not like", "ilike", "not ilike", "=like", "=ilike"],
]);

/** Reads a domain in Odoo's prefix form, its top level joined by an implicit AND. `E004` in Odoo 14's words for a bad one. */
export function parseDomain(domain: Json): Condition {
  if (!Array.isArray(domain)) {
    throw malformedDomain();
  }
  let position = 0;
  const next = (negated: boolean): Condition => {
    if (position >= domain.length) throw malformedDomain();
    const item = domain[position++]!;
    if (item === "!") return next(!negated);
    if (item !== "&" && item !== "|") {
      return negated ? negate(parseLeaf(item)) : { kind: "leaf", leaf: parseLeaf(item) };
    }
    const kind = (item === "&") !== negated ? "and" : "or";
    return { kind, parts: [next(negated), next(negated)] };
  };
  let tree: Condition = { kind: "all" };
  while (position < domain.length) {
    const part = next(false);
    tree = tree.kind === "all" ? part : { kind: "and", parts: [tree, part] };
  }
  return tree;
}

/** Odoo turns the operator round, so that what is not set fits neither `a > 1` nor its opposite. */
function negate([left, operator, right]: Leaf): Condition {
  const opposite = OPPOSITES[operator];
  if (opposite === undefined) return { kind: "not", part: { kind: "leaf", leaf: [left, operator, right] } };
  return { kind: "leaf", leaf: [left, opposite, right] };
}

const OPPOSITES: Readonly<Record<string, string>> = {
  ...{ "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">" },
  ...{ in: "not in", "not in": "in", like: "not like", "not like": "like", ilike: "not ilike", "not ilike": "ilike" },
};

function parseLeaf(item: Json): Leaf {
  const invalid = () => typeof item === "string" ? malformedDomain() : invalidLeaf(item);
  if (!Array.isArray(item) || item.length !== 3) throw invalid();
  const [left, given, right] = item;
  if (typeof given !== "string") throw invalid();
  if (left === 0 || left === 1) return [left, given, right!];
  let operator = given === "<>" ? "!=" : given.toLowerCase();
  if (typeof left !== "string" || !OPERATORS.has(operator)) throw invalid();
  // Odoo rewrites these instead of refusing them.
  if (Array.isArray(right) && operator === "=") operator = "in";
  if (Array.isArray(right) && operator === "!=") operator = "not in";
  if (typeof right === "boolean" && operator === "in") operator = "=";
  if (typeof right === "boolean" && operator === "not in") operator = "!=";
  return [left, operator, right!];
}
