import type { Row, Value } from "./database.ts";
import { emptyValue } from "./field.ts";
import { invalidField, unknownModel } from "./fault.ts";
import type { Environment, FieldDefinition, ModelDefinition } from "./model.ts";

/** A model's definition; `E005` in Odoo's words where there is none. */
export function modelOf(env: Environment, model: string): ModelDefinition {
  const definition = env.models.get(model);
  if (definition === undefined) throw unknownModel(model);
  return definition;
}

/** A field's definition; `E004` in Odoo's words where there is none. */
export function fieldOf(definition: ModelDefinition, name: string): FieldDefinition {
  const field = Object.hasOwn(definition.fields, name) ? definition.fields[name] : undefined;
  if (field === undefined) throw invalidField(name, definition.model);
  return field;
}

/** The rows of a model, in order of creation. */
export function rowsOf(env: Environment, model: string): MapIterator<Row> {
  return env.database.table(model).rows.values();
}

/** One row, or undefined where the record is gone. */
export function rowOf(env: Environment, model: string, id: Value | undefined): Row | undefined {
  return typeof id === "number" ? env.database.table(model).rows.get(id) : undefined;
}

/** Whether the record shows in ordinary searches. */
export function isActive(row: Row): boolean {
  return row.active !== false;
}

/** The field's value of one row: a many2one as its id, x2many as ids in order of creation, archived ones included. */
export function valueOf(env: Environment, definition: ModelDefinition, row: Row, name: string): Value {
  const field = fieldOf(definition, name);
  if (name === "display_name") return displayName(env, definition, row);
  if (field.compute !== undefined) return field.compute(row, env);
  if (field.related !== undefined) return follow(env, definition, row, field.related) ?? emptyValue(field);
  if (field.type === "one2many") {
    const ids: number[] = [];
    for (const other of rowsOf(env, field.relation!)) if (other[field.inverse!] === row.id) ids.push(other.id);
    return ids;
  }
  return row[name] ?? emptyValue(field);
}

/** The name people see. */
export function displayName(env: Environment, definition: ModelDefinition, row: Row): string {
  if (definition.displayName !== undefined) return definition.displayName(row, env);
  if (definition.fields.name === undefined) return `${definition.model},${row.id}`;
  return String(valueOf(env, definition, row, "name") || "");
}

/** The value at the end of a path of many2one fields; undefined where the path breaks off. */
function follow(env: Environment, definition: ModelDefinition, row: Row, path: string): Value | undefined {
  const dot = path.indexOf(".");
  if (dot < 0) return valueOf(env, definition, row, path);
  const first = fieldOf(definition, path.slice(0, dot));
  const target = rowOf(env, first.relation!, valueOf(env, definition, row, path.slice(0, dot)));
  return target && follow(env, modelOf(env, first.relation!), target, path.slice(dot + 1));
}
