/**
 * Records as the recordings of Odoo 19 know them, for calls that read others than those recorded. A row holds what creates
 * sent and reads answered; a field that nobody recorded reads as the empty value of its type. What is not recorded at all
 * stands in fixtures/odoo-19-extra/built.json, each part with its source.
 */
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import built from "../fixtures/odoo-19-extra/built.json" with { type: "json" };
import type { RecordedCall } from "./recorded_calls.ts";
import { type ObjectCall, Unrecorded } from "./recorded_wire.ts";

type Table<T> = Record<string, Record<string, T>>;

const ROWS: Table<JsonObject> = built.rows.values;
const COLUMNS: Record<string, JsonObject> = built.columns.values;
const FIELDS: Table<JsonObject> = built.fields.values;
const RIGHTS: Table<string[]> = built.rights.values;
const AFTER: Record<string, JsonObject> = built.after.values;
const VIEWS: Table<string> = built.views.values;
const HIDDEN: Record<string, string[]> = built.hiddenFields.values;

/** The administrator, who made most of the recordings. */
const ADMIN = 2;

/** The records of one server. They remember what was done to them as long as it runs. */
export interface Rows {
  /** Whether the model stands in the table of what is not recorded. */
  knows(model: string): boolean;
  /** The answer of `read`, `fields_get`, `get_views`, `check_access_rights` and `context_get`; undefined for other methods. */
  answer(uid: number, call: ObjectCall): Json | undefined;
  /** The ids of a call that are no records. */
  absent(call: ObjectCall): number[];
  /** Whether one of the records of a call was changed since the server started. */
  touched(call: ObjectCall): boolean;
  /** Notes what a call does, once it was answered with a value: `create`, `write`, `unlink`, and the recorded actions. */
  remember(call: ObjectCall, value: Json): void;
}

