import { canonicalJson, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { estimateTokens } from "./budget.ts";
import { checkDomain } from "./check_domain.ts";
import { mentions, parseDomain, toDomain } from "./domain.ts";
import { refuse } from "./refuse.ts";
import { suitVersion } from "./suit_version.ts";
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
  /** The same before anything was looked up in its stead: equal as long as the question is. */
  question: Json[];
  context: JsonObject;
  notes: string[];
  /** The domain, where it is not word for word what the caller wrote: it teaches, and shows the dates and ids that were meant. */
  echo: { domain?: Json[] };
}

/** A longer domain is not told again: its length comes from lists that the caller gave. */
const ECHOED_TOKENS = 500;

/**
 * Parses and checks which records are meant. No call to Odoo once the fields are in the schema cache, but for names that
 * stand for ids and for what the version lacks.
 */
export async function readQuery(odoo: Odoo, input: QueryInput): Promise<Query> {
  const { model, domain: given, where } = input;
  if (given !== undefined && where !== undefined) {
    refuse("where", "domain is given as well", { hint: "Give one of the two: they say the same in two forms." });
  }
  const condition = where === undefined ? parseDomain(given ?? []) : parseWhere(where);
  const fields = await odoo.fields(model);
  const checked = await checkDomain(odoo, model, condition);
  const active = fields.has("active") ? "active" : fields.has("x_active") ? "x_active" : undefined;
  const hides = active !== undefined && !mentions(condition, active);
  const context: JsonObject = hides && input.include_archived === true ? { active_test: false } : {};
  const suited = await suitVersion(odoo, model, checked.condition, context);
  const question = toDomain(checked.condition);
  const domain = toDomain(suited.condition);
  const shown = suited.notes.length > 0 ? question : domain;
  const isAsked = canonicalJson(shown) === canonicalJson((given ?? []) as Json);
  const isLong = !isAsked && estimateTokens(JSON.stringify(shown)) > ECHOED_TOKENS;
  return {
    domain,
    question,
    context,
    notes: [
      ...checked.notes,
      ...suited.notes,
      ...(isLong ? ["The domain that was sent is too long to be shown."] : []),
      ...(hides && input.include_archived !== true ? ["Archived records are left out (include_archived)."] : []),
    ],
    echo: isAsked || isLong ? {} : { domain: shown },
  };
}
