import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";

/** What Odoo's own form is asked. */
export interface FormQuestion {
  model: string;
  /** The record the form shows; absent for a new one. */
  id?: number;
  /** What was typed into it, in Odoo's form: x2many values as commands. */
  values: JsonObject;
  /** Fields to be told beside those of `values`. */
  wanted: readonly string[];
  /** For one2many fields: the fields of their lines to be told. */
  lines?: Readonly<Record<string, readonly string[]>>;
}

/** What the form would show: many2one as `[id, name]`, and lines in the order of the commands. */
export interface FormAnswer {
  value: JsonObject;
  lines: Record<string, JsonObject[]>;
  /** What Odoo would warn about. */
  warnings: string[];
}

/** Why the form could not be asked. */
export interface NoForm {
  reason: string;
}

/**
 * Asks Odoo what its own form would do with values (`onchange`), which writes nothing. A new record's form is asked with
 * all fields at once, so that defaults, computed fields and what users see happen when they type are all in the answer.
 * The signature of `onchange` changed with 17. Best effort: a form that fails is no reason to refuse a change.
 */
export async function askForm(odoo: Odoo, question: FormQuestion): Promise<FormAnswer | NoForm> {
  const { model, id, values } = question;
  const fields = await odoo.fields(model);
  const lineFields = new Map(
    await Promise.all(
      Object.keys(question.lines ?? {}).map(async (name): Promise<[string, Fields]> => {
        const { relation } = fields.get(name) ?? {};
        return [name, relation === undefined ? new Map() : await odoo.fields(relation)];
      }),
    ),
  );
  const names = [...new Set([...Object.keys(values), ...question.wanted, ...lineFields.keys()])].filter((name) =>
    fields.has(name)
  );
  const below = (name: string) =>
    (question.lines?.[name] ?? []).filter((line) => lineFields.get(name)?.has(line) === true);
  const { major } = await odoo.version();
  const spec: JsonObject = major >= 17
    ? Object.fromEntries(names.map((name) => {
      const inner = below(name).map((line) => [line, specOf(lineFields.get(name)?.get(line))] as const);
      return [name, inner.length > 0 ? { fields: Object.fromEntries(inner) } : specOf(fields.get(name))];
    }))
    : Object.fromEntries(
      names.flatMap((name) => [name, ...below(name).map((line) => `${name}.${line}`)]).map((path) =>
        [path, "1"] as const
      ),
    );
  try {
    const answer = await odoo.call(model, "onchange", {
      ...(id !== undefined && { ids: [id] }),
      params: { values, field_names: id === undefined ? [] : Object.keys(values), fields_spec: spec },
      cache: "never",
    });
    return readAnswer(answer, lineFields);
  } catch (error) {
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    return { reason: error.message };
  }
}

function specOf(field: Field | undefined): JsonObject {
  return field?.type === "many2one" ? { fields: { display_name: {} } } : {};
}

function readAnswer(answer: Json, lineFields: Map<string, Fields>): FormAnswer | NoForm {
  if (!isObject(answer)) return { reason: "Odoo's answer to onchange is no object" };
  const lines: Record<string, JsonObject[]> = {};
  const value: JsonObject = {};
  for (const [name, raw] of Object.entries(isObject(answer["value"]) ? answer["value"] : {})) {
    if (lineFields.has(name)) lines[name] = linesOf(raw);
    else value[name] = pairOf(raw);
  }
  return { value, lines, warnings: warningsOf(answer["warning"]) };
}

/** The lines of commands 0 and 1, each with its `id` where it has one. What commands 2 to 6 take away or link is no line. */
function linesOf(raw: Json): JsonObject[] {
  return (Array.isArray(raw) ? raw : []).flatMap((command) => {
    if (!Array.isArray(command) || !isObject(command[2])) return [];
    const shown = Object.fromEntries(Object.entries(command[2]).map(([name, one]) => [name, pairOf(one)]));
    return [command[0] === 1 ? { ...shown, id: command[1] ?? null } : shown];
  });
}

/** `{ id, display_name }`, as 17 and later write a many2one, as the pair that 14 writes. */
function pairOf(raw: Json): Json {
  // Sums of a record that is not stored yet are not rounded: 2501.2000000000003.
  if (typeof raw === "number") return Number(raw.toPrecision(15));
  return isObject(raw) && typeof raw["id"] === "number" ? [raw["id"], raw["display_name"] ?? ""] : raw;
}

function warningsOf(raw: Json | undefined): string[] {
  if (!isObject(raw)) return [];
  const parts = [raw["title"], raw["message"]].filter((part) => typeof part === "string" && part !== "");
  return parts.length === 0 ? [] : [parts.join(": ")];
}
