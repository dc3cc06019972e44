import assert from "node:assert/strict";
import { parseFields } from "../../src/odoo/fields.ts";

Deno.test("a field of Odoo 14 gets every default, and what groups is derived", () => {
  const fields = parseFields({
    order_line: {
      type: "one2many",
      depends: [],
      readonly: false,
      relation: "sale.order.line",
      relation_field: "order_id",
      required: false,
      searchable: true,
      sortable: false,
      store: true,
      string: "Order Lines",
    },
    amount_total: { type: "monetary", currency_field: "currency_id", depends: ["order_line.price_total"], store: true },
    access_url: { type: "char", store: false, searchable: false, sortable: false, string: "Portal" },
    state: { type: "selection", selection: [["draft", "Quotation"], ["sale", "Sales Order"]], store: true },
  });
  assert.deepEqual(fields.get("order_line"), {
    name: "order_line",
    type: "one2many",
    label: "Order Lines",
    help: "",
    required: false,
    readonly: false,
    stored: true,
    searchable: true,
    sortable: false,
    groupable: false,
    depends: [],
    relation: "sale.order.line",
    inverse: "order_id",
  });
  assert.deepEqual(fields.get("amount_total")?.depends, ["order_line.price_total"]);
  assert.equal(fields.get("amount_total")?.currencyField, "currency_id");
  assert.deepEqual([...fields.values()].map(({ groupable }) => groupable), [false, true, false, true]);
  assert.deepEqual(fields.get("state")?.selection, [["draft", "Quotation"], ["sale", "Sales Order"]]);
});

Deno.test("a version that tells what groups is believed", () => {
  const fields = parseFields({ a: { type: "char", store: true, groupable: false } });
  assert.equal(fields.get("a")?.groupable, false);
});

Deno.test("odd attributes do not break the schema", () => {
  const fields = parseFields({
    a: null,
    b: { type: "selection", selection: "compute", string: false, depends: false },
  });
  assert.deepEqual([...fields.keys()], ["b"]);
  assert.deepEqual([fields.get("b")?.label, fields.get("b")?.selection], ["b", undefined]);
});
