import type { Call, Execute, Wrap } from "../odoo/mod.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { followPaths, type RelationOf } from "./follow.ts";
import { decide, decideModel, isHidden, type PolicyRules } from "./policy.ts";

/**
 * Checks every Call against the rules and the floor before it goes on, and keeps closed fields out of what Odoo tells
 * about a model. Stands outside the cache, so a cached answer is checked as well.
 */
export function withPolicy(rules: PolicyRules): Wrap {
  return (next) => async (call, signal) => {
    const refused = decide(rules, call);
    if (refused !== null) throw refused;
    await followPaths(rules, call, relations(next, signal));
    const answer = await next(call, signal);
    if (call.method === "fields_get" && isObject(answer)) return visibleFields(rules, call.model, answer);
    if (call.method === "fields_view_get" && isObject(answer) && isObject(answer["fields"])) {
      return { ...answer, fields: visibleFields(rules, call.model, answer["fields"]) };
    }
    if (call.method === "onchange" && isObject(answer) && isObject(answer["value"])) {
      return { ...answer, value: visibleFields(rules, call.model, answer["value"]) };
    }
    if (call.model === "ir.model" && call.method === "search_read" && Array.isArray(answer)) {
      return visibleModels(rules, answer);
    }
    return answer;
  };
}

/** Where fields lead, from the schema cache behind `next`. */
function relations(next: Execute, signal: AbortSignal): RelationOf {
  return async (model, field) => {
    const call: Call = {
      model,
      method: "fields_get",
      params: { attributes: ["relation"] },
      context: {},
      effect: "read",
      origin: "caller",
      cache: "schema",
    };
    const fields: Json = await next(call, signal);
    if (!isObject(fields) || !Object.hasOwn(fields, field)) return undefined;
    const described = fields[field];
    return isObject(described) && typeof described["relation"] === "string" ? described["relation"] : null;
  };
}

const filteredModels = new WeakMap<PolicyRules, WeakMap<Json[], Json[]>>();

/** Keeps quiet about models that could not be read anyway. */
function visibleModels(rules: PolicyRules, rows: Json[]): Json[] {
  let known = filteredModels.get(rules);
  if (known === undefined) filteredModels.set(rules, known = new WeakMap());
  const before = known.get(rows);
  if (before !== undefined) return before;
  const isOpen = (row: Json) =>
    !isObject(row) || typeof row["model"] !== "string" || decideModel(rules, row["model"], "read") === null;
  const visible = rows.filter(isOpen);
  known.set(rows, visible);
  return visible;
}

/** The schema cache answers one frozen object to everyone; the same answer in keeps its readers' own caches warm. */
const filtered = new WeakMap<PolicyRules, WeakMap<JsonObject, JsonObject>>();

function visibleFields(rules: PolicyRules, model: string, fields: JsonObject): JsonObject {
  let known = filtered.get(rules);
  if (known === undefined) filtered.set(rules, known = new WeakMap());
  const before = known.get(fields);
  if (before !== undefined) return before;
  const visible = Object.fromEntries(Object.entries(fields).filter(([name]) => !isHidden(rules, model, name)));
  known.set(fields, visible);
  return visible;
}
