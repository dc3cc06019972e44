/** Questions to `analytics`, and what they must answer: worked out over the records themselves, past all of its code. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { analytics } from "../../src/ask/mod.ts";
import type { Odoo } from "../../src/odoo/mod.ts";

/** An order with what is asked of it, as an answer shows it. */
export interface Order {
  [field: string]: Json;
  amount: number;
  date: string;
}

/** All orders, read past `ask`. */
export async function readOrders(odoo: Odoo): Promise<Order[]> {
  const { timeZone } = await odoo.user();
  const labels = new Map((await odoo.fields("sale.order")).get("state")!.selection);
  const partners = new Map(
    (await read(odoo, "res.partner", ["country_id", "category_id"])).map((row) => [row["id"], row]),
  );
  const names = ["partner_id", "user_id", "state", "date_order", "amount_total", "currency_id"];
  return (await read(odoo, "sale.order", names)).map((row) => {
    const partner = partners.get((row["partner_id"] as Json[])[0]!)!;
    return {
      partner_id: row["partner_id"]!,
      user_id: row["user_id"] || null,
      state: labels.get(row["state"] as string) ?? null,
      currency_id: row["currency_id"]!,
      "partner_id.country_id": partner["country_id"] || null,
      amount: row["amount_total"] as number,
      // Swedish dates are ISO dates.
      date: new Date(`${row["date_order"]}Z`).toLocaleDateString("sv-SE", { timeZone }),
    };
  });
}

async function read(odoo: Odoo, model: string, fields: string[]): Promise<JsonObject[]> {
  const rows = await odoo.call(model, "search_read", {
    params: { domain: [], fields },
    context: { active_test: false },
  });
  return (rows as Json[]).filter(isObject);
}

const GROUPS = ["partner_id", "user_id", "state", "currency_id", "partner_id.country_id"];
const SPANS = ["day", "week", "month", "quarter", "year"];
const MEASURES = ["count", "user_id:count", "partner_id:count_distinct"];
const AMOUNTS = ["sum", "avg", "min", "max"].map((op) => `amount_total:${op}`);

/** A question. */
export interface Asked {
  groups: string[];
  measures: string[];
  limit: number;
}

/** Any question of up to three groups and four measures. */
export const questions: fc.Arbitrary<Asked> = fc.record({
  plain: fc.subarray(GROUPS, { maxLength: 2 }),
  span: fc.option(fc.constantFrom(...SPANS), { nil: undefined }),
  measures: fc.subarray([...MEASURES, ...AMOUNTS], { minLength: 1, maxLength: 4 }),
  limit: fc.integer({ min: 1, max: 40 }),
}).map(({ plain, span, measures, limit }) => ({
  groups: span === undefined ? plain : [`date_order:${span}`, ...plain],
  measures,
  limit,
}));

