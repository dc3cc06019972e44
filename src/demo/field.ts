import type { FieldDefinition } from "./model.ts";

type Extra = Omit<Partial<FieldDefinition>, "type" | "string">;
type Maker = (string: string, extra?: Extra) => FieldDefinition;

function maker(type: string): Maker {
  return (string, extra = {}) => ({ type, string, ...extra });
}

export const char: Maker = maker("char");
export const text: Maker = maker("text");
export const html: Maker = maker("html");
export const integer: Maker = maker("integer");
export const float: Maker = maker("float");
export const boolean: Maker = maker("boolean");
export const date: Maker = maker("date");
export const datetime: Maker = maker("datetime");

/** An amount in the currency of the record's `currency_id`, unless another field is named. */
export function monetary(string: string, extra: Extra = {}): FieldDefinition {
  return { type: "monetary", string, currencyField: "currency_id", ...extra };
}

/** A choice; the pairs are `value:Label`, e.g. `draft:Quotation`. */
export function selection(string: string, pairs: string[], extra: Extra = {}): FieldDefinition {
  const choices = pairs.map((pair): [string, string] => {
    const colon = pair.indexOf(":");
    return [pair.slice(0, colon), pair.slice(colon + 1)];
  });
  return { type: "selection", string, selection: choices, ...extra };
}

export function many2one(relation: string, string: string, extra: Extra = {}): FieldDefinition {
  return { type: "many2one", string, relation, ...extra };
}

export function many2many(relation: string, string: string, extra: Extra = {}): FieldDefinition {
  return { type: "many2many", string, relation, ...extra };
}

export function one2many(relation: string, inverse: string, string: string, extra: Extra = {}): FieldDefinition {
  return { type: "one2many", string, relation, inverse, ...extra };
}

/** Whether Odoo keeps the field in a column (or, for x2many, in another table). */
export function isStored(field: FieldDefinition): boolean {
  return field.store ?? field.related === undefined;
}

/** Whether the field holds several records. */
export function isMany(field: FieldDefinition): boolean {
  return field.type === "one2many" || field.type === "many2many";
}

/** Whether a value is set and kept, rather than worked out. */
export function isKept(field: FieldDefinition): boolean {
  return field.compute === undefined && field.related === undefined;
}

/** Whether a domain on the field filters: Odoo 14 ignores a leaf on any other. */
export function isSearchable(field: FieldDefinition): boolean {
  return field.searchable ?? (isStored(field) || field.related !== undefined);
}

/** What Odoo reads where nothing was set. */
export function emptyValue(field: FieldDefinition): false | 0 | number[] {
  if (isMany(field)) return [];
  return ["integer", "float", "monetary", "many2one_reference"].includes(field.type) ? 0 : false;
}

/** The fields every model has. `__last_update` is Odoo 14's; 19 has only `write_date`. */
export const COMMON_FIELDS: Readonly<Record<string, FieldDefinition>> = {
  id: integer("ID", { readonly: true, aggregate: "" }),
  display_name: char("Display Name", { readonly: true, store: false }),
  create_uid: many2one("res.users", "Created by", { readonly: true }),
  create_date: datetime("Created on", { readonly: true }),
  write_uid: many2one("res.users", "Last Updated by", { readonly: true }),
  write_date: datetime("Last Updated on", { readonly: true }),
  __last_update: datetime("Last Modified on", {
    readonly: true,
    store: false,
    compute: (row) => row.write_date ?? false,
  }),
};
