import type { Json } from "../lib/json.ts";
import type { Field } from "../odoo/mod.ts";
import type { Condition } from "./domain.ts";
import { refuse } from "./refuse.ts";

/** In a list or not. 14 takes 0 in one for "unset" (to Python 0 == False), and stumbles over "unset" in translated fields. */
export function oneOf(name: string, word: string, values: Json[], at: string): Condition {
  const leaf = (op: string, value: Json): Condition => ({ kind: "leaf", field: name, op, value, at });
  const isFalsy = (value: Json) => value === false || value === 0;
  const rest = values.filter((value) => !isFalsy(value));
  const nodes = [...new Set(values.filter(isFalsy))].map((value) => leaf(word === "in" ? "=" : "!=", value));
  if (rest.length > 0 || nodes.length === 0) nodes.unshift(leaf(word, rest));
  return nodes.length === 1 ? nodes[0]! : { kind: word === "in" ? "or" : "and", nodes };
}

/** Tells dates, with a time or without. */
export function isDate(field: Field): boolean {
  return field.type === "date" || field.type === "datetime";
}

/** Tells numbers that people compute with. */
export function isNumber(field: Field): boolean {
  return ["integer", "float", "monetary"].includes(field.type);
}

/** Set or not: for texts, Odoo keeps both false and "" for nothing. */
export function isSet(field: Field, name: string, set: boolean, at: string): Condition {
  if (isNumber(field)) refuse(at, `${name} is a number, which is never unset in Odoo`, { hint: "Compare it with 0." });
  if (field.type === "boolean") {
    refuse(at, `${name} is true or false, never unset`, { hint: 'Use "=" with true or false.' });
  }
  const leaf = (value: Json): Condition => ({ kind: "leaf", field: name, op: set ? "!=" : "=", value, at });
  const isText = ["char", "text", "html"].includes(field.type);
  return isText ? { kind: set ? "and" : "or", nodes: [leaf(false), leaf("")] } : leaf(false);
}
