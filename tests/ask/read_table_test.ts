import assert from "node:assert/strict";
import { getRecords } from "../../src/ask/records.ts";
import { searchRecords } from "../../src/ask/select.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json } from "../../src/lib/json.ts";
import { failureOf } from "../odoo/calls.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

Deno.test("dotted fields cost one request for each model of a step, whatever the number of rows", async () => {
  const odoo = await demoOdoo();
  const page = await searchRecords(odoo, {
    model: "sale.order",
    fields: [
      "name",
      "partner_id.country_id.code",
      "partner_id.email",
      "order_line.product_id.default_code",
      "order_line.product_uom_qty",
    ],
    limit: 50,
  });
  assert.deepEqual(odoo.calls.map(({ model, method }) => `${model}.${method}`).sort(), [
    "product.product.search_read",
    "res.country.search_read",
    "res.partner.search_read",
    "sale.order.line.search_read",
    "sale.order.search_read",
  ]);
  assert.equal(page.count, 50);
  assert.equal(page.columns.at(-1), "order_line(product_id.default_code, product_uom_qty)");
  for (const [, name, code, email, lines] of page.rows) {
    assert.match(String(name), /^S\d+/);
    assert.match(String(code), /^[A-Z]{2}$/);
    assert.ok(email === null || String(email).includes("@"));
    for (const line of lines as Json[][]) assert.deepEqual([line.length, typeof line[1]], [2, "number"]);
  }
});

Deno.test("a path's values are as plain as a field's: null where something on the way is unset, pairs for records", async () => {
  const odoo = recordedOdoo({
    fields: FIELDS,
    answers: [
      [{ id: 1, partner_id: [7, "Ann"] }, { id: 2, partner_id: false }, { id: 3, partner_id: [8, "Bob"] }],
      [{ id: 7, country_id: [20, "Belgium"], create_date: "2026-07-01 08:00:00" }, {
        id: 8,
        country_id: false,
        create_date: false,
      }],
      [{ id: 20, code: "BE" }],
    ],
  });
  const page = await searchRecords(odoo, {
    model: "sale.order",
    fields: ["partner_id.country_id", "partner_id.country_id.code", "partner_id.create_date", "partner_id.id"],
  });
  assert.deepEqual(page.rows, [
    [1, [20, "Belgium"], "BE", "2026-07-01T10:00:00+02:00", 7],
    [2, null, null, null, null],
    [3, null, null, null, 8],
  ]);
  assert.deepEqual(odoo.calls[1]?.params, {
    domain: [["id", "in", [7, 8]]],
    fields: ["country_id", "create_date"],
    order: "id",
  });
  assert.equal(odoo.calls[1]?.context["active_test"], false);
});

Deno.test("of an x2many the first ten are read, and it is said where there are more", async () => {
  const ids = Array.from({ length: 12 }, (_, at) => at + 1);
  const odoo = recordedOdoo({
    fields: FIELDS,
    answers: [
      [{ id: 1, order_line: ids }, { id: 2, order_line: [13] }, { id: 3, order_line: [] }],
      [...ids.slice(0, 10), 13].map((id) => ({ id, name: `line ${id}` })),
    ],
  });
  const page = await searchRecords(odoo, { model: "sale.order", fields: ["order_line.name"] });
  assert.deepEqual(page.rows.map(([, lines]) => (lines as string[]).length), [10, 1, 0]);
  assert.deepEqual(page.rows[1], [2, ["line 13"]]);
  assert.deepEqual(page.notes, [
    "order_line: only the first 10 are read of 1 that have more; search sale.order.line by order_id for all.",
  ]);
});

Deno.test("columns of the same lines stand together, line by line, where the first was asked for", async () => {
  const lineFields = {
    ...FIELDS["sale.order.line"],
    product_id: { type: "many2one", string: "Product", relation: "product.product", store: true },
    price_subtotal: { type: "monetary", string: "Subtotal", currency_field: "currency_id", store: true },
    currency_id: { type: "many2one", string: "Currency", relation: "res.currency", store: true },
  };
  const known = { ...FIELDS, "sale.order.line": lineFields };
  const fields = ["order_line.product_id", "name", "order_line.product_uom_qty", "order_line.price_subtotal"];
  const orders = [
    { id: 1, name: "S1", order_line: [1, 2] },
    { id: 2, name: "S2", order_line: [] },
    { id: 3, name: "S3", order_line: [3] },
  ];
  const line = (id: number, currency: Json) => (
    { id, product_id: [id, `Desk ${id}`], product_uom_qty: id, price_subtotal: id * 10, currency_id: currency }
  );
  const name = "order_line(product_id, product_uom_qty, price_subtotal)";
  // The user may not see the second line.
  const odoo = recordedOdoo({ fields: known, answers: [orders, [line(1, [1, "EUR"]), line(3, [1, "EUR"])]] });
  const page = await searchRecords(odoo, { model: "sale.order", fields });
  assert.deepEqual([page.columns, page.currency], [["id", name, "name"], "EUR"]);
  assert.deepEqual(page.rows, [
    [1, [[[1, "Desk 1"], 1, 10], [null, null, null]], "S1"],
    [2, [], "S2"],
    [3, [[[3, "Desk 3"], 3, 30]], "S3"],
  ]);
  const mixed = recordedOdoo({ fields: known, answers: [[orders[0]!], [line(1, [1, "EUR"]), line(2, [2, "USD"])]] });
  const { records, notes } = await getRecords(mixed, {
    model: "sale.order",
    ids: [1],
    fields: ["order_line.product_id", "order_line.price_subtotal"],
  });
  assert.deepEqual(records, [{
    id: 1,
    "order_line(product_id, price_subtotal, currency_id)": [
      [{ id: 1, name: "Desk 1" }, 10, "EUR"],
      [{ id: 2, name: "Desk 2" }, 20, "USD"],
    ],
  }]);
  assert.deepEqual(notes, ["Amounts are in several currencies: see order_line.currency_id."]);
});

