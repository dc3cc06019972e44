import type { Json } from "../lib/json.ts";
import type { Value } from "./database.ts";
import { badValue, invalidLeaf, NO_SUCH_DATE, WRONG_DATE, WRONG_TYPE } from "./fault.ts";
import { compareValues } from "./order.ts";
import { isDate } from "./period.ts";

type Test = (value: Value) => boolean;

/** A test of one value against a domain's operator and right side, with SQL's rules for what is not set. */
export function matcher(type: string, operator: string, right: Json): Test {
  if (operator.endsWith("like")) return likeMatcher(operator, right);
  const wanted = (Array.isArray(right) ? right : [right]).map((item) => wantedValue(type, operator, item));
  const isEmpty: Test = (value) => value === false && type !== "boolean";
  const same: Test = (value) => wanted.some((item) => item === value || (type === "boolean" && !item && !value));
  switch (operator) {
    case "=":
    case "in":
      return same;
    case "!=":
    case "not in":
      return (value) => !same(value);
  }
  const first = wanted[0] ?? false;
  const compare: Test | undefined = {
    "<": (value: Value) => compareValues(value, first) < 0,
    "<=": (value: Value) => compareValues(value, first) <= 0,
    ">": (value: Value) => compareValues(value, first) > 0,
    ">=": (value: Value) => compareValues(value, first) >= 0,
  }[operator];
  if (compare === undefined) throw invalidLeaf(operator);
  return (value) => !isEmpty(value) && first !== false && compare(value);
}

/** What the right side means for a column: numbers from text, a bare date against a datetime as a day's bound. */
function wantedValue(type: string, operator: string, right: Json): Value {
  if (right === null || typeof right === "object") return false;
  if (type === "integer" || type === "float" || type === "monetary" || type === "many2one_reference") {
    const number = typeof right === "string" ? Number(right) : right;
    if (Number.isNaN(number)) throw badValue(WRONG_TYPE);
    // An unset number reads 0 but is NULL in Odoo's database; here `= false` finds both.
    return number === false ? 0 : number;
  }
  if ((type === "date" || type === "datetime") && typeof right === "string") {
    const plain = right.replace("T", " ").replace(/Z$/, "");
    if (!/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?(\.\d+)?)?$/.test(plain)) throw badValue(WRONG_DATE);
    if (!isDate(plain)) throw badValue(NO_SUCH_DATE);
    if (type === "date") return plain.slice(0, 10);
    if (plain.length > 10) return plain;
    return `${plain} ${operator === ">" || operator === "<=" ? "23:59:59" : "00:00:00"}`;
  }
  return right;
}

/** A part of a pattern: a character, or `any` one, or `many` of them. */
type Token = { character: string } | "any" | "many";

function likeMatcher(operator: string, right: Json): Test {
  const negative = operator.startsWith("not ");
  const exact = operator.startsWith("=");
  const fold = (text: string) => operator.includes("ilike") ? text.toLowerCase() : text;
  const text = right === false || right === null ? "" : String(right);
  const pattern = parsePattern(fold(text));
  const tokens: Token[] = exact ? pattern : ["many", ...pattern, "many"];
  return (value) => {
    // A text that is like everything is like nothing, too: Odoo adds what is not set.
    if (value === false) return negative || (!exact && text === "");
    return fits([...fold(String(value))], tokens) !== negative;
  };
}

/** Odoo 14 does not escape what people type: % and _ are wildcards for every like, a backslash takes that away. */
function parsePattern(text: string): Token[] {
  const found = text.matchAll(/\\([^])|[^]/gu);
  return [...found].map(([character, escaped]) => {
    if (escaped !== undefined) return { character: escaped };
    return character === "%" ? "many" : character === "_" ? "any" : { character };
  });
}

/** Goes back to the last `many` only, so that no pattern takes longer than its length times the text's. */
function fits(text: string[], tokens: Token[]): boolean {
  let at = 0;
  let token = 0;
  let many: { token: number; at: number } | null = null;
  while (at < text.length) {
    const wanted = tokens[token];
    if (wanted === "many") many = { token: token++, at };
    else if (wanted === "any" || (wanted !== undefined && wanted.character === text[at])) at++, token++;
    else if (many === null) return false;
    else [token, at] = [many.token + 1, ++many.at];
  }
  return tokens.slice(token).every((rest) => rest === "many");
}
