import assert from "node:assert/strict";
import type { Failure } from "../../src/lib/failure.ts";
import { chooseFields } from "../../src/ask/fields.ts";
import { failureOf } from "../odoo/calls.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

const odoo = recordedOdoo({ fields: FIELDS });

function refusal(asked: string[]): Promise<Failure> {
  return failureOf(chooseFields(odoo, "sale.order", asked));
}

Deno.test("without a choice there are the useful stored fields, the name first, and a word about the rest", async () => {
  const { names, note } = await chooseFields(odoo, "sale.order", undefined);
  assert.deepEqual(names.slice(0, 5), ["display_name", "partner_id", "state", "date_order", "amount_total"]);
  for (const never of ["signature", "order_line", "tag_ids", "access_token", "create_uid", "expected_date", "id"]) {
    assert.ok(!names.includes(never), never);
  }
  assert.ok(names.length <= 10);
  assert.match(note!, /useful fields of 18/);
});

Deno.test("the useful fields of the demo company's models are those people look for", async () => {
  const odoo = await demoOdoo();
  const expected: [string, string[]][] = [
    ["res.partner", ["display_name", "email", "phone", "city", "country_id"]],
    ["crm.lead", ["stage_id", "partner_id", "user_id", "expected_revenue", "date_deadline"]],
    ["sale.order.line", ["order_id", "product_id", "product_uom_qty", "price_subtotal"]],
    ["product.product", ["display_name", "default_code", "list_price"]],
  ];
  for (const [model, wanted] of expected) {
    const { names } = await chooseFields(odoo, model, undefined);
    for (const name of wanted) assert.ok(names.includes(name), `${model}.${name} in ${names}`);
  }
});

Deno.test("names are taken as they are, once each, and groups stand among them", async () => {
  assert.deepEqual(await chooseFields(odoo, "sale.order", ["name", "id", "name", " note "]), {
    names: ["name", "note"],
    note: null,
  });
  assert.deepEqual((await chooseFields(odoo, "sale.order", ["id"])).names, []);
  const { names } = await chooseFields(odoo, "sale.order", ["tag_ids", "default"]);
  assert.deepEqual(names.slice(0, 3), ["tag_ids", "display_name", "partner_id"]);
  assert.deepEqual((await chooseFields(odoo, "sale.order", "default")).names, names.slice(1));
});

Deno.test("all_stored is every stored field of bounded size, and says what it leaves out", async () => {
  const { names, note } = await chooseFields(odoo, "sale.order", "all_stored");
  assert.ok(names.includes("note") && names.includes("locked"));
  for (const left of ["signature", "order_line", "expected_date", "display_name"]) {
    assert.ok(!names.includes(left), left);
  }
  assert.match(note!, /binary and x2many/);
});

Deno.test("an empty list is refused, for Odoo takes it for all fields", async () => {
  assert.equal((await refusal([])).code, "E004");
});

Deno.test("unknown names come back with close ones, at every step of a path", async () => {
  const failure = await refusal(["name", "amount_totl"]);
  assert.equal(failure.details["at"], "fields[1]");
  assert.deepEqual((failure.details["closest"] as string[])[0], "amount_total");
  assert.match(failure.hint, /E\.g\. \["default",/);
  const deep = await refusal(["partner_id.contry_id.code"]);
  assert.match(deep.message, /fields\[0\]: res\.partner has no field "contry_id"/);
  assert.deepEqual(deep.details["closest"], ["country_id"]);
  assert.match((await refusal(["state.name"])).message, /goes through state, and that is no relation/);
});
