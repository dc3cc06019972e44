import { closest } from "../lib/closest.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { knownField } from "./path.ts";
import { rankFields } from "./rank.ts";
import { refuse } from "./refuse.ts";
import { readRights, type Rights } from "./rights.ts";
import { quote, visible } from "./text.ts";

/** What `describe_model` takes. */
export interface DescribeInput {
  model: string;
  /** Words of a field's name, label, help or values. */
  query?: string | undefined;
  /** Fields to tell everything about. */
  fields?: readonly string[] | undefined;
  /** Default `["fields"]`. */
  include?: readonly string[] | undefined;
}

/** A field as callers see it. What is absent is as usual: not required, stored, found by a domain. */
export interface FieldDescription {
  name: string;
  label: string;
  type: string;
  required?: true;
  /** Computed at each read. */
  computed?: true;
  /** False where a domain can't use it. */
  searchable?: boolean;
  relation?: string;
  inverse?: string;
  selection?: [string, string][];
  /** Values that are not shown. */
  selection_more?: number;
  currency_field?: string;
  /** Odoo's advice to its own forms; a draft may well accept it. */
  readonly?: boolean;
  sortable?: boolean;
  groupable?: boolean;
  depends?: string[];
  help?: string;
}

/** A model as callers see it. */
export interface Description {
  model: string;
  rights: Rights;
  fields: FieldDescription[];
  /** Fields that are not shown. */
  more: number;
  /** Models this one leads to, and through which fields. */
  relations?: { model: string; fields: string[] }[];
  notes: string[];
}

/** How many fields are shown when none are named. */
const SHOWN = 12;
/** How many fields that fit the words are shown. */
const FOUND = 20;
/** How many values of a selection are shown unless the field was named. */
const SHOWN_VALUES = 12;

/** What may be done with a model, and its fields: the best ones, those that fit `query`, or those named, in full. */
export async function describeModel(odoo: Odoo, input: DescribeInput): Promise<Description> {
  const { model } = input;
  const include = checkInclude(input.include);
  const fields = await odoo.fields(model);
  const named = input.fields?.map((name, index) => knownField(fields, model, name, `fields[${index}]`));
  if (named?.length === 0) refuse("fields", "the list is empty", { hint: "Leave it out for the most useful fields." });
  const rights = await readRights(odoo, model);
  const notes: string[] = [];
  let shown: Field[];
  if (named !== undefined) shown = named;
  else if (input.query !== undefined && input.query.trim() !== "") {
    const found = search(fields, input.query);
    shown = found.slice(0, FOUND);
    if (found.length > FOUND) notes.push(`${found.length} fields fit; the best ${FOUND} are shown.`);
    if (found.length === 0) notes.push(nothingFits(fields, input.query));
  } else {
    shown = bestFields(fields);
    if (shown.length < fields.size) {
      notes.push("The most useful fields; query finds others by words, fields tells all about some.");
    }
  }
  return {
    model,
    rights,
    fields: include.includes("fields") ? shown.map((field) => named === undefined ? brief(field) : inFull(field)) : [],
    more: include.includes("fields") ? fields.size - shown.length : fields.size,
    ...(include.includes("relations") && { relations: relationsOf(fields) }),
    notes: include.includes("fields") ? notes : [],
  };
}

function checkInclude(include: readonly string[] | undefined): readonly string[] {
  for (const word of include ?? []) {
    if (word === "actions") {
      refuse("include", "actions can't be described yet", { code: "E013", hint: "Use fields or relations." });
    }
    if (word !== "fields" && word !== "relations") {
      refuse("include", `${quote(word)} is no part of a model`, {
        near: closest(word, ["fields", "relations"]),
        hint: "Use fields or relations.",
      });
    }
  }
  return include === undefined || include.length === 0 ? ["fields"] : include;
}

/** The ranking of the default fields, with what these leave out because it is long: the name itself and the lines. */
function bestFields(fields: Fields): Field[] {
  const name = fields.get("name") ?? fields.get("display_name");
  const lines = [...fields.values()].filter((field) =>
    field.type === "one2many" && /(^|_)lines?(_ids)?$/.test(field.name)
  ).slice(0, 1);
  const ranked = rankFields(fields).slice(0, SHOWN - lines.length - 1);
  return [...(name === undefined ? [] : [name]), ...ranked, ...lines];
}

/** Fields by how well they fit the words; those that fit none are left out. */
function search(fields: Fields, query: string): Field[] {
  const words = query.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  return [...fields.values()]
    .map((field) => ({ field, score: words.reduce((sum, word) => sum + fitOf(field, word), 0) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.field.name.length - b.field.name.length)
    .map(({ field }) => field);
}

function fitOf(field: Field, word: string): number {
  const name = field.name.toLowerCase();
  const label = field.label.toLowerCase();
  if (name === word || label === word) return 30;
  const stored = field.stored ? 1 : 0;
  if (name.split("_").includes(word) || label.split(/[^\p{L}\p{N}]+/u).includes(word)) return 12 + stored;
  if (name.includes(word) || label.includes(word)) return 6 + stored;
  if (field.selection?.some(([value, text]) => `${value} ${text}`.toLowerCase().includes(word))) return 4 + stored;
  return field.help.toLowerCase().includes(word) ? 1 + stored : 0;
}

function nothingFits(fields: Fields, query: string): string {
  const near = closest(query, fields.keys());
  return `No field fits ${quote(query)}.${near.length === 0 ? "" : ` Close names: ${near.join(", ")}.`}`;
}

function brief(field: Field): FieldDescription {
  const { name, label, type, relation, selection, currencyField } = field;
  return {
    name,
    label: visible(label),
    type,
    ...(field.required && { required: true }),
    ...(!field.stored && !field.sortable && { computed: true }),
    ...(!field.searchable && { searchable: false }),
    ...(relation !== undefined && { relation }),
    ...(selection !== undefined && { selection: selection.slice(0, SHOWN_VALUES) }),
    ...(selection !== undefined && selection.length > SHOWN_VALUES &&
      { selection_more: selection.length - SHOWN_VALUES }),
    ...(currencyField !== undefined && { currency_field: currencyField }),
  };
}

function inFull(field: Field): FieldDescription {
  const { selection_more: _, ...rest } = brief(field);
  return {
    ...rest,
    searchable: field.searchable,
    sortable: field.sortable,
    groupable: field.groupable,
    readonly: field.readonly,
    ...(field.selection !== undefined && { selection: field.selection }),
    ...(field.inverse !== undefined && { inverse: field.inverse }),
    ...(field.depends.length > 0 && { depends: field.depends }),
    ...(field.help !== "" && { help: visible(field.help) }),
  };
}

function relationsOf(fields: Fields): { model: string; fields: string[] }[] {
  const relations = new Map<string, string[]>();
  for (const { name, relation } of fields.values()) {
    if (relation !== undefined && !["create_uid", "write_uid"].includes(name)) {
      relations.set(relation, [...relations.get(relation) ?? [], name]);
    }
  }
  return [...relations].map(([model, names]) => ({ model, fields: names })).sort((
    a,
    b,
  ) => (a.model < b.model ? -1 : 1));
}
