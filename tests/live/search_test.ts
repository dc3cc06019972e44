import assert from "node:assert/strict";
import { countRecords, getRecords, type Odoo, searchRecords } from "../../src/ask/mod.ts";
import type { Json } from "../../src/lib/json.ts";
import { agreesWithEvaluation } from "../ask/agreement.ts";
import { failureOf } from "../odoo/calls.ts";
import { liveTest } from "../support/live.ts";
import { connect } from "./connected.ts";

for (
  const [model, seed] of [["sale.order", 14], ["crm.lead", 41], ["res.partner", 7], ["product.product", 5]] as const
) {
  liveTest(`any where finds exactly the ${model} of a real Odoo that fulfil it`, async (live) => {
    using main = connect(live);
    await agreesWithEvaluation(main.odoo, model, 60, seed);
  });
}

liveTest("dotted fields of a real Odoo cost one request for each model of a step", async (live) => {
  using main = connect(live);
  const question = {
    model: "sale.order",
    fields: ["name", "partner_id.country_id.code", "order_line.product_id.default_code", "order_line.price_subtotal"],
    limit: 40,
  };
  await searchRecords(main.odoo, question);
  main.sent.length = 0;
  const page = await searchRecords(main.odoo, question);
  assert.deepEqual(main.sent.toSorted(), [
    "product.product.search_read",
    "res.country.search_read",
    "res.partner.search_read",
    "sale.order.line.search_read",
    "sale.order.search_read",
  ]);
  assert.equal(page.columns.at(-1), "order_line(product_id.default_code, price_subtotal)");
  for (const [id, , code, lines] of page.rows.slice(0, 3)) {
    const { records: [order] } = await getRecords(main.odoo, {
      model: "sale.order",
      ids: [id as number],
      fields: ["partner_id", "order_line"],
    });
    const partner = (order!["partner_id"] as { id: number }).id;
    const [country] = await countries(main.odoo, partner);
    assert.equal(code, country);
    assert.equal((lines as Json[]).length, Math.min(10, (order!["order_line"] as { count: number }).count));
  }
});

async function countries(odoo: Odoo, partner: number): Promise<Json[]> {
  const { rows } = await searchRecords(odoo, {
    model: "res.country",
    domain: [["id", "in", await idsOf(odoo, "res.partner", partner, "country_id")]],
    fields: ["code"],
  });
  return rows.map(([, code]) => code!);
}

async function idsOf(odoo: Odoo, model: string, id: number, field: string): Promise<Json[]> {
  const [row] = await odoo.call(model, "read", { ids: [id], params: { fields: [field] } }) as {
    [name: string]: Json;
  }[];
  const value = row![field]!;
  return Array.isArray(value) ? [value[0]!] : [];
}

liveTest("names stand for ids in conditions of a real Odoo, also shown names and codes", async (live) => {
  using main = connect(live);
  const { odoo } = main;
  const [row] = (await searchRecords(odoo, {
    model: "product.product",
    domain: [["default_code", "!=", false]],
    fields: ["display_name", "default_code"],
    limit: 1,
  })).rows;
  const [id, shown, code] = row!;
  for (const value of [shown, code, [shown, code]]) {
    const found = await searchRecords(odoo, {
      model: "sale.order.line",
      where: [{ field: "product_id", op: "=", value: value! }],
      fields: ["id"],
    });
    assert.deepEqual(found.domain, [[
      "product_id",
      Array.isArray(value) ? "in" : "=",
      Array.isArray(value) ? [id] : id,
    ]]);
  }
  const failure = await failureOf(
    countRecords(odoo, { model: "res.partner", domain: [["country_id", "=", "Belgum"]] }),
  );
  assert.equal(failure.code, "E004");
  assert.match(failure.hint, /Did you mean Belgium/);
});

liveTest("periods by the user's language and the company's fiscal year reach a real Odoo as bounds", async (live) => {
  using main = connect(live);
  for (const value of ["this_week", "this_fiscal_year", "last_fiscal_year", "last_30_days", "-12m", "next_7_days"]) {
    const { domain, count } = await countRecords(main.odoo, {
      model: "sale.order",
      where: [{ field: "date_order", op: "=", value }],
    });
    assert.ok(count >= 0);
    assert.match(JSON.stringify(domain), /^\[\["date_order",">=","[\d: -]+"\],\["date_order","<","[\d: -]+"\]\]$/);
  }
});

liveTest("the last day of a period is whole, and a day that is not in the calendar is refused", async (live) => {
  using main = connect(live);
  const all = await countRecords(main.odoo, { model: "sale.order" });
  const day = (await searchRecords(main.odoo, {
    model: "sale.order",
    fields: ["date_order"],
    order: "date_order desc",
    limit: 1,
  }))
    .rows[0]![1] as string;
  const upTo = await countRecords(main.odoo, {
    model: "sale.order",
    where: [{ field: "date_order", op: "between", value: ["2000-01-01", day.slice(0, 10)] }],
  });
  assert.equal(upTo.count, all.count);
  const wrong = { model: "sale.order", where: [{ field: "date_order", op: "=", value: "31.02.2026" }] };
  assert.equal((await failureOf(countRecords(main.odoo, wrong))).code, "E004");
});

liveTest("amounts of a real Odoo carry their currency without a request of its own", async (live) => {
  using main = connect(live);
  const question = { model: "account.move", fields: ["name", "amount_total"], limit: 5 };
  await searchRecords(main.odoo, question);
  main.sent.length = 0;
  const page = await searchRecords(main.odoo, question);
  assert.equal(main.sent.length, 1);
  assert.ok(typeof page.currency === "string" || page.columns.includes("currency_id"));
});

liveTest("a country code that is too long finds nobody: Odoo 14 would cut it", async (live) => {
  using main = connect(live);
  const where = (value: string) => ({ model: "res.partner", where: [{ field: "country_id.code", op: "=", value }] });
  assert.ok((await countRecords(main.odoo, where("US"))).count > 0);
  assert.equal((await countRecords(main.odoo, where("USA"))).count, 0);
});
