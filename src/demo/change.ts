import type { Json } from "../lib/json.ts";
import { isObject } from "../lib/json.ts";
import { requireAccess } from "./access.ts";
import { show, toColumn } from "./convert.ts";
import type { Value } from "./database.ts";
import { defaults } from "./defaults.ts";
import { foreignKey, mandatoryField, wrongParameter, wrongValue } from "./fault.ts";
import { isKept, isMany, isStored } from "./field.ts";
import type { Environment, FieldDefinition, ModelDefinition, Values } from "./model.ts";
import { format } from "./period.ts";
import { requireRecords } from "./read.ts";
import { removeRow } from "./remove.ts";
import { fieldOf, isActive, modelOf, rowOf, valueOf } from "./value.ts";

/** Creates one record with its defaults, its inherited record and its lines; answers the id. */
export function createRecord(env: Environment, model: string, given: Json): number {
  const definition = modelOf(env, model);
  requireAccess(env, definition, "create");
  if (!isObject(given)) throw wrongParameter("values are not an object");
  const unsaid = Object.entries(defaults(env, definition)).filter(([name]) => !Object.hasOwn(given, name));
  const base = split(env, definition, Object.fromEntries(unsaid));
  const asked = split(env, definition, completed(env, definition, given));
  const { columns } = asked;
  // What a default says gives way to what Odoo works out from the given values, as a price from a product.
  const prepared = { ...base.columns, ...definition.prepare?.(columns, env) ?? columns } as Record<string, Value>;
  const commands = { ...base.commands, ...asked.commands };
  const through = { ...base.through, ...asked.through };
  const now = format(env.now);
  const stamps = { create_uid: env.uid, create_date: now, write_uid: env.uid, write_date: now };
  const { inherits } = definition;
  if (inherits !== undefined && !prepared[inherits.by]) {
    const parent = createInherited(env, inherits.model, through);
    prepared[inherits.by] = parent;
    for (const name of Object.keys(through)) delete through[name];
  }
  const id = env.database.insert(model, { ...prepared, ...stamps });
  finish(env, definition, id, commands, through);
  definition.afterCreate?.(rowOf(env, model, id)!, env);
  return id;
}

/** The record behind the one being made; no second one hangs on it as on a template made by itself. */
function createInherited(env: Environment, model: string, values: Values): number {
  const definition = modelOf(env, model);
  const { afterCreate: _, ...quiet } = definition;
  return createRecord({ ...env, models: new Map(env.models).set(model, quiet) }, model, values);
}

/** Changes records; nothing is kept when one of them refuses, as the caller runs this in a transaction. */
export function writeRecords(env: Environment, model: string, ids: readonly number[], given: Json): void {
  const definition = modelOf(env, model);
  requireAccess(env, definition, "write");
  if (!isObject(given)) throw wrongParameter("values are not an object");
  requireRecords(env, definition, ids);
  const { columns, commands, through } = split(env, definition, completed(env, definition, given));
  const stamps = { write_uid: env.uid, write_date: format(env.now) };
  for (const id of ids) {
    env.database.update(model, id, { ...columns as Record<string, Value>, ...stamps });
    finish(env, definition, id, commands, through);
  }
}

/** Deletes records, with what hangs on them, unless another record requires them. */
export function unlinkRecords(env: Environment, model: string, ids: readonly number[]): void {
  const definition = modelOf(env, model);
  requireAccess(env, definition, "unlink");
  requireRecords(env, definition, ids);
  const rows = ids.map((id) => rowOf(env, model, id)!);
  for (const row of rows) definition.checkUnlink?.(row, env);
  for (const row of rows) removeRow(env, definition, row);
}

function completed(env: Environment, definition: ModelDefinition, given: Values): Values {
  return definition.alsoSet?.(given, env) ?? given;
}

/** Sorts given values into columns, commands for x2many, and values that belong to a record this one points at. */
function split(env: Environment, definition: ModelDefinition, given: Values) {
  const columns: Values = {};
  const commands: Values = {};
  const through: Values = {};
  for (const [name, value] of Object.entries(given)) {
    const field = fieldOf(definition, name);
    if (name === "id") continue;
    if (field.related !== undefined) {
      if (!field.readonly) through[field.related.includes(".") ? name : field.related] = value;
    } else if (isMany(field)) commands[name] = value;
    // What Odoo computes is passed over, as Odoo 19 does; 14 would keep it until the next computation.
    else if (field.compute === undefined) columns[name] = toColumn(env, definition, name, value) as Json;
  }
  return { columns, commands, through };
}

