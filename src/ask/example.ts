import { Failure } from "../lib/failure.ts";
import type { Json } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import type { Leaf } from "./domain.ts";
import { type Path, resolvePath } from "./path.ts";
import { rankFields } from "./rank.ts";
import { withHint } from "./refuse.ts";

/**
 * Adds a condition that works to the hint of a refused one: on the field that was meant where that can be told, else on
 * the closest, else on the model's most useful one. Other errors pass as they are.
 */
export async function withExample(odoo: Odoo, model: string, leaf: Leaf, error: unknown): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== "E004") return error;
  const path = await meant(odoo, model, leaf, error).catch(() => null);
  if (path === null) return error;
  const [op, value] = sample(path.field, error.details["closest"]);
  const name = path.steps.map(({ field }) => field.name).join(".");
  const example: Json = leaf.at.startsWith("domain") ? [name, op, value] : { field: name, op, value };
  return withHint(error, `E.g. ${JSON.stringify(example)}`);
}

async function meant(odoo: Odoo, model: string, leaf: Leaf, { details }: Failure): Promise<Path | null> {
  const [wrong, near] = [details["step"], details["closest"]];
  const close = Array.isArray(near) && typeof near[0] === "string" ? near[0] : null;
  const isUnknown = typeof wrong === "string" && wrong !== "" && close !== null;
  const name = isUnknown ? leaf.field.split(".").map((step) => step === wrong ? close : step).join(".") : leaf.field;
  const path = await resolvePath(odoo, model, name, leaf.at).catch(() => null);
  if (path !== null && path.field.searchable && path.field.type !== "binary") return path;
  const [best] = rankFields(await odoo.fields(model));
  return best === undefined ? null : await resolvePath(odoo, model, best.name, leaf.at);
}

/** An operator both forms know, and a value of the field's type. */
function sample({ type, selection, relation }: Field, near: Json | undefined): [string, Json] {
  switch (type) {
    case "integer":
    case "float":
    case "monetary":
    case "many2one_reference":
      return [">", 100];
    case "date":
    case "datetime":
      return [">=", "-30d"];
    case "boolean":
      return ["=", true];
    case "selection": {
      const values = selection?.map(([value]) => value) ?? [];
      const close = Array.isArray(near) ? near.find((one) => values.includes(String(one))) : undefined;
      return ["=", close ?? values[0] ?? "draft"];
    }
    default:
      // Names that were close belong to this relation, unless they are fields.
      return relation === undefined
        ? ["=", "some text"]
        : Array.isArray(near) && typeof near[0] === "string" && !/^[a-z0-9_]+$/.test(near[0])
        ? ["=", near[0]]
        : ["in", [1, 2]];
  }
}
