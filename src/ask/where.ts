import { closest } from "../lib/closest.ts";
import { isObject, type Json } from "../lib/json.ts";
import { Budget, type Condition } from "./domain.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/**
 * The ops of `where`, in plain words. What they become depends on the field's type, so `check_domain.ts` turns the words
 * into Odoo's operators.
 */
export const WHERE_OPS: readonly string[] = [
  ...["=", "!=", "<", "<=", ">", ">=", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with"],
  ...["is_set", "is_not_set", "between", "under", "has"],
];

const EXAMPLE = 'Write e.g. [{"field":"state","op":"=","value":"sale"}, {"any":[{"field":"amount_total","op":">",' +
  '"value":1000},{"field":"priority","op":"is_set"}]}]; the list must all hold.';

/**
 * Parses `where`: a list that must all hold, of `{field, op, value}`, `{any: […]}`, `{all: […]}` and `{not: …}`, nested as
 * deep as a domain may be. The value of `has` may be conditions, which one and the same related record must fulfil.
 * Refuses anything else with `E004` naming the place.
 */
export function parseWhere(input: unknown): Condition {
  return new WhereParser().all(isObject(input) ? [input] : input, "and", "where", 1);
}

class WhereParser {
  #budget = new Budget();

  all(input: unknown, kind: "and" | "or", at: string, depth: number): Condition {
    if (!Array.isArray(input)) malformed(at, `it is ${typeof input === "string" ? "a text" : "no list"}`);
    this.#budget.depth(depth, at);
    if (input.length === 0 && at !== "where") malformed(at, "it is an empty list");
    const nodes = input.map((item: unknown, index) => this.#condition(item, `${at}[${index}]`, depth));
    return nodes.length === 1 ? nodes[0]! : { kind, nodes };
  }

  #condition(item: unknown, at: string, depth: number): Condition {
    if (Array.isArray(item)) {
      malformed(at, 'it is a list; a condition is {field, op, value} (lists belong into "domain")');
    }
    if (!isObject(item)) malformed(at, `${quote(item)} is no condition`);
    const keys = Object.keys(item);
    const group = keys.find((key) => key === "any" || key === "all" || key === "not");
    const allowed = group === undefined ? ["field", "op", "value"] : [group];
    const strange = keys.find((key) => !allowed.includes(key));
    if (strange !== undefined) {
      refuse(at, `${quote(strange)} does not belong here; allowed: ${allowed.join(", ")}`, {
        near: closest(strange, allowed),
        hint: EXAMPLE,
      });
    }
    if (group === undefined) return this.#leaf(item, at, depth);
    const inner = item[group];
    if (group !== "not") return this.all(inner, group === "any" ? "or" : "and", `${at}.${group}`, depth + 1);
    return { kind: "not", node: this.all(isObject(inner) ? [inner] : inner, "and", `${at}.not`, depth + 1) };
  }

  #leaf(item: Record<string, Json>, at: string, depth: number): Condition {
    const { field, op = "=" } = item;
    const value = item["value"];
    if (typeof field !== "string" || field.trim() === "") malformed(at, '"field" is missing');
    if (typeof op !== "string") malformed(at, '"op" is no text');
    const word = readOp(op, at);
    if (word === "is_set" || word === "is_not_set") {
      // {op: "is_set", value: false} means what it says.
      if (value !== undefined && value !== null && typeof value !== "boolean") {
        malformed(at, `"${word}" takes no value`);
      }
      const op = value !== false ? word : word === "is_set" ? "is_not_set" : "is_set";
      return { kind: "leaf", field: field.trim(), op, value: null, at };
    }
    if (value === undefined) malformed(at, '"value" is missing; for an empty field use the op is_not_set');
    if (word === "has" && isConditions(value)) {
      this.#budget.depth(depth + 1, at);
      const node = this.all(isObject(value) ? [value] : value, "and", `${at}.value`, depth + 1);
      return { kind: "any", field: field.trim(), negated: false, node, at };
    }
    this.#budget.leaf(value, at);
    return { kind: "leaf", field: field.trim(), op: word, value, at };
  }
}

/** What `has` says of the related record: conditions, unlike ids and names. */
function isConditions(value: Json): boolean {
  return isObject(value) || (Array.isArray(value) && value.length > 0 && value.every(isObject));
}

const SAME: Record<string, string> = {
  "==": "=",
  "<>": "!=",
  like: "contains",
  ilike: "contains",
  not_like: "not_contains",
  not_ilike: "not_contains",
  child_of: "under",
  any: "has",
  is_empty: "is_not_set",
  is_not_empty: "is_set",
};

function readOp(text: string, at: string): string {
  const plain = text.trim().toLowerCase().replace(/\s+/g, "_");
  const op = SAME[plain] ?? plain;
  if (WHERE_OPS.includes(op)) return op;
  refuse(at, `${quote(text)} is no op`, { near: closest(op, WHERE_OPS), hint: `Ops: ${WHERE_OPS.join(" ")}.` });
}

function malformed(at: string, reason: string): never {
  refuse(at, reason, { hint: EXAMPLE });
}
