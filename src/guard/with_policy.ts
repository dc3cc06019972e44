import type { Call, Execute, Wrap } from "../odoo/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { followPaths, type RelationOf } from "./follow.ts";
import { withinSight } from "./hanging.ts";
import { maskAnswer, maskFailure } from "./mask_answer.ts";
import { rememberWritten, unmaskCall } from "./mask_call.ts";
import type { MaskNames } from "./mask_names.ts";
import { masksOf } from "./masks.ts";
import { decide, decideModel, isHidden } from "./policy.ts";
import type { PolicyRules } from "./rules.ts";

/** The pseudonyms of the caller whose Calls these are; asked for only where something is masked. */
export type NamesOfCaller = () => Promise<MaskNames>;

const NO_NAMES: NamesOfCaller = () => Promise.reject(new Error("fields are masked, but there are no pseudonyms"));

/**
 * Checks every Call against the rules and the floor before it goes on, keeps closed fields out of what Odoo tells about a
 * model, and gives pseudonyms for what is masked. Stands outside the cache, so a cached answer is checked as well.
 */
export function withPolicy(rules: PolicyRules, namesOf: NamesOfCaller = NO_NAMES): Wrap {
  const masks = masksOf(rules);
  return (next) => async (call, signal) => {
    const refused = decide(rules, call);
    if (refused !== null) throw refused;
    refuseCompanies(rules, call);
    const relationOf = relations(next, signal);
    await followPaths(rules, call, relationOf);
    const sighted = await withinSight(rules, call, next, signal);
    if (sighted === null) return [];
    // What the server itself reads is about the session's own user, kinds and modules.
    if (masks === null || call.origin === "server") return visibleAnswer(rules, sighted, await next(sighted, signal));
    const names = await namesOf();
    const sent = await unmaskCall(masks, names, sighted, relationOf);
    const answer = await next(sent, signal).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      if (sent.effect === "write" && error.applied === "unknown") rememberWritten(masks, names, sent);
      throw maskFailure(masks, names, error);
    });
    if (sent.effect === "write") rememberWritten(masks, names, sent);
    return await maskAnswer(masks, names, sent, visibleAnswer(rules, sent, answer), relationOf);
  };
}

/** A role's companies hold for every Call; which ones a Call is for stands in its context. */
function refuseCompanies({ role }: PolicyRules, { context }: Call): void {
  const asked = context["allowed_company_ids"];
  if (role === undefined || role.companies.length === 0 || !Array.isArray(asked)) return;
  const outside = asked.filter((id) => !role.companies.includes(Number(id)));
  if (outside.length === 0) return;
  throw new Failure("E011", `Cannot work in company ${outside.join(", ")}: the role ${role.name} may not`, {
    hint: `Allowed: ${role.companies.join(", ")}.`,
    details: { rule: `security.roles.${role.name}.companies` },
  });
}

/** An answer about models without what the caller may not know of. */
function visibleAnswer(rules: PolicyRules, call: Call, answer: Json): Json {
  if (call.model === "ir.model" && call.method === "search_read" && Array.isArray(answer)) {
    return visibleModels(rules, answer);
  }
  if (!isObject(answer)) return answer;
  if (call.method === "fields_get") return visibleFields(rules, call.model, answer);
  if (call.method === "fields_view_get" && isObject(answer["fields"])) {
    return { ...answer, fields: visibleFields(rules, call.model, answer["fields"]) };
  }
  if (call.method === "onchange" && isObject(answer["value"])) {
    return { ...answer, value: visibleFields(rules, call.model, answer["value"]) };
  }
  return answer;
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
