import { canonicalJson, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { checkDomain } from "./check_domain.ts";
import { mentions, parseDomain, toDomain } from "./domain.ts";
import { refuse } from "./refuse.ts";
import { parseWhere } from "./where.ts";

/** Which records a question is about. */
export interface QueryInput {
  model: string;
  /** Conditions in Odoo's list form; `where` says the same in plain words, and only one of the two may be given. */
  domain?: unknown;
  where?: unknown;
  include_archived?: boolean | undefined;
}

/** A question ready to be sent. */
export interface Query {
  domain: Json[];
  context: JsonObject;
  notes: string[];
  /** The domain, where it is not word for word what the caller wrote: it teaches, and shows the dates that were meant. */
  echo: { domain?: Json[] };
}

/** Parses and checks which records are meant. No call to Odoo once the fields are in the schema cache. */
export async function readQuery(odoo: Odoo, input: QueryInput): Promise<Query> {
  const { model, domain: given, where } = input;
  if (given !== undefined && where !== undefined) {
    refuse("where", "domain is given as well", { hint: "Give one of the two: they say the same in two forms." });
  }
  const condition = where === undefined ? parseDomain(given ?? []) : parseWhere(where);
  const fields = await odoo.fields(model);
  const domain = toDomain(await checkDomain(odoo, model, condition));
  const isAsked = canonicalJson(domain) === canonicalJson((given ?? []) as Json);
  const query: Query = { domain, context: {}, notes: [], echo: isAsked ? {} : { domain } };
  const active = fields.has("active") ? "active" : fields.has("x_active") ? "x_active" : undefined;
  if (active === undefined || mentions(condition, active)) return query;
  if (input.include_archived === true) query.context["active_test"] = false;
  else query.notes.push("Archived records are left out (include_archived).");
  return query;
}
