import type { Database, Value } from "../database.ts";
import { format } from "../period.ts";
import { LEAD_TAGS, LOST_REASONS, PRODUCTS, STAGES, SUBJECTS } from "./catalogue.ts";
import type { Random } from "./random.ts";

/** Puts rows into one table, with who made them and when. */
export type Put = (model: string, values: Record<string, Value>, created?: string) => number;

/** What sales are made of. */
export interface Sales {
  database: Database;
  put: Put;
  random: Random;
  today: Date;
  /** Ids of customers and of products, the latter in the order of the catalogue. */
  customers: number[];
  products: number[];
}

const MONTHS = 18;
const ORDERS = 120;
const DAY = 86_400_000;

/** Orders, leads and activities over the last 18 months. */
export function addSales(sales: Sales): void {
  addOrders(sales);
  addLeads(sales);
  addActivities(sales);
}

/** More orders each month than the one before, most before the summer and at the end of the year. */
function addOrders(sales: Sales): void {
  const { random, today } = sales;
  const weights = Array.from({ length: MONTHS }, (_, index) => {
    const month = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - MONTHS + 1 + index));
    const season = 1 + 0.35 * Math.cos(((month.getUTCMonth() - 10) / 6) * Math.PI);
    return { month, weight: (1 + index / MONTHS) * season };
  });
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const moments = weights.flatMap(({ month, weight }) => {
    const next = Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1);
    const end = Math.min(next, today.getTime());
    const count = Math.round((weight / total) * ORDERS);
    return Array.from({ length: count }, () => month.getTime() + random.next() * (end - month.getTime()));
  });
  for (const moment of moments.sort((left, right) => left - right)) addOrder(sales, new Date(moment));
}

function addOrder({ database, put, random, today, customers, products }: Sales, moment: Date): void {
  // The first customers buy more often than the last.
  const partner = customers[Math.floor(random.next() ** 1.6 * customers.length)]!;
  const customer = database.table("res.partner").rows.get(partner)!;
  const date_order = format(moment);
  const age = (today.getTime() - moment.getTime()) / DAY;
  const luck = random.next();
  const state = luck < 0.07 ? "cancel" : age < 25 && luck < 0.35 ? "draft" : age < 45 && luck < 0.5 ? "sent" : "sale";
  const overseas = customer.user_id === 9;
  const usd = database.table("res.country").rows.get(Number(customer.country_id))?.code === "US";
  const order = put("sale.order", {
    ...{ state, date_order, partner_id: partner, partner_invoice_id: partner, partner_shipping_id: partner },
    name: `S${String(database.table("sale.order").nextId).padStart(5, "0")}`,
    ...{ user_id: customer.user_id!, team_id: overseas ? 2 : 1, company_id: 1, currency_id: usd ? 2 : 1, note: "" },
    ...(state === "draft" || state === "sent"
      ? { validity_date: format(new Date(moment.getTime() + 30 * DAY)).slice(0, 10) }
      : {}),
  }, date_order);
  const chosen = new Set(Array.from({ length: random.whole(1, 4) }, () => random.whole(0, PRODUCTS.length - 1)));
  for (const index of chosen) {
    const [code, name, , type, price] = PRODUCTS[index]!;
    const quantity = type === "service" ? random.whole(1, 3) : random.whole(1, 12);
    const delivered = state === "sale" && age > 20 ? quantity : 0;
    put("sale.order.line", {
      ...{ order_id: order, product_id: products[index]!, name: `[${code}] ${name}`, sequence: 10 },
      ...{ product_uom_qty: quantity, price_unit: price, discount: quantity >= 10 ? 10 : 0 },
      ...{ qty_delivered: delivered, qty_invoiced: age > 30 ? delivered : 0 },
    }, date_order);
  }
}

function addLeads(sales: Sales): void {
  for (const [index, [, won, count]] of STAGES.entries()) {
    for (let each = 0; each < count; each++) addLead(sales, index + 1, won ? "won" : "open");
  }
  for (let each = 0; each < 6; each++) addLead(sales, 2, "lost");
}

function addLead(
  { database, put, random, today, customers }: Sales,
  stage: number,
  end: "won" | "lost" | "open",
): void {
  const created = new Date(today.getTime() - random.next() ** 2 * (end === "open" ? 120 : 500) * DAY);
  const customer = database.table("res.partner").rows.get(random.pick(customers))!;
  const subject = random.pick(SUBJECTS);
  const known = random.next() < 0.8;
  const later = new Date(Math.min(today.getTime(), created.getTime() + random.whole(5, 60) * DAY));
  const deadline = new Date(created.getTime() + random.whole(20, 150) * DAY);
  const probability = { won: 100, lost: 0, open: [10, 30, 60][stage - 1]! }[end];
  put("crm.lead", {
    ...{ name: known ? `${customer.name}: ${subject}` : subject, type: stage === 1 && !known ? "lead" : "opportunity" },
    ...(known ? { partner_id: customer.id, partner_name: customer.name!, email_from: customer.email! } : {}),
    ...{ phone: customer.phone!, city: customer.city!, country_id: customer.country_id!, company_id: 1, color: 0 },
    ...{ user_id: customer.user_id!, team_id: customer.user_id === 9 ? 2 : 1, stage_id: stage, probability },
    ...{ expected_revenue: random.whole(4, 180) * 250, priority: String(random.whole(0, 3)), active: end !== "lost" },
    ...{ tag_ids: [random.whole(1, LEAD_TAGS.length)], date_open: format(created) },
    ...{ date_deadline: format(deadline).slice(0, 10), date_last_stage_update: format(later) },
    ...(end === "won" ? { date_closed: format(later) } : {}),
    ...(end === "lost" ? { lost_reason: random.whole(1, LOST_REASONS.length) } : {}),
  }, format(created));
}

/** A few things to do around today, some of them late. */
function addActivities({ database, put, random, today }: Sales): void {
  const models = database.table("ir.model").rows.values();
  const lead = models.find((row) => row.model === "crm.lead")!.id;
  const open = [...database.table("crm.lead").rows.values()].filter((row) =>
    row.active && Number(row.probability) < 100
  );
  const doings: [number, string, number][] = [
    ...[[2, "Call about the offer", -3], [1, "Send drawings", 0], [3, "Show the samples", 4]] as [
      number,
      string,
      number,
    ][],
    ...[[4, "Check the credit limit", 7], [2, "Ask for the floor plan", -1], [3, "Visit the site", 12]] as [
      number,
      string,
      number,
    ][],
  ];
  for (const [type, summary, days] of doings) {
    const target = random.pick(open);
    const date_deadline = format(new Date(today.getTime() + days * DAY)).slice(0, 10);
    const about = { res_model_id: lead, res_id: target.id, activity_type_id: type, summary };
    put(
      "mail.activity",
      { ...about, date_deadline, user_id: target.user_id! },
      format(new Date(today.getTime() - 5 * DAY)),
    );
  }
}
