/** Odoo's field types, those of later versions too; unknown ones arrive as they are. */
export type FieldType =
  | "char"
  | "text"
  | "html"
  | "integer"
  | "float"
  | "monetary"
  | "boolean"
  | "date"
  | "datetime"
  | "selection"
  | "many2one"
  | "one2many"
  | "many2many"
  | "many2one_reference"
  | "reference"
  | "binary"
  | (string & Record<never, never>);

/** One field as `fields_get` tells it, with defaults filled in. */
export interface Field {
  name: string;
  type: FieldType;
  /** The label people see, in the user's language. */
  label: string;
  help: string;
  required: boolean;
  /** UI advice only: a draft may well accept it, and Odoo does not enforce it. */
  readonly: boolean;
  /** False for fields computed at each read: these can't be searched or grouped safely (14 ignores such a leaf). */
  stored: boolean;
  /** True when Odoo says a domain may use it (stored, or computed with a search method). */
  searchable: boolean;
  sortable: boolean;
  /** False where the version says so; grouping needs a stored field. */
  groupable: boolean;
  /** The model a relation leads to. */
  relation?: string;
  /** For one2many: the many2one on the other side. */
  inverse?: string;
  /** `[value, label]` pairs in display order. */
  selection?: [string, string][];
  /** For monetary fields: the field that holds the currency. */
  currencyField?: string;
  /** Fields this one is computed from, e.g. `["order_line.price_total"]`. */
  depends: string[];
}

/** A model's fields by name. */
export type Fields = ReadonlyMap<string, Field>;
