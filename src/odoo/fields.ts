import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Call, Execute } from "./call.ts";
import type { Field, Fields } from "./schema.ts";

/**
 * What `fields_get` is asked for. In full it costs many times more and faults on `product.pricelist` in 19. Versions that
 * don't know an attribute leave it out.
 */
const ATTRIBUTES = [
  "type",
  "string",
  "help",
  "required",
  "readonly",
  "store",
  "searchable",
  "sortable",
  "groupable",
  "relation",
  "relation_field",
  "selection",
  "currency_field",
  "depends",
];

/** The schema cache answers one frozen value to everyone, so each is parsed once. */
const parsed = new WeakMap<JsonObject, Fields>();

/**
 * A model's fields that the session's user may see, with labels in `language`. One request at most: `fields_get` goes
 * through `execute`, so a policy sees it and the schema cache answers it. `E005` with close names for an unknown model.
 */
export async function loadFields(
  execute: Execute,
  model: string,
  language: string,
  signal: AbortSignal,
): Promise<Fields> {
  const call: Call = {
    model,
    method: "fields_get",
    params: { attributes: ATTRIBUTES },
    context: { lang: language },
    effect: "read",
    origin: "caller",
    cache: "schema",
  };
  const answer = await execute(call, signal).catch(async (error: unknown) => {
    throw error instanceof Failure && error.code === "E005"
      ? await withCloseNames(error, model, execute, signal)
      : error;
  });
  if (!isObject(answer)) {
    throw new Failure("E999", `Cannot read the fields of ${model}: Odoo's answer to fields_get is no object.`);
  }
  const known = parsed.get(answer);
  if (known !== undefined) return known;
  const fields = parseFields(answer);
  parsed.set(answer, fields);
  return fields;
}

/** Reads an answer of `fields_get` (14 to 19). Attributes that are missing get safe defaults. */
export function parseFields(answer: JsonObject): Fields {
  const fields = new Map<string, Field>();
  for (const [name, raw] of Object.entries(answer)) {
    if (isObject(raw)) fields.set(name, parseField(name, raw));
  }
  return fields;
}

/** What 14 can't group by: types without a column of their own. It tells no `groupable`; later versions do. */
const NEVER_GROUPED = new Set(["one2many", "many2many", "binary"]);

function parseField(name: string, raw: JsonObject): Field {
  const type = text(raw["type"]);
  const stored = raw["store"] !== false;
  const field: Field = {
    name,
    type,
    label: text(raw["string"]) || name,
    help: text(raw["help"]),
    required: raw["required"] === true,
    readonly: raw["readonly"] === true,
    stored,
    searchable: bool(raw["searchable"], stored),
    sortable: bool(raw["sortable"], stored),
    groupable: bool(raw["groupable"], stored && !NEVER_GROUPED.has(type)),
    depends: list(raw["depends"]).map(text),
  };
  if (typeof raw["relation"] === "string") field.relation = raw["relation"];
  if (typeof raw["relation_field"] === "string") field.inverse = raw["relation_field"];
  if (typeof raw["currency_field"] === "string") field.currencyField = raw["currency_field"];
  if (Array.isArray(raw["selection"])) {
    field.selection = raw["selection"].filter((pair) => Array.isArray(pair)).map(([value, label]) =>
      [text(value), text(label)] satisfies [string, string]
    );
  }
  return field;
}

/** Adds the closest model names, as far as this user may list models (ordinary users may not on 19). */
async function withCloseNames(
  failure: Failure,
  model: string,
  execute: Execute,
  signal: AbortSignal,
): Promise<Failure> {
  const names = await modelNames(execute, signal).catch(() => []);
  const close = closest(model, names);
  if (close.length === 0) return failure;
  const { code, message, hint, retryable, details, cause } = failure;
  return new Failure(code, message, {
    hint: `Did you mean ${close.join(", ")}? ${hint}`.trimEnd(),
    retryable,
    details: { ...details, close },
    cause,
  });
}

async function modelNames(execute: Execute, signal: AbortSignal): Promise<string[]> {
  const rows = await execute({
    model: "ir.model",
    method: "search_read",
    params: { domain: [["transient", "=", false]], fields: ["model"] },
    context: {},
    effect: "read",
    origin: "server",
    cache: "schema",
  }, signal);
  return list(rows).map((row) => isObject(row) ? text(row["model"]) : "");
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null || value === false) return "";
  return typeof value === "string" ? value : String(value);
}

function bool(value: Json | undefined, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