/** What follows once a row is in: lines, related records, required fields, the model's own rules. */
function finish(env: Environment, definition: ModelDefinition, id: number, commands: Values, through: Values): void {
  const { model, label } = definition;
  for (const [name, value] of Object.entries(commands)) runCommands(env, definition, id, name, value);
  for (const [name, value] of Object.entries(through)) {
    const [by = "", ...rest] = fieldOf(definition, name).related!.split(".");
    const target = valueOf(env, definition, rowOf(env, model, id)!, by);
    const field = fieldOf(definition, by);
    if (typeof target === "number") writeRecords(env, field.relation!, [target], { [rest.join(".")]: value });
  }
  const row = rowOf(env, model, id)!;
  for (const [name, field] of Object.entries(definition.fields)) {
    if (!field.required || !isStored(field) || !isKept(field) || isMany(field)) continue;
    if (isUnset(row[name], field)) throw mandatoryField(label, model, field.string, name);
  }
  definition.check?.(row, env);
}

function isUnset(value: Value | undefined, field: FieldDefinition): boolean {
  return value === undefined || (value === false && field.type !== "boolean");
}

/** Odoo's commands on an x2many: 0 create, 1 change, 2 delete, 3 unlink, 4 link, 5 clear, 6 set; bare ids set. */
function runCommands(env: Environment, definition: ModelDefinition, id: number, name: string, given: Json): void {
  const field = fieldOf(definition, name);
  const wrong = () => wrongValue(show(given), name, definition.model);
  if (given === false || given === null) given = [[5]];
  if (!Array.isArray(given)) throw wrong();
  if (given.every((item) => typeof item === "number")) given = [[6, 0, given]];
  for (const command of given) {
    if (!Array.isArray(command)) throw wrong();
    const [number, target, value] = command;
    const current = () => valueOf(env, definition, rowOf(env, definition.model, id)!, name) as readonly number[];
    const set = (ids: readonly number[]) => setLinks(env, definition, field, id, name, ids);
    switch (number) {
      case 0: {
        const line = isObject(value) ? value : {};
        if (field.type === "one2many") createRecord(env, field.relation!, { ...line, [field.inverse!]: id });
        else set([...current(), createRecord(env, field.relation!, line)]);
        break;
      }
      case 1:
        writeRecords(env, field.relation!, [Number(target)], value ?? {});
        break;
      case 2:
        unlinkRecords(env, field.relation!, [Number(target)]);
        break;
      case 3:
        set(current().filter((other) => other !== target));
        break;
      case 4:
        if (!current().includes(Number(target))) set([...current(), Number(target)]);
        break;
      case 5:
        set([]);
        break;
      case 6:
        if (!Array.isArray(value)) throw wrong();
        set(value.map(Number));
        break;
        // Odoo passes over any other number without a word.
    }
  }
}

function setLinks(
  env: Environment,
  definition: ModelDefinition,
  field: FieldDefinition,
  id: number,
  name: string,
  ids: readonly number[],
): void {
  const other = modelOf(env, field.relation!);
  for (const target of ids) {
    if (rowOf(env, other.model, target) === undefined) throw foreignKey("Unknown", "Unknown", name);
  }
  if (field.type === "many2many") return env.database.update(definition.model, id, { [name]: [...new Set(ids)] });
  const inverse = fieldOf(other, field.inverse!);
  const before = valueOf(env, definition, rowOf(env, definition.model, id)!, name) as readonly number[];
  for (const gone of before.filter((line) => !ids.includes(line))) {
    if (inverse.required || inverse.ondelete === "cascade") unlinkRecords(env, other.model, [gone]);
    else env.database.update(other.model, gone, { [field.inverse!]: false });
  }
  for (const line of ids) if (!before.includes(line)) writeRecords(env, other.model, [line], { [field.inverse!]: id });
}

/** Archives what is active and the other way round; a model without `active` has nothing to archive. */
export function toggleActive(env: Environment, definition: ModelDefinition, ids: readonly number[]): void {
  for (const id of ids) {
    writeRecords(env, definition.model, [id], { active: !isActive(rowOf(env, definition.model, id)!) });
  }
}
