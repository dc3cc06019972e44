import type { Json, JsonObject } from "../lib/json.ts";
import { mayDo } from "./access.ts";
import { isMany, isSearchable, isStored } from "./field.ts";
import type { Environment, FieldDefinition, ModelDefinition } from "./model.ts";

const ORDER_STATES = ["draft", "sent", "sale", "done", "cancel"];

/**
 * `fields_get` as Odoo 14 answers it: every attribute, or only those named; unknown field names are left out. A user
 * who may neither create nor write is told that every field is readonly.
 */
export function describeFields(
  env: Environment,
  definition: ModelDefinition,
  names: readonly string[] | null,
  attributes: readonly string[] | null,
): JsonObject {
  const editable = mayDo(env, definition, "write") || mayDo(env, definition, "create");
  const answer: JsonObject = {};
  for (const [name, field] of Object.entries(definition.fields)) {
    if (names !== null && names.length > 0 && !names.includes(name)) continue;
    const told = describeField(field);
    if (!editable) Object.assign(told, { readonly: true, states: {} });
    const shown = Object.entries(told).filter(([key]) => !attributes?.length || attributes.includes(key));
    answer[name] = Object.fromEntries(shown);
  }
  return answer;
}

function describeField(field: FieldDefinition): JsonObject {
  const { type, string, help, selection, relation, inverse, related, digits, size, editableIn } = field;
  const stored = isStored(field);
  const optional: { [attribute: string]: Json | undefined } = {
    help,
    selection,
    relation,
    relation_field: inverse,
    related: related?.split("."),
    digits,
    size,
    currency_field: field.currencyField,
    group_operator: groupOperator(field) ?? undefined,
    context: relation === undefined ? undefined : {},
    domain: relation === undefined ? undefined : field.domain ?? [],
    translate: type === "char" || type === "text" || type === "html" ? field.translate ?? false : undefined,
    trim: type === "char" ? true : undefined,
    states: editableIn === undefined ? undefined : Object.fromEntries(
      ORDER_STATES.filter((state) => editableIn.includes(state)).map((state) => [state, [["readonly", false]]]),
    ),
  };
  const present = Object.entries(optional).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return {
    type,
    change_default: false,
    company_dependent: false,
    depends: field.depends ?? [],
    manual: false,
    readonly: field.readonly ?? false,
    required: field.required ?? false,
    searchable: isSearchable(field),
    sortable: !isMany(field) && (stored || field.inherited === true),
    store: stored,
    string,
    ...Object.fromEntries(present),
  };
}

/** What `read_group` makes of a field when not told how; null for what can't be summed up. */
export function groupOperator(field: FieldDefinition): string | null {
  if (field.aggregate !== undefined) return field.aggregate || null;
  return ["integer", "float", "monetary", "many2one_reference"].includes(field.type) ? "sum" : null;
}
