import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { askForm, type FormAnswer, type NoForm } from "./form.ts";
import { lineColumns } from "./lines.ts";
import { plainFields } from "./noteworthy.ts";

/** Most lines of a record whose own form is asked: each question runs Odoo's own logic. */
const LINES = 10;

/**
 * Asks the form of a record, and before it the form of each of its new lines within the record: a parent's form does not
 * work out the prices of its lines.
 */
export async function askWithLines(
  odoo: Odoo,
  model: string,
  fields: Fields,
  values: JsonObject,
  wanted: string[],
  written: Map<string, string[]>,
): Promise<FormAnswer | NoForm> {
  const own = [...written.keys()].filter((name) => isCreating(values[name]));
  const bare = Object.fromEntries(Object.entries(values).filter(([name]) => !own.includes(name)));
  const form = await askForm(odoo, { model, values: bare, wanted });
  if (own.length === 0 || "reason" in form) return form;
  const count = own.reduce((sum, name) => sum + (values[name] as Json[]).length, 0);
  if (count > LINES) return withoutTotals(fields, form, `more than ${LINES} lines`);
  const parent = { ...toIds(form.value), ...bare };
  const full: JsonObject = { ...bare };
  const lines: Record<string, string[]> = {};
  for (const name of own) {
    const { relation = "", inverse = "" } = fields.get(name)!;
    const lineFields = await odoo.fields(relation);
    const commands = values[name] as Json[];
    const made = await Promise.all(
      commands.map((command, at) => lineOf(odoo, relation, inverse, lineFields, parent, command, at)),
    );
    if (made.some((line) => line === null)) return withoutTotals(fields, form, "a line's form could not be asked");
    full[name] = made as Json[];
    lines[name] = lineColumns(lineFields, written.get(name)!, inverse);
  }
  const whole = await askForm(odoo, { model, values: full, wanted, lines });
  return "reason" in whole ? withoutTotals(fields, form, whole.reason) : whole;
}

/** A command 0 with what the line's own form adds to it. What is computed is left out: the parent's form computes it anew. */
async function lineOf(
  odoo: Odoo,
  model: string,
  inverse: string,
  fields: Fields,
  parent: JsonObject,
  command: Json,
  at: number,
): Promise<Json> {
  if (!Array.isArray(command) || command[0] !== 0 || !isObject(command[2])) return command;
  const given = command[2];
  const many = [...fields.values()].filter(({ type, stored }) => type === "many2many" && stored).map(({ name }) =>
    name
  );
  const wanted = [...plainFields(fields), ...many].filter((name) => name !== inverse);
  const form = await askForm(odoo, {
    model,
    values: { ...given, ...(inverse !== "" && { [inverse]: parent }) },
    wanted,
  });
  if ("reason" in form) return null;
  const typed = Object.entries(toIds(form.value)).filter(([name]) =>
    name !== inverse && (fields.get(name)?.depends.length ?? 0) === 0
  );
  return [0, `virtual_${at + 1}`, { ...Object.fromEntries(typed), ...given }];
}

function isCreating(value: Json | undefined): boolean {
  return Array.isArray(value) && value.some((command) => Array.isArray(command) && command[0] === 0);
}

/** Totals without their lines would be told wrong. */
function withoutTotals(fields: Fields, form: FormAnswer, why: string): FormAnswer {
  const kept = Object.entries(form.value).filter(([name]) => fields.get(name)?.type !== "monetary");
  return {
    ...form,
    value: Object.fromEntries(kept),
    warnings: [...form.warnings, `Lines and totals were not worked out: ${why}.`],
  };
}

/** What a form answers, as it takes it: many2one as ids. */
function toIds(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) =>
      Array.isArray(one) && one.length === 2 && typeof one[0] === "number" && typeof one[1] === "string"
        ? [name, one[0]]
        : [name, one]
    ),
  );
}

/**
 * Values as a form takes them: every line it holds is named, and changed ones come with what their own form computes. Null
 * where that is too much, or lines are created or replaced: `also_changed` would then be wrong.
 */
export async function withLines(
  odoo: Odoo,
  fields: Fields,
  row: JsonObject,
  checked: JsonObject,
): Promise<JsonObject | null> {
  const values: JsonObject = {};
  for (const [name, value] of Object.entries(checked)) {
    const field = fields.get(name);
    if (field?.type !== "one2many" || !Array.isArray(value)) {
      values[name] = value;
      continue;
    }
    const commands = value.filter((one) => Array.isArray(one));
    const isPlain = commands.every(([number]) => [1, 2, 3].includes(Number(number)));
    const present = Array.isArray(row[name]) ? row[name].filter((one) => typeof one === "number") : [];
    if (!isPlain || commands.length > LINES || field.relation === undefined) return null;
    const lineFields = await odoo.fields(field.relation);
    const made: Json[] = [];
    for (const command of commands) {
      const [number, id, line] = command as [number, number, Json];
      if (number !== 1 || !isObject(line)) {
        made.push([2, id, 0]);
        continue;
      }
      const wanted = plainFields(lineFields).filter((one) => one !== field.inverse);
      const form = await askForm(odoo, { model: field.relation, id, values: line, wanted });
      if ("reason" in form) return null;
      const computed = Object.entries(form.value).filter(([one]) => (lineFields.get(one)?.depends.length ?? 0) > 0);
      made.push([1, id, { ...Object.fromEntries(computed), ...line }]);
    }
    const named = new Set(commands.map(([, id]) => id));
    values[name] = [...made, ...present.filter((id) => !named.has(id)).map((id): Json => [4, id, 0])];
  }
  return values;
}
