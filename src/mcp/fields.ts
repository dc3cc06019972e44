/** The arguments that several tools share: one word for one thing everywhere. Checked in depth by `ask` and `change`. */
import * as z from "zod";

/** Odoo's ids are 32-bit: PostgreSQL refuses more, XML-RPC can't carry more. */
const ID_MAX = 2 ** 31 - 1;

export const model = z.string().min(1).max(128).describe("Model, e.g. res.partner");

export const ids = z.array(z.int().min(1).max(ID_MAX)).min(1).max(10_000);

/** Without bounds in the advertised schema: they cost tokens, and every error names them. */
export const idList = ids.meta({ items: { type: "integer" }, minItems: undefined, maxItems: undefined });

export const domain = z.array(z.unknown()).describe('Odoo domain, e.g. [["email","ilike","@acme."]]');

const condition = {
  field: { type: "string" },
  op: { type: "string" },
  value: { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }, { type: "array", items: {} }] },
};
const conditionItem = { type: "object", properties: condition };

export const where = z.array(z.unknown()).meta({
  items: {
    type: "object",
    properties: { ...condition, any: { type: "array", items: conditionItem }, not: conditionItem },
  },
}).describe(
  "Conditions that must all hold: {field, op, value}, {any: [...]} or {not: {...}}. Ops: = != < <= > >= in not_in " +
    "contains not_contains starts_with ends_with is_set is_not_set between under has (conditions one line fulfils). " +
    "Relations by name or id. Dates: ISO, 2026-11 or today, -30d, last_30_days, last_12_months (both to the day), " +
    "this_month, fiscal_year, …",
);

/** The same where the list of tools need not say it all once more. */
export const whereBriefly = where.meta({ items: { type: "object" } })
  .describe('As in complex_search: [{"field":"state","op":"=","value":"sale"}]');

export const fields = z.array(z.string().min(1)).describe(
  'Names or paths (partner_id.country_id.code); "default", "all_stored". A dozen useful ones by default',
);

export const limit = z.int().min(1).describe("Default 20");

export const cursor = z.string().min(1).describe("next of the answer before");

export const order = z.string().min(1).describe('e.g. "date_order desc"');

export const includeArchived = z.boolean().describe("Archived records too");

export const values = z.record(z.string(), z.unknown());

/** One of the user's companies; `change` understands both. */
export const company = z.union([z.string().min(1), z.int()]).meta({ anyOf: undefined, type: "string" })
  .describe("Name or id, when the user has several");

/** What a page of records can be asked for beside the conditions. */
export const page = {
  fields: fields.optional(),
  limit: limit.optional(),
  offset: z.int().min(0).meta({ minimum: undefined }).optional(),
  cursor: cursor.optional(),
  order: order.optional(),
  total: z.boolean().describe("Also count all matches").optional(),
  include_archived: includeArchived.optional(),
};

/** The arguments of every tool that changes something; `mcp/run.ts` takes them out before the tool sees the rest. */
export const envelope = {
  dry_run: { type: "boolean", description: "Only tell what would happen" },
  plan: { type: "string", description: "Token of a plan the person has agreed to" },
};

/** The same for tools that create or send. */
export const keyedEnvelope = {
  ...envelope,
  idempotency_key: { type: "string", description: "A repeat with it answers the first result" },
};
