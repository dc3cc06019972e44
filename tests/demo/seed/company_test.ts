import assert from "node:assert/strict";
import { demo } from "../ask.ts";

Deno.test("the company is the same each time for the same day", async () => {
  const all = async () => {
    const { rows } = demo();
    return [
      await rows("sale.order", [], ["name", "partner_id", "date_order", "amount_total", "state"]),
      await rows("crm.lead", [], ["name", "expected_revenue", "stage_id", "date_deadline"]),
      await rows("res.partner", [], ["name", "phone", "street"]),
    ];
  };
  assert.deepEqual(await all(), await all());
});

Deno.test("the company is as large as the tools need", async () => {
  const { count } = demo();
  const sizes: [string, number, number][] = [
    ...[["res.partner", 35, 50], ["product.product", 18, 18], ["crm.lead", 40, 60]] as [string, number, number][],
    ...[["sale.order", 110, 130], ["sale.order.line", 200, 400], ["mail.activity", 5, 10]] as [
      string,
      number,
      number,
    ][],
    ...[["res.users", 4, 4], ["res.company", 1, 1], ["res.currency", 2, 2]] as [string, number, number][],
  ];
  for (const [model, least, most] of sizes) {
    const found = await count(model, []);
    assert.ok(found >= least && found <= most, `${model}: ${found}`);
  }
});

Deno.test("orders span 18 months up to today, more in the second year than in the first", async () => {
  const { groups, count } = demo();
  const months = await groups("sale.order", { groupby: ["date_order:month"], lazy: false });
  assert.equal(months.length, 18);
  assert.equal(months.at(-1)!["date_order:month"], "November 2026");
  assert.equal(await count("sale.order", [["date_order", ">", "2026-11-21 10:00:00"]]), 0);
  const early = await count("sale.order", [["date_order", "<", "2026-03-01"]]);
  assert.ok(await count("sale.order", []) - early > early);
});

Deno.test("two customers have nearly the same name", async () => {
  const { names } = demo();
  const found = await names("res.partner", [["name", "ilike", "brightwater"], ["is_company", "=", true]]);
  assert.deepEqual(found, ["Brightwater Cycles", "Brightwater Cycling"]);
});

Deno.test("every order has lines, its customer's own salesperson and a total above zero", async () => {
  const { rows } = demo();
  for (const order of await rows("sale.order", [], ["order_line", "amount_total", "user_id", "partner_id", "name"])) {
    assert.ok((order["order_line"] as number[]).length > 0 && Number(order["amount_total"]) > 0, String(order["name"]));
    assert.ok(order["user_id"] && order["partner_id"]);
  }
});
