import type { Right } from "../ask/mod.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { assignmentNotes } from "./assignment.ts";
import { defaultsOf, isFilledByCreate } from "./defaults.ts";
import { type DryRun, finishDryRun, missingRights, SHOWN } from "./dry_run.ts";
import type { FormAnswer } from "./form.ts";
import { askWithLines } from "./form_lines.ts";
import { lineColumns, lineRows, linesWritten } from "./lines.ts";
import { filledFields, isEmpty, plainFields } from "./noteworthy.ts";
import { type ChangeOptions, countOf, type Plan } from "./plan.ts";
import { showValues } from "./shown_values.ts";

/** Most records for which Odoo's form is asked: every question runs Odoo's own logic. */
const FORMS = 3;
/** Most fields that are suggested for a record. */
const SUGGESTED = 12;

/** Checked new records, or what was refused of them, and what goes with them. */
export interface CreateToTry {
  model: string;
  count: number;
  checked: JsonObject[];
  refused: JsonObject[];
  plan: Plan | null;
  company?: { id: number; name: string };
}

/**
 * What a create would make: each value as it would be kept, what Odoo would fill in by defaults and computation, and what
 * its form would suggest but `create` leaves empty. Defaults are asked for as opening the form does.
 */
export async function tryCreate(odoo: Odoo, attempt: CreateToTry, options: ChangeOptions): Promise<DryRun> {
  const { model, count, checked, refused, plan, company } = attempt;
  const fields = await odoo.fields(model);
  const lines = linesWritten(fields, checked);
  const rights: { model: string; right: Right }[] = [
    { model, right: "create" },
    ...[...lines.keys()].map((name) => ({ model: fields.get(name)!.relation!, right: "create" as const })),
  ];
  const shown = checked.slice(0, SHOWN);
  const [missing, values, each, told] = await Promise.all([
    missingRights(odoo, rights),
    showValues(odoo, model, shown),
    Promise.all(shown.slice(0, FORMS).map((one) => fill(odoo, model, fields, one, lines))),
    assignmentNotes(odoo, model, checked),
  ]);
  const notes = [...told, ...new Set(each.flatMap(({ notes }) => notes))];
  if (shown.length > FORMS) notes.push(`What Odoo would fill in was asked for the first ${FORMS} records only.`);
  return await finishDryRun(
    {
      model,
      would: `create ${countOf(count, model)}`,
      ...(company !== undefined && { company }),
      records: values.map((one, index) => ({ values: one, ...each[index]?.told })),
      ...(checked.length > shown.length && { more: checked.length - shown.length }),
      refused,
      missing_rights: missing,
      notes,
    },
    plan,
    options,
  );
}

async function fill(
  odoo: Odoo,
  model: string,
  fields: Fields,
  values: JsonObject,
  written: Map<string, string[]>,
): Promise<{ told: JsonObject; notes: string[] }> {
  const filled = filledFields(fields).filter((name) => !(name in values));
  const typed = plainFields(fields).filter((name) => !(name in values) && !fields.get(name)!.readonly);
  const [defaults, form] = await Promise.all([
    defaultsOf(odoo, model, [...new Set([...filled, ...typed])]),
    askWithLines(odoo, model, fields, values, [...filled, ...typed], written),
  ]);
  const notes = "reason" in form
    ? [`Odoo's form could not be asked what it would fill in: ${form.reason}`]
    : [...form.warnings];
  const shown: FormAnswer = "reason" in form ? { value: {}, lines: {}, warnings: [] } : form;
  // A default is kept, a computed field is computed by create as well; of all else the form is no promise.
  const certain = (name: string) =>
    fields.get(name)!.depends.length > 0 || isFilledByCreate(model, name) || hasDefault(defaults, name);
  const row: JsonObject = {};
  const suggestions: JsonObject = {};
  for (const name of new Set([...filled, ...typed])) {
    const value = shown.value[name] ?? defaults?.[name];
    if (value === undefined) continue;
    if (certain(name)) { if (filled.includes(name)) row[name] = value; }
    else if (Object.keys(suggestions).length < SUGGESTED && !isEmpty(value) && value !== false) {
      suggestions[name] = value;
    }
  }
  const [own = {}, suggested = {}] = await showValues(odoo, model, [row, suggestions]);
  const lines = await showLines(odoo, fields, shown, written);
  // What Odoo calls records before their number is drawn.
  const isDrawn = own["name"] === "New" || own["name"] === "/";
  if (isDrawn) notes.push("The number (name) is drawn when it is created.");
  const told = Object.fromEntries(
    Object.entries(own).filter(([name, value]) => !isEmpty(value) && !(isDrawn && name === "name")),
  );
  const isSuggested = Object.keys(suggested).length > 0;
  return {
    told: {
      filled: told,
      ...(isSuggested && { suggested }),
      ...(Object.keys(lines).length > 0 && { lines }),
    },
    notes: isSuggested
      ? [...notes, "suggested: what Odoo's form would fill in, but create leaves empty unless it is given."]
      : notes,
  };
}

function hasDefault(defaults: JsonObject | null, name: string): boolean {
  return defaults !== null && name in defaults && defaults[name] !== false;
}

async function showLines(
  odoo: Odoo,
  fields: Fields,
  form: FormAnswer,
  written: Map<string, string[]>,
): Promise<JsonObject> {
  const tables = await Promise.all([...written].map(async ([name, asked]): Promise<[string, Json][]> => {
    const rows = form.lines[name] ?? [];
    const { relation, inverse } = fields.get(name)!;
    if (relation === undefined || rows.length === 0) return [];
    const lineFields = await odoo.fields(relation);
    const columns = lineColumns(lineFields, asked, inverse);
    const shown = await lineRows(odoo, lineFields, columns, rows);
    return [[name, { columns, rows: shown.map(([, ...row]) => row) }]];
  }));
  return Object.fromEntries(tables.flat());
}
