import { closest } from "../lib/closest.ts";
import { isObject, type Json } from "../lib/json.ts";
import type { Field } from "../odoo/mod.ts";
import { refuse } from "./refuse.ts";
import { checkText, quote } from "./text.ts";

/** Odoo's ids and integers are 32-bit: PostgreSQL refuses more, XML-RPC can't carry more. */
export const MAX_INTEGER = 2 ** 31 - 1;

/** Most selection values a message lists. */
const SHOWN = 30;

/**
 * One value of a condition, made right for the field's type: a selection's label becomes its value, `"5"` on a number
 * becomes 5, null becomes false. `E004` says what is allowed. Dates are `check_date.ts`'s.
 */
export function checkValue(field: Field, given: Json, at: string): Json {
  const value = given ?? false;
  if (Array.isArray(value) || isObject(value)) {
    const pair = Array.isArray(value) && value.length === 2 && typeof value[1] === "string";
    refuse(at, `${quote(value)} is no single value`, pair ? { hint: `Give the id alone: ${quote(value[0])}.` } : {});
  }
  switch (field.type) {
    case "many2one_reference":
      if (value === false) return false;
      return number(field, value, at, true);
    case "integer":
      return number(field, value, at, true);
    case "float":
    case "monetary":
      return number(field, value, at, false);
    case "boolean":
      return boolean(field, value, at);
    case "selection":
      return selection(field, value, at);
    case "many2one":
    case "one2many":
    case "many2many":
      return related(field, value, at);
    case "char":
    case "text":
    case "html":
    case "reference":
      if (value === true) {
        refuse(at, `${field.name} is a text, and true is none`, {
          hint: 'For "has any value" write [field, "!=", false].',
        });
      }
      return value === false ? false : checkText(String(value), at);
    default:
      return typeof value === "string" ? checkText(value, at) : value;
  }
}

function number(field: Field, value: Json, at: string, whole: boolean): number {
  const plain = typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof plain !== "number" || !Number.isFinite(plain)) {
    const hint = plain === false ? "A number is never unset in Odoo: compare it with 0." : "Write it without quotes.";
    refuse(at, `${field.name} is a number, and ${quote(value)} is none`, { hint });
  }
  if (whole && !Number.isInteger(plain)) refuse(at, `${field.name} is a whole number, and ${plain} is none`);
  if (whole && Math.abs(plain) > MAX_INTEGER) refuse(at, `${plain} is beyond Odoo's 32-bit integers`);
  return plain;
}

function boolean(field: Field, value: Json, at: string): boolean {
  if (typeof value === "boolean") return value;
  const plain = { "true": true, "1": true, "false": false, "0": false }[String(value).toLowerCase()];
  if (plain === undefined) refuse(at, `${field.name} is true or false, and ${quote(value)} is neither`);
  return plain;
}

/** The value itself; else, where just one fits, the one of that label, or the one that differs in case only. */
function selection(field: Field, value: Json, at: string): Json {
  if (value === false) return false;
  const choices = field.selection ?? [];
  const text = checkText(String(value), at);
  // Computed selections may be empty in fields_get and still take values.
  if (choices.length === 0 || choices.some(([choice]) => choice === text)) return text;
  const lower = text.trim().toLowerCase();
  const found = choices.filter(([choice, label]) => label.toLowerCase() === lower || choice.toLowerCase() === lower);
  if (found.length === 1) return found[0]![0];
  const near = closest(text, choices.flat());
  refuse(at, `${quote(value)} is no value of ${field.name}`, {
    near: [...new Set(near.map((word) => choices.find((choice) => choice.includes(word))![0]))],
    hint: `Values: ${choices.slice(0, SHOWN).map(([choice, label]) => `${choice} (${label})`).join(", ")}${
      choices.length > SHOWN ? `, and ${choices.length - SHOWN} more` : ""
    }.`,
    details: { field: field.name },
  });
}

/** An id, or a name that Odoo looks up by itself. */
function related(field: Field, value: Json, at: string): Json {
  if (value === false) return false;
  if (typeof value === "number") return checkId(value, at);
  if (typeof value !== "string" || value.trim() === "") {
    refuse(at, `${field.name} leads to ${field.relation ?? "records"}, and ${quote(value)} is no id and no name`);
  }
  // Odoo would look for a record of that name, and answer nothing.
  if (/^\s*\d+\s*$/.test(value)) {
    refuse(at, `${quote(value)} is a text`, { hint: `For the id write ${value.trim()} without quotes.` });
  }
  return checkText(value, at);
}

/** An id as PostgreSQL knows them: a whole number from 1 to 2^31 - 1. */
export function checkId(value: number, at: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= MAX_INTEGER) return value;
  refuse(at, `${value} is no id`, { hint: `Ids are whole numbers from 1 to ${MAX_INTEGER}.` });
}
