import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";

/** An order as read whole, in the forms that questions speak of. */
export interface Whole {
  id: number;
  name: string;
  amount_total: number;
  state: string;
  /** The local day. */
  date_order: string;
  partner_id: number;
  /** Empty texts and false are both null. */
  client_order_ref: string | null;
  country: string | null;
}

/** All orders of an Odoo, read past `ask`. */
export async function wholeOrders(odoo: Odoo): Promise<Whole[]> {
  const { timeZone } = await odoo.user();
  const orders = await read(odoo, "sale.order", [
    "name",
    "amount_total",
    "state",
    "date_order",
    "partner_id",
    "client_order_ref",
  ]);
  const partners = new Map(
    (await read(odoo, "res.partner", ["country_id"])).map((row) => [row["id"], idOf(row["country_id"]!)]),
  );
  const codes = new Map((await read(odoo, "res.country", ["code"])).map((row) => [row["id"], row["code"]]));
  return orders.map((row) => ({
    id: row["id"] as number,
    name: row["name"] as string,
    amount_total: row["amount_total"] as number,
    state: row["state"] as string,
    // Swedish dates are ISO dates.
    date_order: new Date(`${row["date_order"]}Z`).toLocaleDateString("sv-SE", { timeZone }),
    partner_id: idOf(row["partner_id"]!)!,
    client_order_ref: (row["client_order_ref"] || null) as string | null,
    country: (codes.get(partners.get(idOf(row["partner_id"]!)!) ?? 0) ?? null) as string | null,
  }));
}

async function read(odoo: Odoo, model: string, fields: string[]): Promise<JsonObject[]> {
  const rows = await odoo.call(model, "search_read", {
    params: { domain: [], fields },
    context: { active_test: false },
  });
  return (rows as Json[]).filter(isObject);
}

function idOf(pair: Json): number | null {
  return Array.isArray(pair) ? pair[0] as number : null;
}
