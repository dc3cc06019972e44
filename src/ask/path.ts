import { closest } from "../lib/closest.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/** Longest dotted path: each step costs Odoo a sub-select. */
const MAX_STEPS = 8;

/** Where a dotted path ends, and how it gets there. */
export interface Path {
  /** The field at the end. */
  field: Field;
  /** The model that field belongs to. */
  model: string;
  /** Every field on the way, the end included, each with the model it belongs to. */
  steps: { field: Field; model: string }[];
  /** The path up to and with the last x2many that it goes through, and what follows; null where it meets none. */
  many: { before: string; after: string } | null;
}

/** Follows a field or a dotted path from a model. `E004` names the step that does not exist or leads nowhere. */
export async function resolvePath(odoo: Odoo, model: string, path: string, at: string): Promise<Path> {
  const names = path.split(".");
  if (names.length > MAX_STEPS) refuse(at, `the path ${quote(path)} has ${names.length} steps, at most ${MAX_STEPS}`);
  const steps: Path["steps"] = [];
  let owner = model;
  let many: Path["many"] = null;
  for (const [index, step] of names.entries()) {
    const field = knownField(await odoo.fields(owner), owner, step, at, path);
    steps.push({ field, model: owner });
    if (index === names.length - 1) return { field, model: owner, steps, many };
    if (field.relation === undefined) {
      refuse(at, `the path ${quote(path)} goes through ${step}, and that is no relation but a ${field.type} field`, {
        hint: `End the path at ${names.slice(0, index + 1).join(".")}, or go through a relation.`,
        details: { field: path, step, model: owner },
      });
    }
    if (isMany(field)) {
      many = { before: names.slice(0, index + 1).join("."), after: names.slice(index + 1).join(".") };
    }
    owner = field.relation;
  }
  throw new Error("unreachable: a path has at least one step");
}

/** Tells x2many fields. */
export function isMany(field: Field): boolean {
  return field.type === "one2many" || field.type === "many2many";
}

/**
 * The field of that name, or `E004` with the closest names, labels counted too (`customer` finds `partner_id`). `whole` is
 * what the input said where the name is a part of it.
 */
export function knownField(fields: Fields, model: string, name: string, at: string, whole = name): Field {
  const field = fields.get(name);
  if (field !== undefined) return field;
  refuse(at, `${model} has no field ${quote(name)}${whole === name ? "" : ` (in ${quote(whole)})`}`, {
    near: closeFields(fields, name),
    hint: `describe_model lists the fields of ${model}.`,
    details: { field: whole, step: name, model },
  });
}

function closeFields(fields: Fields, name: string): string[] {
  const labels = new Map<string, string>();
  for (const field of fields.values()) if (!labels.has(field.label)) labels.set(field.label, field.name);
  const byLabel = closest(name, labels.keys()).map((label) => labels.get(label)!);
  return [...new Set([...closest(name, fields.keys()), ...byLabel])].slice(0, 4);
}
