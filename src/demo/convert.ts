import type { Json } from "../lib/json.ts";
import type { Value } from "./database.ts";
import { badValue, foreignKey, NO_SUCH_DATE, OUT_OF_RANGE, wrongForm, wrongValue } from "./fault.ts";
import type { Environment, ModelDefinition } from "./model.ts";
import { isDate } from "./period.ts";
import { fieldOf, rowOf } from "./value.ts";

const DATETIME = /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/;

/** A given value as the column holds it, or `E004` in Odoo 14's words. Not for x2many: those take commands. */
export function toColumn(env: Environment, definition: ModelDefinition, name: string, value: Json): Value {
  const field = fieldOf(definition, name);
  if (field.type === "boolean") return Boolean(value);
  if (value === null || value === false) return field.relation === undefined && isNumeric(field.type) ? 0 : false;
  switch (field.type) {
    case "integer":
    case "many2one_reference":
      return toInteger(value);
    case "float":
    case "monetary":
      return toFloat(value);
    case "date":
    case "datetime":
      return toMoment(value, field.type);
    case "selection":
      if (field.selection?.some(([choice]) => choice === value)) return value as string;
      throw wrongValue(`'${show(value)}'`, name, definition.model);
    case "many2one": {
      const id = Array.isArray(value) ? value[0] : value;
      const number = typeof id === "string" ? Number(id) : id;
      if (typeof number !== "number" || !Number.isInteger(number)) {
        throw wrongValue(show(value), name, definition.model);
      }
      if (rowOf(env, field.relation!, number) === undefined) {
        throw foreignKey(definition.label, definition.model, name);
      }
      return number;
    }
    default: {
      const text = typeof value === "string" ? value : show(value);
      if (text.includes("\0")) throw wrongForm("A string literal cannot contain NUL (0x00) characters.");
      return field.type === "char" && field.size !== undefined ? text.slice(0, field.size) : text;
    }
  }
}

/** A value as messages show it: text as it is, anything else as JSON. */
export function show(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isNumeric(type: string): boolean {
  return ["integer", "float", "monetary", "many2one_reference"].includes(type);
}

function toInteger(value: Json): number {
  const number = typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (number === true) return 1;
  if (typeof number !== "number") throw wrongForm(`invalid literal for int() with base 10: '${show(value)}'`);
  if (Math.abs(number) > 2_147_483_647) throw badValue(OUT_OF_RANGE);
  return Math.trunc(number);
}

function toFloat(value: Json): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (number === true) return 1;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw wrongForm(`could not convert string to float: '${show(value)}'`);
  }
  return number;
}

function toMoment(value: Json, type: "date" | "datetime"): string {
  const text = show(value);
  const pattern = type === "date" ? "%Y-%m-%d" : "%Y-%m-%d %H:%M:%S";
  if (!DATETIME.test(text)) throw wrongForm(`time data '${text}' does not match format '${pattern}'`);
  const full = text.length === 10 ? `${text} 00:00:00` : text;
  if (!isDate(full)) throw badValue(NO_SUCH_DATE);
  return type === "date" ? full.slice(0, 10) : full;
}
