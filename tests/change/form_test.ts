import assert from "node:assert/strict";
import { askForm } from "../../src/change/form.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { CallOptions, Odoo } from "../../src/odoo/mod.ts";
import { company } from "./company.ts";

/** The demo company's fields under another version, whose form answers as told. */
async function odooOf(major: number, answer: () => Json): Promise<{ odoo: Odoo; asked: CallOptions[] }> {
  const { odoo } = await company();
  const asked: CallOptions[] = [];
  return {
    asked,
    odoo: {
      ...odoo,
      version: () => Promise.resolve({ text: `${major}.0`, major, minor: 0, edition: "community" }),
      call: (model, method, options = {}) => {
        if (method !== "onchange") return odoo.call(model, method, options);
        asked.push(options);
        return Promise.resolve().then(answer);
      },
    },
  };
}

const QUESTION = {
  model: "sale.order",
  values: { partner_id: 7 },
  wanted: ["amount_total", "user_id", "no_such_field"],
  lines: { order_line: ["price_unit", "product_id"] },
};

Deno.test("14 is asked with a flat list of paths, for all fields of a new record at once", async () => {
  const answer = {
    value: {
      amount_total: 2501.2000000000003,
      user_id: [1, "Mia"],
      order_line: [[5], [0, "virtual_1", { price_unit: 800.4, product_id: [15, "Desk"] }], [1, 6, { price_unit: 3 }], [
        4,
        8,
      ]],
    },
    warning: { title: "Careful", message: "Little stock" },
  };
  const { odoo, asked } = await odooOf(14, () => answer);
  const form = await askForm(odoo, QUESTION);
  assert.deepEqual(asked[0]?.params, {
    values: { partner_id: 7 },
    field_names: [],
    fields_spec: {
      partner_id: "1",
      amount_total: "1",
      user_id: "1",
      order_line: "1",
      "order_line.price_unit": "1",
      "order_line.product_id": "1",
    },
  });
  assert.deepEqual(form, {
    value: { amount_total: 2501.2, user_id: [1, "Mia"] },
    lines: { order_line: [{ price_unit: 800.4, product_id: [15, "Desk"] }, { price_unit: 3, id: 6 }] },
    warnings: ["Careful: Little stock"],
  });
});

Deno.test("17 and later are asked with a specification, and answer names as they were asked for", async () => {
  const answer: JsonObject = {
    value: {
      user_id: { id: 1, display_name: "Mia" },
      order_line: [[0, "virtual_1", { price_unit: 3, product_id: { id: 15, display_name: "Desk" } }]],
    },
  };
  const { odoo, asked } = await odooOf(19, () => answer);
  const form = await askForm(odoo, { ...QUESTION, id: 5 });
  assert.deepEqual(asked[0]?.ids, [5]);
  assert.deepEqual(asked[0]?.params?.["field_names"], ["partner_id"]);
  const name = { fields: { display_name: {} } };
  assert.deepEqual(asked[0]?.params?.["fields_spec"], {
    partner_id: name,
    amount_total: {},
    user_id: name,
    order_line: { fields: { price_unit: {}, product_id: name } },
  });
  assert.deepEqual(form, {
    value: { user_id: [1, "Mia"] },
    lines: { order_line: [{ price_unit: 3, product_id: [15, "Desk"] }] },
    warnings: [],
  });
});

Deno.test("a form that fails, or answers nothing that can be read, says why instead", async () => {
  const failing = await odooOf(14, () => {
    throw new Failure("E999", "Odoo had a bug");
  });
  assert.deepEqual(await askForm(failing.odoo, QUESTION), { reason: "Odoo had a bug" });
  const strange = await odooOf(19, () => []);
  assert.ok("reason" in await askForm(strange.odoo, QUESTION));
  const empty = await odooOf(14, () => ({}));
  assert.deepEqual(await askForm(empty.odoo, QUESTION), { value: {}, lines: {}, warnings: [] });
});
