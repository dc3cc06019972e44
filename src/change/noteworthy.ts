import { isObject, type Json } from "../lib/json.ts";
import type { Field, Fields } from "../odoo/mod.ts";
import { ODOO_S_OWN } from "./writable.ts";

/** Most fields an answer tells beside those that were asked for. */
const MOST = 12;

/** What people look at first after a change, in this order; each only where the model has it. */
const FIRST = [
  "name",
  "state",
  "stage_id",
  "date_order",
  "date",
  "company_id",
  "user_id",
  "currency_id",
  "pricelist_id",
];

/** Types that read well in one line. */
const PLAIN = ["char", "integer", "float", "monetary", "boolean", "date", "datetime", "selection", "many2one"];

/** The fields that Odoo is likely to fill in when a record is created: numbers, defaults, required ones, totals. */
export function filledFields(fields: Fields): string[] {
  const required = [...fields.values()].filter((field) => field.required).map(({ name }) => name);
  return pick(fields, [...FIRST, ...totals(fields), ...required]);
}

/** The fields that a change or an action is likely to move beside those it names: the status and the totals. */
export function movingFields(fields: Fields): string[] {
  return pick(fields, ["state", "stage_id", "active", ...totals(fields)]);
}

/** Other spellings of a field that is told already. */
const SPELLINGS = /^(display|complete)_name$|_(normalized|sanitized)$/;

/** Every stored field in one line that a write may move beside those it names; those people look at first come first. */
export function sideFields(fields: Fields): string[] {
  const all = plainFields(fields).filter((name) => !SPELLINGS.test(name));
  return [...new Set([...movingFields(fields), ...all])];
}

/** Stored fields that read well in one line and that a person fills in or reads: for what a form may suggest. */
export function plainFields(fields: Fields): string[] {
  return [...fields.values()].filter(({ name, stored, type }) =>
    stored && PLAIN.includes(type) && !ODOO_S_OWN.includes(name) && !/(^|_)(signed|color|sequence)$/.test(name)
  ).map(({ name }) => name);
}

/** Whether a value is not worth telling: nothing, zero, an empty text. */
export function isEmpty(value: Json | undefined): boolean {
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === 0 || value === "";
}

function totals(fields: Fields): string[] {
  const computed = (field: Field) => field.type === "monetary" && field.stored && field.readonly;
  // Accounting keeps each total again in the company's currency.
  return [...fields.values()].filter((field) => computed(field) && !/signed|company/.test(field.name)).slice(0, 5)
    .map(({ name }) => name);
}

function pick(fields: Fields, names: string[]): string[] {
  const known = [...new Set(names)].filter((name) => {
    const field = fields.get(name);
    return field !== undefined && field.stored && PLAIN.includes(field.type);
  });
  return known.slice(0, MOST);
}
