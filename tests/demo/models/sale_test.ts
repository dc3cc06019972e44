import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/lib/json.ts";
import { demo, refusal } from "../ask.ts";

async function quotation(values: JsonObject = {}, customer = "Tulpwerk") {
  const company = demo();
  const partner_id = await company.idOf("res.partner", customer);
  const line = [0, 0, { product_id: 1, product_uom_qty: 2 }];
  const id = await company.create("sale.order", { partner_id, order_line: [line], ...values });
  const act = (action: string) => company.ask("sale.order", action, {}, { ids: [id] });
  const read = (...fields: string[]) => company.read("sale.order", id, fields);
  return { ...company, id, act, order: read };
}

Deno.test("a new order gets a number, a date, its customer's addresses and the product's price", async () => {
  const { order, rows, id } = await quotation();
  const row = await order("name", "state", "date_order", "partner_invoice_id", "partner_id", "user_id", "company_id");
  assert.match(String(row["name"]), /^S\d{5}$/);
  assert.match(String(row["date_order"]), /^2026-11-21 10:/);
  assert.equal(row["state"], "draft");
  assert.deepEqual(row["partner_invoice_id"], row["partner_id"]);
  const [line] = await rows("sale.order.line", [["order_id", "=", id]], ["name", "price_unit", "price_subtotal"]);
  assert.deepEqual([line!["name"], line!["price_unit"], line!["price_subtotal"]], [
    "[DESK-OAK] Oak Desk 160",
    640,
    1280,
  ]);
});

Deno.test("totals follow the lines, and Belgian customers pay tax", async () => {
  const abroad = await quotation();
  assert.deepEqual(await abroad.order("amount_untaxed", "amount_tax", "amount_total"), {
    ...{ id: abroad.id, amount_untaxed: 1280, amount_tax: 0, amount_total: 1280 },
  });
  const home = await quotation({}, "Hotel Zandloper");
  const [line] = (await home.order("order_line"))["order_line"] as number[];
  await home.write("sale.order", home.id, { order_line: [[1, line!, { product_uom_qty: 1, discount: 50 }]] });
  assert.deepEqual(await home.order("amount_untaxed", "amount_tax", "amount_total"), {
    ...{ id: home.id, amount_untaxed: 320, amount_tax: 67.2, amount_total: 387.2 },
  });
});

Deno.test("the buttons answer what Odoo 14 answers and lead from state to state", async () => {
  const { act, order } = await quotation();
  const state = async () => (await order("state"))["state"];
  const path: [string, unknown, string][] = [
    ...[["action_quotation_sent", null, "sent"], ["action_draft", true, "draft"]] as [string, unknown, string][],
    ...[["action_confirm", true, "sale"], ["action_confirm", true, "sale"]] as [string, unknown, string][],
    ...[["action_draft", true, "sale"], ["action_done", true, "done"]] as [string, unknown, string][],
    ...[["action_unlock", null, "sale"], ["action_cancel", true, "cancel"]] as [string, unknown, string][],
  ];
  for (const [action, answer, after] of path) {
    assert.equal(await act(action), answer, action);
    assert.equal(await state(), after, action);
  }
  assert.match((await refusal(act("action_confirm"))).message, /^It is not allowed to confirm an order/);
  assert.match((await refusal(act("action_quotation_sent"))).message, /^Only draft orders/);
});

Deno.test("a confirmed order is not deleted before it is cancelled, nor its lines", async () => {
  const { act, ask, order, count, id } = await quotation();
  await act("action_confirm");
  const { order_line } = await order("order_line");
  assert.equal(
    (await refusal(act("unlink"))).message,
    "You can not delete a sent quotation or a confirmed sales order. You must first cancel it.",
  );
  const failure = await refusal(ask("sale.order.line", "unlink", {}, { ids: order_line as number[] }));
  assert.match(failure.message, /^You can not remove an order line/);
  await act("action_cancel");
  assert.equal(await act("unlink"), true);
  assert.equal(await count("sale.order.line", [["order_id", "=", id]]), 0);
});

Deno.test("a note among the lines needs no product and counts nothing, any other line does", async () => {
  const note = [0, 0, { display_type: "line_note", name: "Thank you" }];
  const { order } = await quotation({ order_line: [note] });
  assert.equal((await order("amount_total"))["amount_total"], 0);
  const failure = await refusal(quotation({ order_line: [[0, 0, { name: "What?" }]] }));
  assert.equal(failure.code, "E004");
});
