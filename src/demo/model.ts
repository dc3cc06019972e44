import type { Json, JsonObject } from "../lib/json.ts";
import type { Database, Row, Value } from "./database.ts";

/** Who calls, when, and on which data: what Odoo calls the environment. */
export interface Environment {
  readonly database: Database;
  readonly models: ReadonlyMap<string, ModelDefinition>;
  readonly uid: number;
  /** Full names of the user's groups, as Odoo writes them in access errors. */
  readonly groups: ReadonlySet<string>;
  readonly context: JsonObject;
  /** The demo company's own clock. */
  readonly now: Date;
}

/** Values of a record before they are stored: as the caller gave them, with defaults. */
export type Values = { [field: string]: Json };

/** One field, with `fields_get`'s words for what it tells. Everything absent has Odoo's default. */
export interface FieldDefinition {
  type: string;
  string: string;
  help?: string;
  required?: boolean;
  readonly?: boolean;
  /** Order states in which a readonly field may be edited. */
  editableIn?: string[];
  relation?: string;
  /** For one2many: the many2one on the other side. */
  inverse?: string;
  selection?: [string, string][];
  currencyField?: string;
  /** How `read_group` sums the field up when not told. Default: sum for numbers. */
  aggregate?: string;
  /** Filter of an x2many as `fields_get` tells it, for clients; not applied here. */
  domain?: Json[];
  size?: number;
  digits?: [number, number];
  translate?: boolean;
  /** For a new record, unless the context says `default_<field>`. */
  default?: Value | ((env: Environment) => Value);
  /** Worked out at each read, whether Odoo stores it or not: the demo never holds a stale total. */
  compute?: (row: Row, env: Environment) => Value;
  depends?: string[];
  /** Read through this path, and written through it unless readonly. */
  related?: string;
  /** Is stored in the model that this one inherits from, and so sorts and groups as if stored here. */
  inherited?: boolean;
  /** Absent: stored unless related. */
  store?: boolean;
  /** Absent: what is stored or related. */
  searchable?: boolean;
  /** What happens to this row when the record it points at goes. Default: restrict if required, else set null. */
  ondelete?: "restrict" | "cascade" | "set null";
}

/** What a user may be allowed to do with a model. */
export type Operation = "read" | "write" | "create" | "unlink";

/** The groups of which any gives a right; none where nobody has it. */
export type Access = Readonly<Record<Operation, readonly string[]>>;

/** A business method: the ids it runs on, its arguments, and Odoo 14's answer. */
export type RecordMethod = (env: Environment, ids: number[], params: JsonObject) => Json;

/** A model as data, plus the few rules of its own. */
export interface ModelDefinition {
  model: string;
  label: string;
  /** Odoo's `_order`. */
  order: string;
  access: Access;
  fields: Record<string, FieldDefinition>;
  /** The record's name; default: its `name`. */
  displayName?: (row: Row, env: Environment) => string;
  /** Fields that `name_search` looks into; default: `name`. */
  nameSearch?: string[];
  /** A record of another model made along with each record (`_inherits`), and the field that points at it. */
  inherits?: { model: string; by: string };
  /** Groups shown even when empty, by field: answers their ids. */
  expandGroups?: Record<string, (env: Environment) => number[]>;
  /** Fills in what Odoo's own `create` works out from the given values. */
  prepare?: (values: Values, env: Environment) => Values;
  /** Makes what belongs to a new record. */
  afterCreate?: (row: Row, env: Environment) => void;
  /** Adds what Odoo sets along with given values, on create and on write. */
  alsoSet?: (values: Values, env: Environment) => Values;
  /** Throws when a row breaks a rule; runs after every create and write. */
  check?: (row: Row, env: Environment) => void;
  /** Throws when a row may not go. */
  checkUnlink?: (row: Row, env: Environment) => void;
  /** Removes what makes no sense without the row. */
  afterUnlink?: (row: Row, env: Environment) => void;
  methods?: Record<string, RecordMethod>;
}
