import { plainValues, visible } from "../ask/mod.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { isEmpty } from "./noteworthy.ts";
import type { FormField } from "./wizard_form.ts";
import { ODOO_S_OWN } from "./writable.ts";

/** A field of a wizard as a person would see it. */
export interface WizardField {
  name: string;
  label: string;
  /** With the model that a relation leads to: `many2one crm.lost.reason`. */
  type: string;
  required?: true;
  readonly?: true;
  /** What it holds unless something else is given. */
  default?: Json;
  /** Labels of a selection's values. */
  options?: Record<string, string>;
  /** It counts only with certain values of these. */
  depends_on?: string[];
}

/** Most fields and selection values that are shown. */
const FIELDS = 20;
const OPTIONS = 12;

type Shown = Pick<FormField, "name"> & Partial<FormField>;

/**
 * The fields of a form that matter: those a person could see and fill in, or at least read. `raw` is what they hold in
 * Odoo's form, `lines` the lines that are filled in already.
 */
export async function chooseFields(
  odoo: Odoo,
  fields: Fields,
  shown: readonly Shown[],
  raw: JsonObject,
  lines: Record<string, JsonObject[]>,
): Promise<WizardField[]> {
  const known = shown.filter(({ name }) => fields.has(name) && !ODOO_S_OWN.includes(name));
  // What a person can't reach keeps its value, so conditions on it are decided; those on other fields are still open.
  const open = new Set(known.filter((one) => !isFixed(one, fields.get(one.name)!)).map(({ name }) => name));
  const valueOf = (name: string) => valueIn(raw, name);
  const chosen: WizardField[] = [];
  for (const one of known) {
    const field = fields.get(one.name)!;
    const dependsOn = new Set<string>();
    const isHidden = one.invisible?.((name) => {
      if (!open.has(name)) return valueOf(name);
      dependsOn.add(name);
      return undefined;
    });
    if (isHidden === true || chosen.length >= FIELDS) continue;
    // What is read-only under a condition is shown as usual: Odoo takes it, and its form may be wrong about a new record.
    const readonly = field.readonly || one.readonly?.(() => undefined) === true;
    const held = await heldIn(odoo, field, raw, lines);
    if (readonly && isEmpty(held)) continue;
    const isNeeded = field.required || one.required?.(valueOf) === true;
    chosen.push({
      name: one.name,
      label: visible(one.label ?? field.label),
      type: field.relation === undefined ? field.type : `${field.type} ${field.relation}`,
      ...(isNeeded && !readonly && field.type !== "boolean" && isHidden === false && { required: true }),
      ...(readonly && { readonly: true }),
      ...(!isEmpty(held) && { default: held }),
      ...(field.selection !== undefined && !readonly && { options: optionsOf(field.selection) }),
      ...(isHidden === undefined && dependsOn.size > 0 && { depends_on: [...dependsOn] }),
    });
  }
  return chosen;
}

/** Hidden or read-only whatever else is filled in. */
function isFixed({ invisible, readonly }: Shown, field: Field): boolean {
  const unknown = () => undefined;
  return field.readonly || invisible?.(unknown) === true || readonly?.(unknown) === true;
}

function valueIn(raw: JsonObject, name: string): Json | undefined {
  const value = raw[name];
  return Array.isArray(value) && value.length === 2 && typeof value[1] === "string" ? value[0] : value;
}

async function heldIn(
  odoo: Odoo,
  field: Field,
  raw: JsonObject,
  lines: Record<string, JsonObject[]>,
): Promise<Json> {
  if (field.type === "one2many" && lines[field.name] !== undefined) {
    return lines[field.name]!.map((line) =>
      Object.fromEntries(
        Object.entries(line).filter(([, value]) => value !== false && !isEmpty(value)).map((
          [name, value],
        ) => [name, pairOf(value)]),
      )
    );
  }
  if (field.type === "many2many" || field.type === "one2many") return linkedIn(raw[field.name]);
  const plain = (await plainValues(field, (await odoo.user()).timeZone, "record"))(raw[field.name] ?? false);
  return isObject(plain) && field.type !== "many2one" ? null : plain;
}

/** The ids that commands link. */
function linkedIn(commands: Json | undefined): Json {
  const ids = (Array.isArray(commands) ? commands : []).flatMap((one) => {
    if (typeof one === "number") return [one];
    if (!Array.isArray(one)) return [];
    return one[0] === 4 ? [one[1] ?? null] : one[0] === 6 && Array.isArray(one[2]) ? one[2] : [];
  });
  return ids.length === 0 ? null : ids;
}

function pairOf(value: Json): Json {
  if (!Array.isArray(value) || typeof value[1] !== "string") return value;
  return { id: value[0] ?? null, name: visible(value[1]) };
}

function optionsOf(selection: [string, string][]): Record<string, string> {
  return Object.fromEntries(selection.slice(0, OPTIONS).map(([value, label]) => [value, visible(label)]));
}
