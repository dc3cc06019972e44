import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { parseOrder } from "../../src/ask/order.ts";
import { parseFields } from "../../src/odoo/mod.ts";
import { FIELDS } from "./odoos.ts";

const fields = parseFields(FIELDS["sale.order"]!);
const order = (text?: string) => parseOrder(fields, "sale.order", text);

Deno.test("every order ends with the id, so that pages don't overlap", () => {
  assert.equal(order(), "id desc");
  assert.equal(order(" "), "id desc");
  assert.equal(order("name"), "name asc, id asc");
  assert.equal(order("date_order DESC , partner_id"), "date_order desc, partner_id asc, id asc");
  assert.equal(order("state, id desc, name"), "state asc, id desc");
  assert.equal(order("name desc, name"), "name desc, id asc");
});

Deno.test("what Odoo can't sort by is refused: 14 would ignore it", () => {
  const cases: [string, string, RegExp][] = [
    ["expected_date", "E004", /computed at each read/],
    ["order_line", "E004", /one2many field/],
    ["amout_total", "E004", /no field/],
    ["partner_id.name", "E013", /a path/],
    ["name desc nulls last", "E013", /empty values/],
    ["name down", "E004", /no field with asc or desc/],
    ["name,,id", "E004", /empty part/],
    ["name; drop table", "E004", /no field with asc or desc/],
  ];
  for (const [text, code, message] of cases) {
    assert.throws(
      () => order(text),
      (error) => error instanceof Failure && error.code === code && message.test(error.message),
      text,
    );
  }
});
