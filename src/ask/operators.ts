import type { Json } from "../lib/json.ts";
import type { Leaf } from "./domain.ts";
import { refuse } from "./refuse.ts";
import { checkText, quote } from "./text.ts";

/** Operators that look for a pattern. */
export const LIKES: readonly string[] = [
  "like",
  "not like",
  "ilike",
  "not ilike",
  "=like",
  "=ilike",
  "not =like",
  "not =ilike",
];
const EQUALS = ["=", "!=", "in", "not in"];
const COMPARES = ["<", "<=", ">", ">="];
const TEXT = [...EQUALS, ...COMPARES, ...LIKES];
const NUMBER = [...EQUALS, ...COMPARES, "between"];
const RELATION = [...EQUALS, ...LIKES, "child_of", "parent_of"];

/** Which operators fit which type, after words such as `contains` became Odoo's. Unknown types take all. */
export const FITS: Record<string, readonly string[]> = {
  char: TEXT,
  text: TEXT,
  html: TEXT,
  reference: TEXT,
  integer: NUMBER,
  float: NUMBER,
  monetary: NUMBER,
  many2one_reference: NUMBER,
  date: NUMBER,
  datetime: NUMBER,
  boolean: EQUALS,
  selection: EQUALS,
  many2one: RELATION,
  one2many: [...RELATION, "has"],
  many2many: [...RELATION, "has"],
  // Anything but "is set" is dropped by 14, which then answers every record.
  binary: [],
};

/** Words of `where` that are one Odoo operator whatever the field. */
const WORDS: Record<string, string> = {
  not_in: "not in",
  contains: "ilike",
  not_contains: "not ilike",
  starts_with: "=ilike",
  ends_with: "=ilike",
  under: "child_of",
};

/** The first versions that know an operator; what older ones get instead is `suit_version.ts`'s business. */
export const SINCE: Readonly<Record<string, number>> = { any: 17, "not any": 17, "not =like": 19, "not =ilike": 19 };

/** Operators and those that hold exactly where the first does not, by Odoo's own rules: `!=` holds for what is unset. */
export const OPPOSITES: Readonly<Record<string, string>> = {
  ...{ "=": "!=", "!=": "=", in: "not in", "not in": "in" },
  ...{ like: "not like", "not like": "like", ilike: "not ilike", "not ilike": "ilike" },
  ...{ "not =like": "=like", "not =ilike": "=ilike" },
};

/** Comparisons and their opposites among values that are set: what is unset fits neither. */
export const OPPOSITE_COMPARISONS: Readonly<Record<string, string>> = { "<": ">=", ">=": "<", ">": "<=", "<=": ">" };

/** Words of `where` as operators; what they look for becomes a pattern in which `%` and `_` are only themselves. */
export function plainOperator({ op, value, at }: Leaf): { op: string; value: Json } {
  const plain = Object.hasOwn(WORDS, op) ? WORDS[op]! : op;
  if (!LIKES.includes(plain) || plain === op) return { op: plain, value };
  const text = pattern(value, at).replace(/[\\%_]/g, "\\$&");
  return { op: plain, value: op === "starts_with" ? `${text}%` : op === "ends_with" ? `%${text}` : text };
}

/** A text to look for. An empty one would be found in every record. */
export function pattern(value: Json, at: string): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") refuse(at, `${quote(value)} is no text to look for`);
  if (value.trim() === "") {
    refuse(at, "an empty text is in every record", { hint: "Leave this condition out, or use is_set." });
  }
  return checkText(value, at);
}
