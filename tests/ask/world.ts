import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";

/** What a field of a record read whole holds, for an evaluation that knows nothing of domains. */
export type Kind =
  | "number"
  | "text"
  | "boolean"
  | "selection"
  | "date"
  | "datetime"
  | { one: string }
  | { many: string };

/** Models and the fields of them that conditions may speak of; where a model lacks one it is left out. */
const MODELS: { [model: string]: { [field: string]: Kind } } = {
  "sale.order": {
    id: "number",
    name: "text",
    client_order_ref: "text",
    state: "selection",
    date_order: "datetime",
    commitment_date: "datetime",
    validity_date: "date",
    amount_total: "number",
    partner_id: { one: "res.partner" },
    user_id: { one: "res.users" },
    order_line: { many: "sale.order.line" },
  },
  "sale.order.line": {
    name: "text",
    product_uom_qty: "number",
    price_unit: "number",
    price_subtotal: "number",
    discount: "number",
    product_id: { one: "product.product" },
  },
  "crm.lead": {
    id: "number",
    name: "text",
    email_from: "text",
    type: "selection",
    priority: "selection",
    expected_revenue: "number",
    probability: "number",
    date_deadline: "date",
    create_date: "datetime",
    active: "boolean",
    partner_id: { one: "res.partner" },
    country_id: { one: "res.country" },
    stage_id: { one: "crm.stage" },
    tag_ids: { many: "crm.tag" },
  },
  "res.partner": {
    id: "number",
    name: "text",
    email: "text",
    city: "text",
    ref: "text",
    is_company: "boolean",
    active: "boolean",
    color: "number",
    type: "selection",
    parent_id: { one: "res.partner" },
    country_id: { one: "res.country" },
    child_ids: { many: "res.partner" },
    category_id: { many: "res.partner.category" },
  },
  "res.partner.category": { name: "text", color: "number" },
  "res.country": { code: "text", name: "text" },
  "res.users": { login: "text" },
  "product.product": { default_code: "text", name: "text", list_price: "number", active: "boolean" },
  "crm.stage": { name: "text", is_won: "boolean", sequence: "number" },
  "crm.tag": { name: "text" },
};

/** Records of a few models, read whole, past `ask`. Empty values are null, datetimes the user's local day. */
export interface World {
  kinds: ReadonlyMap<string, ReadonlyMap<string, Kind>>;
  records: ReadonlyMap<string, ReadonlyMap<number, JsonObject>>;
}

/** Reads the world of an Odoo: everything of the few models, archived records too. */
export async function readWorld(odoo: Odoo): Promise<World> {
  const { timeZone } = await odoo.user();
  const kinds = new Map<string, Map<string, Kind>>();
  const records = new Map<string, Map<number, JsonObject>>();
  for (const [model, wanted] of Object.entries(MODELS)) {
    const known = await odoo.fields(model).catch(() => null);
    if (known === null) continue;
    const here = new Map(Object.entries(wanted).filter(([name]) => known.get(name)?.searchable === true));
    const rows = await odoo.call(model, "search_read", {
      params: { domain: [], fields: [...here.keys()] },
      context: { active_test: false },
    });
    kinds.set(model, here);
    records.set(
      model,
      new Map(
        (rows as Json[]).filter(isObject).map((row) => [
          row["id"] as number,
          Object.fromEntries([...here].map(([name, kind]) => [name, plain(row[name]!, kind, timeZone)])),
        ]),
      ),
    );
  }
  for (const fields of kinds.values()) {
    for (const [name, kind] of fields) {
      const model = typeof kind === "object" ? ("one" in kind ? kind.one : kind.many) : null;
      if (model !== null && !kinds.has(model)) fields.delete(name);
    }
  }
  return { kinds, records };
}

function plain(raw: Json, kind: Kind, timeZone: string): Json {
  if (kind === "boolean" || kind === "number") return raw;
  if (raw === false || raw === "") return null;
  // Swedish dates are ISO dates.
  if (kind === "datetime") return new Date(`${raw}Z`).toLocaleDateString("sv-SE", { timeZone });
  return typeof kind === "object" && "one" in kind ? (raw as Json[])[0]! : raw;
}
