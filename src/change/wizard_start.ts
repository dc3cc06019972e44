import type { Json, JsonObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import { askForm } from "./form.ts";
import { plainFields } from "./noteworthy.ts";
import type { Form } from "./wizard_form.ts";

/**
 * The values that a wizard's form begins with and `create` would not know: what its onchange fills in, lines included (14
 * lists the goods of a return so). Odoo's own pages send them too. Defaults and computed fields come by themselves; what
 * the caller gave goes before. Nothing where the form can't be asked: `create` then says what is missing.
 */
export async function startOf(odoo: Odoo, model: string, form: Form | null, given: JsonObject): Promise<JsonObject> {
  const fields = await odoo.fields(model);
  const typed = (form?.fields ?? []).flatMap(({ name }) => fields.get(name) ?? []).filter((field) =>
    !(field.name in given) && field.stored && field.depends.length === 0 && !field.readonly &&
    field.type !== "many2many"
  );
  const tables = typed.filter(({ type, relation }) => type === "one2many" && relation !== undefined);
  const inner = await Promise.all(tables.map(async ({ name, relation, inverse }): Promise<[string, Field[]]> => {
    const known = await odoo.fields(relation!);
    const names = plainFields(known).filter((one) => one !== inverse);
    return [name, names.map((one) => known.get(one)!).filter(({ depends }) => depends.length === 0)];
  }));
  const lines = Object.fromEntries(inner.map(([name, own]) => [name, own.map((field) => field.name)]));
  const answer = await askForm(odoo, { model, values: given, wanted: typed.map(({ name }) => name), lines });
  if ("reason" in answer) return {};
  const values: JsonObject = {};
  for (const { name, type } of typed) {
    const raw = answer.value[name];
    if (type !== "one2many" && raw !== undefined && raw !== false) values[name] = bare(raw);
  }
  for (const [name, own] of inner) {
    const rows = answer.lines[name] ?? [];
    const known = new Set(own.map((field) => field.name));
    if (rows.length === 0) continue;
    values[name] = rows.map((row) => [
      0,
      0,
      Object.fromEntries(Object.entries(row).filter(([key]) => known.has(key)).map(([key, raw]) => [key, bare(raw)])),
    ]);
  }
  return values;
}

/** A value as it is written: a many2one without its name. */
function bare(raw: Json): Json {
  return Array.isArray(raw) && raw.length === 2 && typeof raw[1] === "string" ? raw[0]! : raw;
}
