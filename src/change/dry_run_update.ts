import type { Right } from "../ask/mod.ts";
import { canonicalJson, isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { alsoChanged } from "./also_changed.ts";
import { assignmentNotes } from "./assignment.ts";
import { differences } from "./differences.ts";
import { type DryRun, finishDryRun, missingRights, SHOWN } from "./dry_run.ts";
import { askForm } from "./form.ts";
import { withLines } from "./form_lines.ts";
import { linesBefore } from "./lines_before.ts";
import { isEmpty, sideFields } from "./noteworthy.ts";
import { plainRow } from "./plain.ts";
import { type ChangeOptions, countOf, type Plan } from "./plan.ts";
import { labelOf } from "./records.ts";
import { showValues } from "./shown_values.ts";

/** Checked values for records as they are now, or what was refused of the values. */
export interface UpdateToTry {
  model: string;
  ids: readonly number[];
  /** The records with the fields to be written and those that move with them. */
  before: JsonObject[];
  checked: JsonObject;
  refused: JsonObject[];
  plan: Plan | null;
  /** What it is, in the asking tool's own word; default `change`. */
  does?: string;
  company?: { id: number; name: string };
}

/** Most records for which Odoo's form is asked: every question runs Odoo's own logic. */
const FORMS = 3;
/** Most fields that are suggested beside the change. */
const SUGGESTED = 12;

/**
 * What an update would change: each field before and after, with names, and lines one by one. For the first records also what
 * Odoo would compute from it, and what its form would suggest.
 */
export async function tryUpdate(odoo: Odoo, attempt: UpdateToTry, options: ChangeOptions): Promise<DryRun> {
  const { model, ids, before, checked, refused, plan, does = "change", company } = attempt;
  const fields = await odoo.fields(model);
  const [[after = {}], rights, lines, notes] = await Promise.all([
    showValues(odoo, model, [checked]),
    missingRights(odoo, wantedRights(model, ids, fields, checked)),
    linesBefore(odoo, fields, checked),
    assignmentNotes(odoo, model, [checked], before),
  ]);
  const records = await Promise.all(
    before.slice(0, SHOWN).map(async (row) => {
      const plain = await plainRow(odoo, model, row);
      const moved = Object.keys(checked).filter((name) => !isHeld(fields, name, checked[name]!, row, plain));
      const was = await namedBefore(odoo, model, fields, moved, row, plain);
      return {
        ...labelOf(row),
        changed: Object.fromEntries(
          moved.map((name) => [name, { before: was[name] ?? null, after: after[name] ?? null }]),
        ),
      };
    }),
  );
  const asked = refused.length > 0 ? [] : before.slice(0, FORMS);
  const forms = await Promise.all(asked.map((row) => askMoves(odoo, model, fields, row, checked)));
  for (const [index, { told }] of forms.entries()) Object.assign(records[index]!, told);
  notes.push(...new Set(forms.flatMap((form) => form.notes)));
  if (before.length > FORMS) {
    notes.push(`What Odoo would compute from it was asked for the first ${FORMS} records only.`);
  }
  if (Object.keys(checked).length > 0 && records.every(({ changed }) => Object.keys(changed).length === 0)) {
    notes.push("Nothing would change: these records hold the values already.");
  }
  return await finishDryRun(
    {
      model,
      would: `${does} ${countOf(ids.length, model)}`,
      ...(company !== undefined && { company }),
      records,
      ...(before.length > SHOWN && { more: before.length - SHOWN }),
      ...(Object.keys(lines).length > 0 && { lines_before: lines }),
      refused,
      missing_rights: rights,
      notes,
    },
    plan,
    options,
  );
}

/** Values before the change; those of many2many fields by name, because what is added and removed has names too. */
async function namedBefore(
  odoo: Odoo,
  model: string,
  fields: Fields,
  names: string[],
  row: JsonObject,
  plain: JsonObject,
): Promise<JsonObject> {
  const many = names.filter((name) => fields.get(name)?.type === "many2many");
  const commands = Object.fromEntries(many.map((name): [string, Json] => [name, [[6, 0, row[name] ?? []]]]));
  const [shown = {}] = many.length === 0 ? [] : await showValues(odoo, model, [commands]);
  const sets = Object.entries(shown).map((
    [name, value],
  ): [string, Json] => [name, isObject(value) ? value["set"]! : value]);
  return { ...plain, ...Object.fromEntries(sets) };
}

function isHeld(fields: Fields, name: string, value: Json, row: JsonObject, plain: JsonObject): boolean {
  const field = fields.get(name);
  if (field === undefined || ["html", "binary", "image", "properties", "json"].includes(field.type)) return false;
  const many = field.type === "one2many" || field.type === "many2many";
  const replaces = Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) && value[0][0] === 6;
  if (many && !replaces) return false;
  return differences(fields, { [name]: value }, row, plain).length === 0;
}

function wantedRights(
  model: string,
  ids: readonly number[],
  fields: Fields,
  checked: JsonObject,
): { model: string; right: Right; ids?: readonly number[] }[] {
  const rights: Record<number, Right> = { 0: "create", 1: "write", 2: "unlink" };
  const lines = Object.entries(checked).flatMap(([name, value]) => {
    const { relation, type } = fields.get(name) ?? {};
    if (relation === undefined || type !== "one2many" || !Array.isArray(value)) return [];
    const numbers = new Set(value.flatMap((one) => Array.isArray(one) ? [Number(one[0])] : []));
    return [...numbers].flatMap((number) =>
      rights[number] === undefined ? [] : [{ model: relation, right: rights[number] }]
    );
  });
  return [{ model, right: "write", ids }, ...lines];
}

async function askMoves(
  odoo: Odoo,
  model: string,
  fields: Fields,
  row: JsonObject,
  checked: JsonObject,
): Promise<{ told: object; notes: string[] }> {
  const id = Number(row["id"]);
  const beside = sideFields(fields).filter((name) => !(name in checked));
  // What Odoo computes is told; what its form would type in by itself is a suggestion, where it can be typed at all.
  const isComputed = (name: string) => fields.get(name)!.depends.length > 0;
  const wanted = beside.filter((name) => isComputed(name) || !fields.get(name)!.readonly);
  const values = await withLines(odoo, fields, row, checked);
  if (values === null) {
    return { told: {}, notes: ["What Odoo would compute from the lines was not worked out."] };
  }
  const form = await askForm(odoo, { model, id, values, wanted });
  if ("reason" in form) {
    return { told: {}, notes: [`Odoo's form could not be asked what would follow: ${form.reason}`] };
  }
  const moves: JsonObject = {};
  const suggestions: JsonObject = {};
  for (const name of wanted) {
    const value = form.value[name];
    if (value === undefined) continue;
    if (isComputed(name)) moves[name] = value;
    else if (!isEmpty(value) && value !== false && Object.keys(suggestions).length < SUGGESTED) {
      suggestions[name] = value;
    }
  }
  const [after = {}, suggested = {}] = await showValues(odoo, model, [moves, suggestions]);
  const before = await plainRow(odoo, model, row);
  const also = Object.fromEntries(
    Object.entries(after).filter(([name, value]) => canonicalJson(value) !== canonicalJson(before[name] ?? null))
      .map(([name, value]) => [name, { before: before[name] ?? null, after: value }]),
  );
  const isSuggested = Object.keys(suggested).length > 0;
  return {
    told: {
      ...alsoChanged(also),
      ...(isSuggested && { suggested }),
    },
    notes: [
      ...form.warnings,
      ...(isSuggested
        ? ["suggested: what Odoo's form would also set, but the update leaves as it is unless it is given."]
        : []),
    ],
  };
}
