import type { JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import type { Path } from "./path.ts";
import { plainValues, type Shape, SIZES_ONLY, type ToPlain } from "./values.ts";
import { knownZone } from "./zone.ts";

/** A column of a table. */
export interface Column {
  name: string;
  label: string;
  type: string;
  /** The model a relation leads to. */
  relation?: string;
  /** The column or field that holds a monetary column's currency. */
  currency_field?: string;
}

/** The operator's limits that apply. */
export interface SelectLimits {
  /** The setting `limits.rows`: most records of one answer. Default 500. */
  maxRows?: number;
  /** The setting `limits.answer_tokens`: most tokens of one answer. No limit where absent. */
  maxTokens?: number;
}

/** Tokens of an answer beside its rows: columns, cursor, notes. */
export const FRAME_TOKENS = 150;

/** What `maxRows` is where nothing is said. */
export const DEFAULT_MAX_ROWS = 500;

const ID: Field = {
  name: "id",
  type: "integer",
  label: "ID",
  help: "",
  required: false,
  readonly: true,
  stored: true,
  searchable: true,
  sortable: true,
  groupable: true,
  depends: [],
};

/** A field as a column. */
export function columnOf(fields: Fields, name: string): Column {
  const { label, type, relation, currencyField } = fields.get(name) ?? ID;
  return {
    name,
    label,
    type,
    ...(relation !== undefined && { relation }),
    ...(currencyField !== undefined && { currency_field: currencyField }),
  };
}

/** For each column, what makes the values at its end plain. */
export async function convertersOf(odoo: Odoo, columns: readonly Path[], shape: Shape): Promise<ToPlain[]> {
  const zone = knownZone((await odoo.user()).timeZone);
  return await Promise.all(columns.map(({ field }) => plainValues(field, zone, shape)));
}

/** The context fields are read with. */
export function readContext(fields: Fields, names: string[]): JsonObject {
  return names.some((name) => ["binary", "image"].includes(fields.get(name)?.type ?? "")) ? SIZES_ONLY : {};
}
