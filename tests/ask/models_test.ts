import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { describeModel } from "../../src/ask/describe.ts";
import { listModels } from "../../src/ask/models.ts";
import { failureOf } from "../odoo/calls.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

const NAMES = (models: { name: string }[]) => models.map(({ name }) => name);

Deno.test("models are found by words of their names, labels and by what people call them", async () => {
  const odoo = await demoOdoo();
  const cases: [string, string][] = [
    ["customer", "res.partner"],
    ["quotations", "sale.order"],
    ["sale order line", "sale.order.line"],
    ["res.partner", "res.partner"],
    ["Opportunity", "crm.lead"],
    ["countries", "res.country"],
  ];
  for (const [query, name] of cases) assert.equal((await listModels(odoo, { query })).models[0]?.name, name, query);
  assert.deepEqual((await listModels(odoo, { query: "xyzzy" })).models, []);
});

Deno.test("business comes first, models without records not at all, page by page", async () => {
  const rows = [
    "ir.cron",
    "mail.thread",
    "sale.order",
    "base",
    "portal.mixin",
    "report.sale.report_saleproforma",
    "x_own",
    "res.partner",
  ]
    .map((model, id) => ({ id, model, name: model }));
  const odoo = recordedOdoo({ fields: FIELDS, answers: [rows, rows] });
  const first = await listModels(odoo, { limit: 2 });
  assert.deepEqual(NAMES(first.models), ["res.partner", "sale.order"]);
  assert.equal(odoo.calls[0]?.origin, "server");
  const second = await listModels(odoo, { limit: 2, cursor: first.next! });
  assert.deepEqual([NAMES(second.models), second.next], [["x_own", "ir.cron"], null]);
});

Deno.test("abstract models are known by what 19 says of them", async () => {
  const rows = [{ id: 1, model: "some.thing", name: "Thing", abstract: true }, {
    id: 2,
    model: "other.thing",
    name: "Other",
    abstract: false,
  }];
  const odoo = recordedOdoo({ fields: FIELDS, version: "19.0", answers: [rows] });
  assert.deepEqual(NAMES((await listModels(odoo)).models), ["other.thing"]);
});

Deno.test("a user who may not list models gets the business models that are there and readable", async () => {
  const closed = new Failure("E003", "You are not allowed to access 'Models' (ir.model) records.");
  const missing = new Failure("E005", "Cannot use helpdesk.ticket: there is no such model.");
  const denied = new Failure("E011", "Cannot read sale.order: models.deny");
  const odoo = recordedOdoo({
    fields: FIELDS,
    version: "19.0",
    answers: [closed, true, missing, closed, denied, false, true],
  });
  const tickets = await listModels(odoo, { query: "ticket" });
  assert.deepEqual(odoo.calls.slice(1).map(({ model, method }) => `${model}.${method}`), [
    "project.task.check_access_rights",
    "helpdesk.ticket.check_access_rights",
  ]);
  assert.deepEqual(tickets.models, [{ name: "project.task", label: "Task" }]);
  assert.match(tickets.notes[0]!, /only common ones were tried/);
  const quotes = await listModels(odoo, { query: "quotation" });
  assert.deepEqual(quotes.models, []);
});

Deno.test("a model is described by what one may do and the fields that matter", async () => {
  const odoo = await demoOdoo("limited");
  const { rights, fields, more } = await describeModel(odoo, { model: "res.partner" });
  assert.deepEqual(rights, { create: false, read: true, write: false, unlink: false });
  assert.ok(fields.length <= 12 && more > 0);
  assert.ok(NAMES(fields).includes("name") && NAMES(fields).includes("email"));
  assert.deepEqual(fields.find(({ name }) => name === "name"), { name: "name", label: "Name", type: "char" });
});

Deno.test("fields are found by words, or told in full by name", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: Array(12).fill(true) });
  const found = await describeModel(odoo, { model: "sale.order", query: "customer" });
  assert.equal(found.fields[0]?.name, "partner_id");
  const byValue = await describeModel(odoo, { model: "sale.order", query: "quotation" });
  assert.equal(byValue.fields[0]?.name, "state");
  const named = await describeModel(odoo, {
    model: "sale.order",
    fields: ["expected_date", "order_line"],
    include: ["fields", "relations"],
  });
  assert.deepEqual(named.fields[0], {
    name: "expected_date",
    label: "Expected Date",
    type: "datetime",
    computed: true,
    searchable: false,
    sortable: false,
    groupable: false,
    readonly: false,
    depends: ["order_line.customer_lead"],
  });
  assert.equal(named.fields[1]?.inverse, "order_id");
  assert.ok(named.relations?.some(({ model, fields }) => model === "sale.order.line" && fields.includes("order_line")));
});

Deno.test("words that fit nothing are told so, unknown fields come back with close ones", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: Array(4).fill(true) });
  const none = await describeModel(odoo, { model: "sale.order", query: "zebra" });
  assert.deepEqual(none.fields, []);
  assert.match(none.notes[0]!, /No field fits "zebra"/);
  assert.deepEqual(
    (await failureOf(describeModel(odoo, { model: "sale.order", fields: ["stat"] }))).details["closest"],
    ["state"],
  );
  assert.equal((await failureOf(describeModel(odoo, { model: "sale.order", include: ["actions"] }))).code, "E013");
});

Deno.test("rights that Odoo no longer tells are null", async () => {
  const gone = new Failure("E005", "Cannot call res.partner.check_access_rights: there is no such method.");
  const odoo = recordedOdoo({ fields: FIELDS, answers: [gone, gone, gone, gone] });
  assert.deepEqual((await describeModel(odoo, { model: "res.partner" })).rights, {
    create: null,
    read: null,
    write: null,
    unlink: null,
  });
});
