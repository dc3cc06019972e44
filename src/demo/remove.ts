import type { Row } from "./database.ts";
import { foreignKey } from "./fault.ts";
import { isKept } from "./field.ts";
import type { Environment, ModelDefinition } from "./model.ts";
import { rowsOf } from "./value.ts";

/** Takes a row out, and does to every row that points at it what the database would. */
export function removeRow(env: Environment, definition: ModelDefinition, row: Row): void {
  env.database.table(definition.model).rows.delete(row.id);
  // Activities point at their record by model and id, which no foreign key watches.
  for (const id of definition.fields.activity_ids?.compute?.(row, env) as number[] ?? []) {
    env.database.table("mail.activity").rows.delete(id);
  }
  for (const id of definition.fields.message_ids?.compute?.(row, env) as number[] ?? []) {
    env.database.table("mail.message").rows.delete(id);
  }
  for (const key of [...rowsOf(env, "ir.model.data")]) {
    if (key.model === definition.model && key.res_id === row.id) {
      env.database.table("ir.model.data").rows.delete(key.id);
    }
  }
  for (const other of env.models.values()) {
    for (const [name, field] of Object.entries(other.fields)) {
      if (field.relation !== definition.model || !isKept(field)) continue;
      if (field.type === "many2many") forget(env, other, name, row.id);
      if (field.type !== "many2one") continue;
      const pointing = [...rowsOf(env, other.model)].filter((each) => each[name] === row.id);
      const then = field.ondelete ?? (field.required ? "restrict" : "set null");
      if (then === "restrict" && pointing.length > 0) throw foreignKey(other.label, other.model, name);
      for (const each of pointing) {
        if (then === "cascade") removeRow(env, other, each);
        else env.database.update(other.model, each.id, { [name]: false });
      }
    }
  }
  definition.afterUnlink?.(row, env);
}

function forget(env: Environment, definition: ModelDefinition, name: string, id: number): void {
  for (const row of [...rowsOf(env, definition.model)]) {
    const ids = row[name];
    if (Array.isArray(ids) && ids.includes(id)) {
      env.database.update(definition.model, row.id, { [name]: ids.filter((other) => other !== id) });
    }
  }
}
