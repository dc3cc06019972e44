import { Failure } from "../lib/failure.ts";
import { isObject, type Json } from "../lib/json.ts";
import type { Call, Execute } from "../odoo/mod.ts";
import { READ_METHODS } from "./methods.ts";
import { decideModel } from "./policy.ts";
import type { PolicyRules } from "./rules.ts";

/**
 * Models whose records hang on a record of another model, with the field (or path) that names that model. Whoever may not
 * see the model may not see what hangs on it either: attachments, the chatter, activities.
 */
export const HANGING: ReadonlyMap<string, string> = new Map([
  ["ir.attachment", "res_model"],
  ["mail.message", "model"],
  ["mail.mail", "model"],
  ["mail.notification", "mail_message_id.model"],
  ["mail.tracking.value", "mail_message_id.model"],
  ["mail.activity", "res_model"],
  ["mail.followers", "res_model"],
  ["rating.rating", "res_model"],
]);

/**
 * The Call as far as it concerns records whose own model the caller may see; null where none of those it names is one. To
 * change or act on another is `E005`, as if it did not exist. Asks Odoo (through `next`) only where the Call names ids and
 * a list of models is set.
 */
export async function withinSight(
  rules: PolicyRules,
  call: Call,
  next: Execute,
  signal: AbortSignal,
): Promise<Call | null> {
  const field = call.origin === "server" ? undefined : HANGING.get(call.model);
  if (field === undefined) return call;
  refuseHanging(rules, call, field);
  const seen = visibleDomain(rules, field);
  if (seen === null) return call;
  if (call.effect === "read" && READ_METHODS.get(call.method)?.["domain"] !== undefined) {
    const { domain } = call.params;
    // In front, so that an operator too many in the caller's part finds no operand in this one.
    return { ...call, params: { ...call.params, domain: [...seen, ...(Array.isArray(domain) ? domain : [])] } };
  }
  if (call.ids === undefined) return call;
  const visible = await next({
    model: call.model,
    method: "search",
    params: { domain: [["id", "in", call.ids], ...seen] },
    context: { ...call.context, active_test: false },
    effect: "read",
    origin: "server",
    cache: "never",
  }, signal);
  const ids = call.ids.filter((id) => Array.isArray(visible) && visible.includes(id));
  if (ids.length === call.ids.length) return call;
  if (call.effect === "read") return ids.length === 0 ? null : { ...call, ids };
  const missing = call.ids.filter((id) => !ids.includes(id));
  throw new Failure("E005", `${call.model} has no record ${missing.join(", ")}, or you may not see it`, {
    details: { missing },
  });
}

/** Values may not hang a record on a model that the caller may not change. */
function refuseHanging(rules: PolicyRules, call: Call, field: string): void {
  if (call.effect !== "write") return;
  for (const values of writtenValues(call)) {
    const model = values[field];
    const refused = typeof model === "string" && model !== "" ? decideModel(rules, model, "write") : null;
    if (refused !== null) throw refused;
  }
}

function writtenValues({ method, params }: Call): Record<string, Json>[] {
  if (method === "load") {
    const { fields, data } = params;
    if (!Array.isArray(fields) || !Array.isArray(data)) return [];
    return data.map((row) =>
      Array.isArray(row) ? Object.fromEntries(fields.map((name, at) => [String(name), row[at] ?? null])) : {}
    );
  }
  return [params["vals"] ?? null, params["vals_list"] ?? null].flat().filter(isObject);
}

const domains = new WeakMap<PolicyRules, Map<string, Json[] | null>>();

/** What must hold of the field for the record to be seen; null where every model may be. */
function visibleDomain(rules: PolicyRules, field: string): Json[] | null {
  let known = domains.get(rules);
  if (known === undefined) domains.set(rules, known = new Map());
  let domain = known.get(field);
  if (domain === undefined) known.set(field, domain = makeDomain(rules, field));
  return domain;
}

function makeDomain(rules: PolicyRules, field: string): Json[] | null {
  const like = (pattern: string): Json => [field, "=like", likePattern(pattern)];
  const terms = [rules, ...(rules.role === undefined ? [] : [rules.role])].flatMap(({ models }): Json[][] => [
    ...models.deny.map((pattern) => ["!", like(pattern)]),
    ...(models.allow.length === 0 ? [] : [[...models.allow.slice(1).map(() => "|"), ...models.allow.map(like)]]),
  ]);
  if (terms.length === 0) return null;
  // What hangs on nothing is its author's own; Odoo's rules decide.
  return ["|", [field, "=", false], ...terms.slice(1).map(() => "&"), ...terms.flat()];
}

/** A glob as SQL's LIKE has it. Models are written in small letters. */
function likePattern(glob: string): string {
  return glob.toLowerCase().replace(/[\\%_]/g, "\\$&").replace(/\*+/g, "%");
}