/** Asks, and compares every figure of the answer with the records. */
export async function checkAnswer(odoo: Odoo, orders: Order[], { groups, measures, limit }: Asked): Promise<void> {
  const answer = await analytics(odoo, { model: "sale.order", group_by: groups, measures, limit, share: true });
  const isMoney = measures.some((name) => name.startsWith("amount"));
  const currencies = new Set(orders.map((order) => JSON.stringify(order["currency_id"])));
  const isSplit = isMoney && currencies.size > 1 && !groups.includes("currency_id");
  const by = isSplit ? [...groups, "currency_id"] : groups;
  const names = answer.columns.map(({ name }) => name);
  assert.deepEqual(names.filter((name) => by.includes(name) || measures.includes(name)), [...by, ...measures]);

  const groupsOf = new Map<string, Order[]>();
  for (const order of orders) {
    const key = JSON.stringify(by.map((name) => keyOf(order, name)));
    groupsOf.set(key, [...groupsOf.get(key) ?? [], order]);
  }
  const shown: Order[] = [];
  const isFilled = groups.length === 1 && groups[0]!.startsWith("date_order");
  const seen = new Set<string>();
  for (const row of answer.rows) {
    const cell = (name: string) => row[names.indexOf(name)]!;
    const key = JSON.stringify(by.map(cell));
    assert.ok(!seen.has(key), `${key} comes twice`);
    seen.add(key);
    const own = groupsOf.get(key) ?? [];
    assert.ok(own.length > 0 || isFilled || groups.length === 0, `${key} is no group`);
    shown.push(...own);
    for (const measure of measures) same(cell(measure), valueOf(own, measure), `${measure} of ${key}`);
    const share = names.find((name) => name.endsWith(":share_pct"));
    if (share === undefined) continue;
    const measure = share.slice(0, -":share_pct".length);
    const whole = orders.filter((order) =>
      !by.includes("currency_id") || !measure.startsWith("amount") ||
      JSON.stringify(order["currency_id"]) === JSON.stringify(cell("currency_id"))
    );
    const part = valueOf(own, measure) as number / (valueOf(whole, measure) as number) * 100;
    assert.ok(Math.abs(cell(share) as number - part) < 0.051, `${share} of ${key}: ${cell(share)} is not ${part}`);
  }
  assert.equal(answer.records, orders.length);
  if (!isFilled && groups.length > 0) {
    assert.equal(answer.groups_total, groupsOf.size);
    assert.equal(answer.rows.length, Math.min(limit, groupsOf.size));
  }
  const rest = orders.filter((order) => !shown.includes(order));
  assert.equal(answer.others === undefined, rest.length === 0 && answer.groups === answer.groups_total);
  for (const [whole, sums] of [[rest, answer.others], [orders, answer.totals]] as const) {
    for (const [name, value] of Object.entries(sums ?? {})) {
      if (!measures.includes(name)) continue;
      if (!isObject(value)) same(value, valueOf(whole, name), `${name} of all`);
      else {
        for (const [currency, part] of Object.entries(value)) {
          const own = whole.filter((order) => (order["currency_id"] as Json[])[1] === currency);
          same(part, valueOf(own, name), `${name} in ${currency}`);
        }
      }
    }
  }
  const [first] = measures;
  if (groups.length > 0 && !groups[0]!.startsWith("date_order")) {
    const values = answer.rows.map((row) => row[names.indexOf(first!)] as number);
    assert.deepEqual(values, [...values].sort((a, b) => b - a));
  }
}

function keyOf(order: Order, name: string): Json {
  if (!name.startsWith("date_order")) return order[name] ?? "(not set)";
  const day = order.date;
  switch (name.split(":")[1]) {
    case "week": {
      const date = new Date(`${day}T00:00:00Z`);
      date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7);
      return date.toISOString().slice(0, 10);
    }
    case "month":
      return day.slice(0, 7);
    case "quarter":
      return `${day.slice(0, 4)}-Q${Math.floor((Number(day.slice(5, 7)) + 2) / 3)}`;
    case "year":
      return day.slice(0, 4);
    default:
      return day;
  }
}

function valueOf(orders: Order[], measure: string): Json {
  const amounts = orders.map(({ amount }) => amount);
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  switch (measure) {
    case "count":
      return orders.length;
    case "user_id:count":
      return orders.filter((order) => order["user_id"] !== null).length;
    case "partner_id:count_distinct":
      return new Set(orders.map((order) => JSON.stringify(order["partner_id"]))).size;
    case "amount_total:sum":
      return sum;
    case "amount_total:avg":
      return orders.length === 0 ? null : sum / orders.length;
    default:
      if (orders.length === 0) return null;
      return measure.endsWith("min") ? Math.min(...amounts) : Math.max(...amounts);
  }
}

function same(found: Json, expected: Json, what: string): void {
  const isNear = typeof found === "number" && typeof expected === "number" && Math.abs(found - expected) < 0.001;
  assert.ok(isNear || found === expected, `${what}: ${found} is not ${expected}`);
}
