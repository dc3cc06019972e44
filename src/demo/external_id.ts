import type { Json } from "../lib/json.ts";
import type { Row } from "./database.ts";
import type { Environment } from "./model.ts";
import { rowsOf } from "./value.ts";

/** The row of `ir.model.data` for an external id such as `base.main_company`, or undefined. */
export function findExternalId(env: Environment, externalId: string): Row | undefined {
  const dot = externalId.indexOf(".");
  const [module, name] = [externalId.slice(0, dot), externalId.slice(dot + 1)];
  for (const row of rowsOf(env, "ir.model.data")) if (row.module === module && row.name === name) return row;
  return undefined;
}

/** Gives a record an external id; one that stands for another record moves, as in Odoo. */
export function giveExternalId(env: Environment, externalId: string, model: string, id: number): void {
  const known = findExternalId(env, externalId);
  if (known !== undefined) return env.database.update("ir.model.data", known.id, { model, res_id: id });
  const dot = externalId.indexOf(".");
  const [module, name] = [externalId.slice(0, dot), externalId.slice(dot + 1)];
  const noupdate = env.context.noupdate === true;
  env.database.insert("ir.model.data", { module, name, model, res_id: id, noupdate });
}

/** In an import `create` takes the value `id` for an external id; anywhere else it drops it. */
export function nameImported(env: Environment, model: string, id: number, values: Json): void {
  const name = typeof values === "object" && values !== null && !Array.isArray(values) ? values.id : undefined;
  if (typeof name !== "string" || !env.context._import_current_module) return;
  giveExternalId(env, name.includes(".") ? name : `${env.context._import_current_module}.${name}`, model, id);
}
