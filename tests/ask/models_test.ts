import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { listModels } from "../../src/ask/models.ts";
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
    ["the customers", "res.partner"],
    ["Angebote", "sale.order"],
    ["opportunités", "crm.lead"],
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
    answers: [closed, true, missing, closed, denied, false, missing],
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

Deno.test("words that no model fits all of find those that fit some, and the answer says so", async () => {
  const { models, notes } = await listModels(await demoOdoo(), { query: "quotation zebra" });
  assert.equal(models[0]?.name, "sale.order");
  assert.match(notes[0]!, /fit some/);
});

Deno.test("a model that the user may not read is marked, with what to read instead", async () => {
  const rows = ["hr.employee", "hr.employee.public"].map((model, id) => ({ id, model, name: "Employee" }));
  const odoo = recordedOdoo({ fields: FIELDS, answers: [rows, false, true] });
  const { models, notes } = await listModels(odoo, { query: "employees" });
  assert.deepEqual(models, [
    { name: "hr.employee", label: "Employee", readable: false },
    { name: "hr.employee.public", label: "Employee" },
  ]);
  assert.deepEqual(notes, ["Use hr.employee.public instead of hr.employee."]);
});
