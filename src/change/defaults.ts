import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { askForm } from "./form.ts";
import { gather, problemsOf, refuse } from "./refuse.ts";
import { ODOO_S_OWN } from "./writable.ts";

/**
 * Required fields without a default that `create` fills in by itself, as Odoo 14's own overrides of it do. Later versions
 * compute most of them and say so in `fields_get`.
 */
const FILLED_BY_CREATE: Record<string, readonly string[]> = {
  "sale.order": ["partner_invoice_id", "partner_shipping_id", "pricelist_id"],
  "sale.order.line": ["name", "product_uom", "price_unit"],
  "purchase.order.line": ["name", "product_uom", "price_unit", "date_planned"],
  // From the project of a timesheet.
  "account.analytic.line": ["account_id"],
  "account.move.line": ["account_id", "currency_id"],
  "stock.move.line": ["company_id", "location_id", "location_dest_id", "product_uom_id"],
  "mail.activity": ["res_model_id"],
};

/** Whether `create` is known to fill a field in although nobody gives it. */
export function isFilledByCreate(model: string, field: string): boolean {
  return FILLED_BY_CREATE[model]?.includes(field) === true;
}

/**
 * Fields a new record must have that are neither given nor filled in: not by a default, a computation, a delegated record
 * (`_inherits`) or a known `create`. Odoo itself names only the first of them.
 */
export async function missingRequired(odoo: Odoo, model: string, given: readonly string[]): Promise<Field[]> {
  const fields = await odoo.fields(model);
  const wanted = requiredFields(model, fields);
  const open = wanted.filter(({ name }) => !given.includes(name));
  if (open.length === 0) return [];
  // Which fields have a default hardly ever changes; before anything is refused it is asked anew.
  const usual = await lacking(odoo, model, wanted, open, "schema");
  return usual.length === 0 ? [] : await lacking(odoo, model, usual, usual, "never");
}

function requiredFields(model: string, fields: Fields): Field[] {
  const delegates = delegatesOf(fields);
  return [...fields.values()].filter((field) =>
    field.required && field.stored && field.depends.length === 0 && !ODOO_S_OWN.includes(field.name) &&
    !["one2many", "many2many", "boolean"].includes(field.type) && !delegates.has(field.name) &&
    !isFilledByCreate(model, field.name)
  );
}

/** Many2one fields through which a model inherits another (`product_tmpl_id`): writable fields of its own name follow them. */
function delegatesOf(fields: Fields): Set<string> {
  return new Set([...fields.values()].flatMap(({ name, depends, readonly }) => {
    const [via, inherited, ...deeper] = depends.length === 1 ? depends[0]!.split(".") : [];
    return !readonly && inherited === name && deeper.length === 0 ? [via!] : [];
  }));
}

async function lacking(
  odoo: Odoo,
  model: string,
  asked: Field[],
  open: Field[],
  cache: "schema" | "never",
): Promise<Field[]> {
  const defaults = await defaultsOf(odoo, model, asked.map(({ name }) => name), cache);
  return defaults === null ? [] : open.filter(({ name }) => isNothing(defaults[name]));
}

/** Odoo's defaults of a new record, or null where it does not tell: then it decides by itself. */
export async function defaultsOf(
  odoo: Odoo,
  model: string,
  names: string[],
  cache: "schema" | "never" = "never",
): Promise<JsonObject | null> {
  try {
    const answer = await odoo.call(model, "default_get", { params: { fields: names }, cache });
    return isObject(answer) ? answer : null;
  } catch (error) {
    if (error instanceof Failure && !odoo.signal.aborted) return null;
    throw error;
  }
}

function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === null || value === false || value === "";
}

/** Different sets of fields a list of new records may have; beyond, Odoo is left to refuse by itself. */
const KINDS = 5;

/**
 * Refuses new records that lack required fields, all fields of all records at once. What Odoo's own form would fill in is
 * not missed: `create` usually does the same, and where it does not, Odoo says so.
 */
export async function refuseMissing(
  odoo: Odoo,
  model: string,
  list: readonly JsonObject[],
  place: (index: number) => string,
): Promise<void> {
  const kinds = new Map<string, number[]>();
  for (const [index, values] of list.entries()) {
    const kind = Object.keys(values).sort().join(" ");
    kinds.set(kind, [...kinds.get(kind) ?? [], index]);
  }
  if (kinds.size > KINDS) return;
  await gather(
    `create ${model}`,
    [...kinds.values()].map(async (indexes) => {
      const values = list[indexes[0]!]!;
      const missing = await missingRequired(odoo, model, Object.keys(values));
      if (missing.length === 0) return;
      const form = await askForm(odoo, { model, values, wanted: missing.map(({ name }) => name) });
      if (!("value" in form)) return;
      const left = missing.filter(({ name }) => isNothing(form.value[name]));
      await gather(
        `create ${model}`,
        indexes.flatMap((index) => left.map((field) => Promise.resolve().then(() => refuseOne(field, place(index))))),
      );
    }),
  );
}

/** The same for values that are refused already, as far as it can be told from the names alone. */
export async function alsoMissing(
  odoo: Odoo,
  model: string,
  list: readonly unknown[],
  place: (index: number) => string,
): Promise<JsonObject[]> {
  const known = [...(await odoo.fields(model)).keys()];
  const found: JsonObject[] = [];
  for (const [index, values] of list.entries()) {
    if (!isObject(values) || index >= KINDS) continue;
    const names = Object.keys(values);
    // `partner` was meant to be `partner_id`: told already.
    const meant = names.filter((name) => !known.includes(name)).flatMap((name) => closest(name, known));
    for (const field of await missingRequired(odoo, model, [...names, ...meant])) {
      try {
        refuseOne(field, place(index));
      } catch (error) {
        found.push(...problemsOf(error as Failure));
      }
    }
  }
  return found;
}

function refuseOne(field: Field, place: string): never {
  const at = place === "" ? field.name : `${place}.${field.name}`;
  return refuse(at, `${field.label} is required, and Odoo has no default for it`, "Give each a value.", {
    missing: true,
  });
}
