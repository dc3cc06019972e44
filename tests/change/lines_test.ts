import assert from "node:assert/strict";
import { createRecords, updateRecords } from "../../src/change/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import { isObject } from "../../src/lib/json.ts";
import type { Wrap } from "../../src/odoo/mod.ts";
import { agreeing, company } from "./company.ts";

const order = (lines: number) => ({
  partner_id: 7,
  order_line: { create: Array.from({ length: lines }, () => ({ product_id: 1, product_uom_qty: 1, price_unit: 10 })) },
});

Deno.test("a price that Odoo did not keep is told with its line", async () => {
  const wrap: Wrap = (next) => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.model !== "sale.order.line" || !Array.isArray(answer)) return answer;
    return answer.map((row, index) => isObject(row) && index === 1 ? { ...row, price_unit: 12 } : row);
  };
  const { odoo } = await company({ wrap });
  const { records } = await createRecords(odoo, { model: "sale.order", values: order(2) }, agreeing());
  assert.deepEqual(records[0]?.differs, [{ field: "order_line[1].price_unit", sent: 10, kept: 12 }]);
});

Deno.test("of many lines the first twenty are shown, and of many records none, which is said", async () => {
  const { odoo } = await company();
  const long = await createRecords(odoo, { model: "sale.order", values: order(25) }, agreeing());
  const table = long.records[0]?.lines?.["order_line"];
  assert.deepEqual([table?.rows.length, table?.more], [20, 5]);
  const many = await createRecords(odoo, { model: "sale.order", values: Array(6).fill(order(1)) }, agreeing());
  assert.equal(many.records[0]?.lines, undefined);
  assert.ok(many.notes?.some((note) => /Lines are shown for at most 5 records/.test(note)));
});

Deno.test("an update without lines reads none, and one whose lines can't be read is still done", async () => {
  const wrap: Wrap = (next) => (call, signal) =>
    call.method === "search_read" ? Promise.reject(new Failure("E003", "closed")) : next(call, signal);
  const { odoo, sent } = await company({ wrap });
  await updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 1 } }, agreeing());
  assert.ok(!sent.some(({ method }) => method === "search_read"));
  const values = { child_ids: { create: [{ name: "x" }] } };
  const { records, notes } = await updateRecords(odoo, { model: "res.partner", ids: [7], values }, agreeing());
  assert.ok(records[0]?.changed["child_ids"]);
  assert.deepEqual(notes, ["The change is done; its lines could not be read back: closed"]);
});