export function createRows(all: RecordedCall[]): Rows {
  const rows = new Map<string, Map<number, JsonObject>>();
  const touched = new Set<string>();
  const of = (model: string) => rows.get(model) ?? rows.set(model, new Map()).get(model)!;
  const merge = (model: string, id: number, values: JsonObject) =>
    of(model).set(id, { ...of(model).get(id) ?? built.newRecord.values, id, ...values });

  const describe = (model: string): Record<string, JsonObject> | undefined => {
    const told = all.filter((one) => one.model === model && one.method === "fields_get");
    if (told.length === 0 && FIELDS[model] === undefined) return undefined;
    const fields: Record<string, JsonObject> = structuredClone(COLUMNS);
    // Types alone describe no field, but say what type a field of the table has.
    const parts = told.flatMap(({ answer, case: name }) =>
      "value" in answer && isObject(answer.value) && !name.endsWith("type_only") ? [answer.value] : []
    );
    for (const part of [...parts, FIELDS[model] ?? {}]) {
      for (const [name, attributes] of Object.entries(part)) {
        fields[name] = { ...fields[name], ...(isObject(attributes) ? attributes : {}) };
      }
    }
    return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, complete(field)]));
  };

  const name = (model: string, id: number): Json => {
    const row = of(model).get(id);
    return row?.["display_name"] ?? row?.["name"] ?? `${model},${id}`;
  };

  /** Values as they are read again: pairs for many2one, no commands. */
  const kept = (model: string, values: JsonObject): JsonObject => {
    const fields = describe(model);
    return Object.fromEntries(
      Object.entries(values).flatMap(([field, value]): [string, Json][] => {
        const { type, relation } = fields?.[field] ?? {};
        if (type === "one2many" || type === "many2many") return [];
        if (type === "many2one" && typeof value === "number") return [[field, [value, name(String(relation), value)]]];
        return [[field, value ?? false]];
      }),
    );
  };

  const create = ({ model, params }: ObjectCall, value: Json): number[] => {
    const ids = [value].flat().map(Number);
    const values = [params["vals_list"]].flat();
    ids.forEach((id, index) => merge(model, id, kept(model, isObject(values[index]) ? values[index] : {})));
    return ids;
  };

  for (const [model, table] of Object.entries(ROWS)) {
    for (const [id, row] of Object.entries(table)) merge(model, Number(id), row);
  }
  for (const one of all) {
    if (one.method === "create" && "value" in one.answer) create(one, one.answer.value);
  }
  for (const { model, method, params, context, answer } of all) {
    const isPlain = params["load"] === undefined && context["bin_size"] === undefined;
    if (!/^(search_)?read$/.test(method) || !isPlain || !("value" in answer)) continue;
    for (const row of [answer.value].flat()) {
      if (isObject(row)) merge(model, Number(row["id"]), row);
    }
  }

  const idsOf = ({ ids }: ObjectCall): number[] => [ids ?? []].flat().filter((id) => typeof id === "number");

  const read = (call: ObjectCall): Json => {
    const asked = call.params["fields"];
    const fields = describe(call.model);
    if (!Array.isArray(asked) || asked.length === 0) throw new Unrecorded(`a read of all fields of ${call.model}`);
    const value = (id: number, field: string): Json => {
      const row = of(call.model).get(id);
      if (field === "display_name") return name(call.model, id);
      const known = row?.[field] ?? (fields?.[field] === undefined ? undefined : emptyOf(fields[field]));
      if (known === undefined) throw new Unrecorded(`${call.model}.${field}`);
      return known;
    };
    // 19 looks into the table only for a column: else it answers ids that don't exist, too.
    const looks = asked.some((field) => field !== "id" && isColumn(fields?.[String(field)]));
    return idsOf(call).filter((id) => !looks || of(call.model).has(id)).map((id) => ({
      id,
      ...Object.fromEntries(asked.map((field) => [String(field), field === "id" ? id : value(id, String(field))])),
    }));
  };

  const fieldsGet = (uid: number, { model, params }: ObjectCall): Json => {
    const fields = describe(model);
    if (fields === undefined) throw new Unrecorded(`the fields of ${model}`);
    const { allfields, attributes } = params;
    const shown = Object.entries(fields).filter(([field]) =>
      (!Array.isArray(allfields) || allfields.includes(field)) && !HIDDEN[uid]?.includes(`${model}.${field}`)
    );
    const pick = (field: JsonObject) =>
      Object.fromEntries(
        Object.entries(field).filter(([attribute]) => !Array.isArray(attributes) || attributes.includes(attribute)),
      );
    return Object.fromEntries(shown.map(([field, told]) => [field, pick(told)]));
  };

  return {
    knows: (model) => FIELDS[model] !== undefined || ROWS[model] !== undefined,
    answer: (uid, call) => {
      switch (call.method) {
        case "read":
          return read(call);
        case "fields_get":
          return fieldsGet(uid, call);
        case "get_views":
          return viewsOf(call.model);
        case "check_access_rights":
          return uid === ADMIN || (RIGHTS[uid]?.[call.model]?.includes(String(call.params["operation"])) ?? false);
        case "context_get": {
          const { lang = false, tz = false } = of("res.users").get(uid) ?? {};
          return { lang, tz, uid };
        }
        default:
          return undefined;
      }
    },
    absent: (call) => idsOf(call).filter((id) => !of(call.model).has(id)),
    touched: (call) => idsOf(call).some((id) => touched.has(`${call.model} ${id}`)),
    remember: (call, value) => {
      const { model, method, params } = call;
      const ids = method === "create" ? create(call, value) : idsOf(call);
      const vals = params["vals"];
      for (const id of ids) {
        if (method === "unlink") of(model).delete(id);
        if (method === "write" && isObject(vals)) merge(model, id, kept(model, vals));
        if (AFTER[method] !== undefined) merge(model, id, AFTER[method]);
        if (!/^(read|has_access)$/.test(method)) touched.add(`${model} ${id}`);
      }
    },
  };
}

function viewsOf(model: string): Json {
  const entries = Object.entries(VIEWS[model] ?? {}).map(([type, arch]) => [type, { arch, id: 1, model }]);
  return { views: Object.fromEntries(entries), models: {} };
}

/** The attributes that few recordings hold, by the type: see `notColumns`. */
function complete(field: JsonObject): JsonObject {
  const ordered = !built.notColumns.values.includes(String(field["type"]));
  return {
    readonly: false,
    required: false,
    store: true,
    searchable: true,
    sortable: ordered,
    groupable: ordered,
    depends: [],
    ...field,
  };
}

function isColumn(field: JsonObject | undefined): boolean {
  return field === undefined || (field["store"] === true && !built.notColumns.values.includes(String(field["type"])));
}

/** What an empty field reads as: types_empty_values. */
function emptyOf({ type }: JsonObject): Json {
  if (type === "one2many" || type === "many2many") return [];
  return type === "integer" || type === "float" || type === "monetary" ? 0 : false;
}
