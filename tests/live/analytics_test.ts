import assert from "node:assert/strict";
import fc from "fast-check";
import { analytics, type AnalyticsInput } from "../../src/ask/mod.ts";
import type { Json } from "../../src/lib/json.ts";
import { checkAnswer, questions, readOrders } from "../ask/grouped.ts";
import { liveTest } from "../support/live.ts";
import { connect } from "./connected.ts";

liveTest("every figure of an answer of a real Odoo is that of the records themselves", async (live) => {
  using main = connect(live);
  const orders = await readOrders(main.odoo);
  assert.ok(orders.length > 10);
  await fc.assert(fc.asyncProperty(questions, (asked) => checkAnswer(main.odoo, orders, asked)), { numRuns: 40 });
});

liveTest("each question to a real Odoo costs the requests it says, whatever the number of records", async (live) => {
  using main = connect(live);
  const { odoo, sent } = main;
  const cases: [AnalyticsInput, string[]][] = [
    [{ model: "sale.order", group_by: ["date_order:month"], measures: ["amount_total:sum", "amount_total:avg"] }, [
      "sale.order.read_group",
    ]],
    [{ model: "sale.order", group_by: ["partner_id"], measures: ["amount_total:sum"], limit: 2, share: true }, [
      "sale.order.read_group",
    ]],
    [{ model: "crm.lead", group_by: ["stage_id", "partner_id.country_id"], measures: ["count"] }, [
      "crm.lead.read_group",
      "res.partner.search_read",
    ]],
    [{ model: "stock.move", group_by: ["picking_id.picking_type_id"], measures: ["product_uom_qty:sum"] }, [
      "stock.move.read_group",
      "stock.picking.search_read",
    ]],
    [{ model: "crm.lead", group_by: ["tag_ids"], measures: ["count"] }, [
      "crm.lead.search_count",
      "crm.lead.search_read",
      "crm.tag.search_read",
    ]],
    [{
      model: "sale.order",
      group_by: ["user_id"],
      measures: ["amount_total:sum"],
      where: [{ field: "date_order", op: "=", value: "this_month" }],
      compare: "previous_period",
    }, ["sale.order.read_group", "sale.order.read_group"]],
  ];
  for (const [input, expected] of cases) {
    await analytics(odoo, input);
    sent.length = 0;
    await analytics(odoo, input);
    assert.deepEqual(sent, expected);
  }
});

liveTest("a path and the records it leads to make the same groups in a real Odoo", async (live) => {
  using main = connect(live);
  const { odoo } = main;
  const ask = (input: Omit<AnalyticsInput, "model">) =>
    analytics(odoo, { model: "sale.order.line", limit: 200, ...input });
  const byCategory = await ask({
    group_by: ["product_id.categ_id"],
    measures: ["price_subtotal:sum", "count", "order_id:count_distinct"],
  });
  for (const [category, sum, count, orders] of byCategory.rows) {
    const id = Array.isArray(category) ? category[0]! : null;
    const own = await ask({
      measures: ["price_subtotal:sum", "count", "order_id:count_distinct"],
      domain: [id === null ? ["product_id", "=", false] : ["product_id.categ_id", "=", id]],
    });
    assert.deepEqual([sum, count, orders], own.rows[0]);
  }
  const byDay = await ask({ group_by: ["order_id.date_order:day"], measures: ["count"] });
  const days = byDay.rows.filter(([, count]) => count !== 0);
  for (const [day, count] of days) {
    const own = await ask({ measures: ["count"], where: [{ field: "order_id.date_order", op: "=", value: day! }] });
    assert.equal(count, own.rows[0]![0], String(day));
  }
});

liveTest("amounts of two currencies of a real Odoo are never added", async (live) => {
  using main = connect(live);
  const { odoo } = main;
  const write = async (model: string, method: string, params: { [name: string]: Json }, ids?: number[]) =>
    [await odoo.call(model, method, { params, effect: "write", ...(ids !== undefined && { ids }) })].flat().map(Number);
  const known = await odoo.call("res.currency", "search_read", {
    params: { domain: [["active", "in", [true, false]]], fields: ["name"] },
  });
  const own = (await analytics(odoo, { model: "sale.order", group_by: ["currency_id"], measures: ["count"] })).rows;
  const other = (known as { id: number; name: string }[]).find(({ id }) =>
    !own.some(([one]) => (one as Json[])[0] === id)
  )!;
  const list = await write("product.pricelist", "create", {
    vals_list: [{ name: "Two currencies", currency_id: other.id }],
  });
  const question = { model: "sale.order", measures: ["amount_total:sum", "count"] };
  const before = await analytics(odoo, question);
  const [partner] = (await analytics(odoo, { ...question, group_by: ["partner_id"] })).rows[0]![0] as number[];
  const values = { partner_id: partner!, pricelist_id: list[0]!, note: "Two currencies" };
  const order = await write("sale.order", "create", { vals_list: [values] });
  try {
    const { rows, totals, columns } = await analytics(odoo, question);
    assert.deepEqual(columns.map(({ name }) => name), ["currency_id", "amount_total:sum", "count"]);
    assert.deepEqual(rows.find(([currency]) => (currency as Json[])[0] === other.id)?.slice(1), [0, 1]);
    const [sum] = before.rows[0]!;
    assert.deepEqual(totals!["amount_total:sum"], { [String((own[0]![0] as Json[])[1])]: sum, [other.name]: 0 });
  } finally {
    await write("sale.order", "unlink", {}, order);
    await write("product.pricelist", "unlink", {}, list);
  }
});
