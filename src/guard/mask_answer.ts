import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Call } from "../odoo/mod.ts";
import type { RelationOf } from "./follow.ts";
import { findPersonal } from "./mask_families.ts";
import type { MaskNames } from "./mask_names.ts";
import type { Mask, Masks } from "./masks.ts";

/** Methods that tell about models and rights, never about records. */
const NO_RECORDS = new Set(["fields_get", "get_views", "fields_view_get", "check_access_rights", "has_group"]);

/**
 * The answer to a Call with pseudonyms for what is masked: fields by name, the names of related records, and, within any
 * other text, whatever looks like one of the masked families.
 */
export async function maskAnswer(
  masks: Masks,
  names: MaskNames,
  call: Call,
  answer: Json,
  relationOf: RelationOf,
): Promise<Json> {
  if (NO_RECORDS.has(call.method) || answer === null || typeof answer !== "object") return answer;
  const { model } = call;
  if (call.method === "name_search" && Array.isArray(answer)) {
    return answer.map((pair) => isPair(pair) ? [pair[0], nameValue(masks.ofName(model), pair[1])] : pair);
  }
  const relations = await maskedRelations(masks, model, answer, relationOf);
  return inside(answer, "");

  /** `field` is what the value belongs to, "" for none. */
  function inside(value: Json, field: string): Json {
    if (Array.isArray(value)) {
      if (isPair(value)) return [value[0], nameValue(masks.of(model, field) ?? relations.get(field) ?? null, value[1])];
      // Ids of an x2many tell nothing by themselves.
      return value.map((item) => typeof item === "number" ? item : inside(item, field));
    }
    if (!isObject(value)) {
      return field === "" || value === false || value === null ? text(value, "") : single(value, field);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item, fieldOf(key))]));
  }

  function single(value: string | number | true, field: string): Json {
    const mask = masks.of(model, field);
    if (mask === null || (mask.textOnly && typeof value !== "string")) return text(value, field);
    return masked(names, mask, value);
  }

  function text(value: Json, field: string): Json {
    return typeof value === "string" ? maskText(masks, names, value, masks.isChatter(model, field)) : value;
  }

  function nameValue(mask: Mask | null, value: string): Json {
    return mask === null ? maskText(masks, names, value, false) : masked(names, mask, value);
  }
}

/** A Failure without what is masked: Odoo's own rules repeat values. */
export function maskFailure(masks: Masks, names: MaskNames, failure: Failure): Failure {
  const { code, retryable, applied, cause } = failure;
  const said = (value: Json): Json => {
    if (typeof value === "string") return maskText(masks, names, value, false);
    if (Array.isArray(value)) return value.map(said);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, said(item)])) : value;
  };
  return new Failure(code, String(said(failure.message)), {
    hint: String(said(failure.hint)),
    details: said(failure.details) as JsonObject,
    retryable,
    applied,
    cause,
  });
}

function masked(names: MaskNames, mask: Mask, value: string | number | true): Json {
  if (value === "") return value;
  return names.nameOf(mask.kind, value, mask.normal(String(value)));
}

/** A text with pseudonyms for what looks personal in it. */
function maskText(masks: Masks, names: MaskNames, text: string, loosely: boolean): string {
  let made = "";
  let done = 0;
  for (const { from, to, family } of findPersonal(masks.families, text, loosely)) {
    const value = text.slice(from, to);
    made += text.slice(done, from) + String(names.nameOf(family.name, value, family.normal(value)));
    done = to;
  }
  return made + text.slice(done);
}

/** Which many2one fields of an answer lead to models whose names are masked. Asks for the fields only where there are any. */
async function maskedRelations(
  masks: Masks,
  model: string,
  answer: Json,
  relationOf: RelationOf,
): Promise<Map<string, Mask>> {
  const found = new Map<string, Mask>();
  const rows = (Array.isArray(answer) ? answer : [answer]).filter(isObject).flatMap((
    row,
  ) => [row, ...Object.values(row)]);
  const fields = new Set(
    rows.filter(isObject).flatMap((row) =>
      Object.entries(row).flatMap(([key, value]) => Array.isArray(value) && isPair(value) ? [fieldOf(key)] : [])
    ),
  );
  for (const field of fields) {
    const relation = await relationOf(model, field);
    const mask = typeof relation === "string" ? masks.ofName(relation) : null;
    if (mask !== null) found.set(field, mask);
  }
  return found;
}

/** `date_order:month` is of `date_order`; in an action's context `default_email_to` is of `email_to`. */
function fieldOf(key: string): string {
  return key.split(":")[0]!.replace(/^default_/, "");
}

function isPair(value: Json): value is [number, string] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "number" && typeof value[1] === "string";
}