Deno.test("what a path leads to may be closed: the column goes, or only the values, with a word", async () => {
  const closed = recordedOdoo({
    fields: FIELDS,
    answers: [
      [{ id: 1, name: "S1", partner_id: [7, "Ann"] }],
      new Failure("E003", "You are not allowed.", { details: { model: "res.partner" } }),
    ],
  });
  const page = await searchRecords(closed, { model: "sale.order", fields: ["name", "partner_id.email"] });
  assert.deepEqual([page.columns, page.rows], [["id", "name"], [[1, "S1"]]]);
  assert.deepEqual(page.notes, ["This user may not read res.partner, so partner_id.… is left out."]);
  const hidden = recordedOdoo({
    fields: FIELDS,
    answers: [[{ id: 1, partner_id: [7, "Ann"] }, { id: 2, partner_id: [8, "Bob"] }], [{ id: 7, email: "a@b.c" }]],
  });
  const some = await searchRecords(hidden, { model: "sale.order", fields: ["partner_id.email"] });
  assert.deepEqual(some.rows, [[1, "a@b.c"], [2, null]]);
  assert.match(some.notes[0]!, /1 of 2 res\.partner may not be read/);
});

Deno.test("more related records than one answer can hold are refused with a way out", async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, at) => ({ id: at + 1, order_line: [3 * at + 1, 3 * at + 2, 3 * at + 3] }),
  );
  const odoo = recordedOdoo({ fields: FIELDS, answers: [rows] });
  const failure = await failureOf(
    searchRecords(odoo, { model: "sale.order", fields: ["order_line.name"], limit: 5000 }, { maxRows: 10_000 }),
  );
  assert.equal(failure.code, "E012");
  assert.match(failure.message, /order_line leads to 15000 records/);
});

Deno.test("a record's dotted fields stand under their paths, with many2ones as objects", async () => {
  const odoo = recordedOdoo({
    fields: FIELDS,
    answers: [[{ id: 1, partner_id: [7, "Ann"], create_date: false }], [{ id: 7, country_id: [20, "Belgium"] }]],
  });
  const { records } = await getRecords(odoo, { model: "sale.order", ids: [1], fields: ["partner_id.country_id"] });
  assert.deepEqual(records, [{ id: 1, "partner_id.country_id": { id: 20, name: "Belgium" } }]);
});

Deno.test("one currency is told once, without a request or a column of its own", async () => {
  const odoo = recordedOdoo({
    fields: FIELDS,
    answers: [[
      { id: 1, amount_total: 10, currency_id: [2, "USD"] },
      { id: 2, amount_total: 0, currency_id: [2, "USD"] },
      { id: 3, amount_total: 5, currency_id: false },
    ]],
  });
  const page = await searchRecords(odoo, { model: "sale.order", fields: ["amount_total"] });
  assert.deepEqual([page.columns, page.currency, page.notes], [["id", "amount_total"], "USD", []]);
  assert.deepEqual(odoo.calls.map(({ params }) => params["fields"]), [["amount_total", "currency_id"]]);
});

Deno.test("several currencies stand beside their amounts", async () => {
  const rows = [{ id: 1, amount_total: 10, currency_id: [2, "USD"] }, {
    id: 2,
    amount_total: 9,
    currency_id: [1, "EUR"],
  }];
  const odoo = recordedOdoo({ fields: FIELDS, answers: [rows, rows] });
  const page = await searchRecords(odoo, { model: "sale.order", fields: ["amount_total"] });
  assert.deepEqual(page.columns, ["id", "amount_total", "currency_id"]);
  assert.deepEqual(page.rows, [[1, 10, "USD"], [2, 9, "EUR"]]);
  assert.deepEqual([page.currency, page.notes], [undefined, ["Amounts are in several currencies: see currency_id."]]);
  const asked = await searchRecords(odoo, { model: "sale.order", fields: ["amount_total", "currency_id"] });
  assert.deepEqual(asked.rows, [[1, 10, [2, "USD"]], [2, 9, [1, "EUR"]]]);
});

Deno.test("a path's amounts have their currency, too", async () => {
  const { currency, columns } = await searchRecords(await demoOdoo(), {
    model: "sale.order",
    fields: ["name", "order_line.price_subtotal"],
    limit: 3,
  });
  assert.deepEqual(columns, ["id", "name", "order_line.price_subtotal"]);
  assert.match(String(currency), /^[A-Z]{3}$/);
});

Deno.test("fields that a refusal names, and lines of a closed model, are left out; what is asked for that is bounded", async () => {
  const field = new Failure("E003", "Not allowed.", { details: { model: "sale.order", fields: ["note"] } });
  const named = recordedOdoo({ fields: FIELDS, answers: [field, [{ id: 1, name: "S1" }]] });
  const page = await searchRecords(named, { model: "sale.order", fields: ["name", "note"] });
  assert.deepEqual([page.columns, page.notes], [["id", "name"], [
    "Odoo could not compute or show note, so it is left out.",
  ]]);
  assert.equal(named.calls.length, 2);
  const lines = new Failure("E003", "Not allowed.", { details: { model: "sale.order.line" } });
  const closed = recordedOdoo({ fields: FIELDS, answers: [lines, [{ id: 1, name: "S1" }]] });
  assert.deepEqual((await searchRecords(closed, { model: "sale.order", fields: ["name", "order_line"] })).columns, [
    "id",
    "name",
  ]);
});
