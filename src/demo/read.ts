import type { Json, JsonObject } from "../lib/json.ts";
import type { Row, Value } from "./database.ts";
import { missingRecord } from "./fault.ts";
import type { Environment, FieldDefinition, ModelDefinition } from "./model.ts";
import { compareIds } from "./order.ts";
import { displayName, fieldOf, isActive, modelOf, rowOf, valueOf } from "./value.ts";

/**
 * Records as Odoo's `read` answers them: empty is `false`, a many2one `[id, name]` (or its id when `pairs` is off),
 * x2many the ids in their model's order. No fields means all; records that are gone are left out.
 */
export function readRecords(
  env: Environment,
  definition: ModelDefinition,
  ids: readonly number[],
  fields: readonly string[] | null,
  pairs: boolean,
): JsonObject[] {
  const all = fields === null || fields.length === 0;
  const names = all ? Object.keys(definition.fields) : [...new Set(fields)];
  const columns = names.map((name) => [name, fieldOf(definition, name)] as const);
  const known: NameCache = new Map();
  return ids.flatMap((id) => {
    const row = rowOf(env, definition.model, id);
    if (row === undefined) return [];
    const record: JsonObject = { id };
    for (const [name, field] of columns) {
      record[name] = shown(env, field, valueOf(env, definition, row, name), pairs, known);
    }
    return [record];
  });
}

type NameCache = Map<string, string>;

function shown(env: Environment, field: FieldDefinition, value: Value, pairs: boolean, known: NameCache): Json {
  if (typeof value === "object") return sortedIds(env, field.relation!, value);
  if (field.type !== "many2one" || typeof value !== "number" || !pairs) return value;
  const key = `${field.relation},${value}`;
  let name = known.get(key);
  if (name === undefined) {
    const row = rowOf(env, field.relation!, value);
    if (row === undefined) return false;
    known.set(key, name = displayName(env, modelOf(env, field.relation!), row));
  }
  return [value, name];
}

function sortedIds(env: Environment, model: string, ids: readonly number[]): number[] {
  const hidden = env.context.active_test !== false && modelOf(env, model).fields.active !== undefined;
  const visible = hidden ? ids.filter((id) => isActiveId(rowOf(env, model, id))) : [...ids];
  return visible.length < 2 ? visible : visible.sort(compareIds(env, model));
}

function isActiveId(row: Row | undefined): boolean {
  return row !== undefined && isActive(row);
}

/** `get_metadata` as Odoo 14 answers it: who made and changed each record when, and its external id. */
export function readMetadata(env: Environment, definition: ModelDefinition, ids: readonly number[]): JsonObject[] {
  const fields = ["create_uid", "create_date", "write_uid", "write_date"];
  return readRecords(env, definition, ids, fields, true).map((record) => {
    const rows = env.database.table("ir.model.data").rows.values();
    const key = rows.find((row) => row.model === definition.model && row.res_id === record.id);
    const xmlid = key === undefined ? false : `${key.module}.${key.name}`;
    return { ...record, xmlid, noupdate: key?.noupdate === true };
  });
}

/** Refuses as Odoo's `MissingError` when a record is gone. */
export function requireRecords(env: Environment, definition: ModelDefinition, ids: readonly number[]): void {
  const missing = ids.filter((id) => rowOf(env, definition.model, id) === undefined);
  if (missing.length > 0) throw missingRecord(definition.model, missing, env.uid);
}
