/** What an agent learns of a model it does not know, on a real Odoo: as its administrator and as ordinary users. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, connectStdio, type Tree } from "../support/server.ts";

function connect(live: LiveOdoo, user?: string, args: string[] = []): Promise<Client & AsyncDisposable> {
  const env = { ODOO_USERNAME: user ?? live.username, ODOO_PASSWORD: user ?? live.password };
  return connectStdio(["serve", "--odoo-url", live.url, "--odoo-database", live.database, ...args], { env });
}

async function done(client: Client, tool: string, args: Record<string, unknown> = {}): Promise<Tree> {
  const { isError, data, text } = await call(client, tool, args);
  assert.equal(isError, false, `${tool} ${JSON.stringify(args)}: ${text}`);
  return data;
}

const list = (tree: unknown) => (tree ?? []) as unknown as Record<string, unknown>[];
const names = (tree: unknown) => list(tree).map(({ name }) => String(name));

/** Models an agent has never seen here, and what it has to be told of each. */
const MODELS: [model: string, fields: string[]][] = [
  ["sale.order", ["name", "partner_id", "date_order", "amount_total", "state", "user_id", "order_line"]],
  ["account.move", ["name", "partner_id", "state", "payment_state", "move_type", "invoice_date", "amount_total"]],
  ["stock.picking", ["name", "partner_id", "scheduled_date", "state", "origin", "picking_type_id"]],
  ["hr.employee", ["name", "job_id", "department_id", "work_email", "parent_id"]],
  ["purchase.order", ["name", "partner_id", "state", "amount_total", "date_planned", "order_line"]],
  ["project.task", ["name", "project_id", "user_id", "stage_id", "date_deadline"]],
  ["crm.lead", ["name", "stage_id", "partner_id", "expected_revenue", "user_id"]],
  ["product.product", ["name", "default_code", "list_price", "categ_id", "qty_available"]],
  ["res.partner", ["name", "email", "phone", "city", "country_id"]],
];

liveTest("a model is described by what people see of it, in under 450 tokens", async (live, t) => {
  await using client = await connect(live);
  for (const [model, wanted] of MODELS) {
    await t.step(model, async () => {
      const { data, text } = await call(client, "describe_model", { model });
      for (const name of wanted) assert.ok(names(data.fields).includes(name), `${name} in ${names(data.fields)}`);
      const tokens = [text, JSON.stringify(data)].map((form) => encode(form).length);
      assert.ok(Math.max(...tokens) < 450, `${model}: ${tokens} tokens`);
    });
  }
});

/** Questions of an agent about fields, and the one it needs. */
const WORDS: [model: string, query: string, field: string][] = [
  ["sale.order", "delivery date", "commitment_date"],
  ["sale.order", "salesperson", "user_id"],
  ["sale.order", "customer country", "partner_id.country_id"],
  ["sale.order", "order lines product", "order_line.product_id"],
  ["stock.picking", "deadlines", "date_deadline"],
  ["account.move", "due dates", "invoice_date_due"],
  ["account.move", "unpaid amount", "amount_residual"],
  ["hr.employee", "manager", "parent_id"],
  ["purchase.order", "vendor reference", "partner_ref"],
  ["project.task", "who is it assigned to", "user_id"],
  ["product.template", "on hand", "qty_available"],
];

liveTest("fields are found by the words people use", async (live, t) => {
  await using client = await connect(live);
  for (const [model, query, field] of WORDS) {
    await t.step(`${model}: ${query}`, async () => {
      const { data, text } = await call(client, "describe_model", { model, query });
      const best = field.includes(".") ? names(data.paths) : names(data.fields).slice(0, 2);
      assert.ok(best.includes(field), `${field} in ${text}`);
      assert.ok(encode(text).length < 350, `${encode(text).length} tokens`);
    });
  }
});

liveTest("actions are told with their states, and those that run_action refuses as such", async (live) => {
  await using client = await connect(live);
  const { actions, not_allowed } = await done(client, "describe_model", { model: "sale.order", include: ["actions"] });
  const confirm = list(actions).find(({ action }) => action === "action_confirm");
  assert.deepEqual(confirm?.states, ["draft", "sent"]);
  const draft = list(actions).find(({ action }) => action === "action_draft");
  assert.deepEqual([draft?.states, draft?.hidden_if], [["cancel"], undefined]);
  assert.ok((not_allowed as unknown as string[]).includes("action_quotation_send"));
  const picking = await done(client, "describe_model", { model: "stock.picking", include: ["actions"] });
  const validate = list(picking.actions).find(({ action }) => action === "button_validate");
  assert.equal(validate?.hidden_if, "not show_validate");

  await using reader = await connect(live, undefined, ["--mode", "read-only"]);
  const read = await done(reader, "describe_model", { model: "sale.order", include: ["actions"] });
  assert.equal(list(read.actions).length, 0);
});

liveTest("search and read show the fields that describe_model puts first", async (live) => {
  await using client = await connect(live);
  const { fields } = await done(client, "describe_model", { model: "stock.picking" });
  const { columns } = await done(client, "search_records", { model: "stock.picking", limit: 1 });
  const shown = (columns as unknown as string[]).filter((name) => !["id", "display_name"].includes(name));
  assert.ok(shown.length >= 8);
  // Descriptions have one place less for each of name and lines.
  for (const name of shown.slice(0, 8)) assert.ok(names(fields).includes(name), name);
});

liveTest("a user who may see little is told so, without an error", async (live) => {
  await using client = await connect(live, "limited");
  const { rights, notes, fields } = await done(client, "describe_model", {
    model: "hr.employee",
    include: ["fields", "actions"],
  });
  assert.equal(rights!.read, false);
  assert.match(String(notes), /may not read hr\.employee/);
  assert.ok(names(fields).includes("department_id"));
  const { models, notes: found } = await done(client, "list_models", { query: "employees" });
  assert.deepEqual(list(models).slice(0, 2).map(({ name, readable }) => [name, readable]), [
    ["hr.employee", false],
    ["hr.employee.public", undefined],
  ]);
  assert.match(String(found), /hr\.employee\.public instead/);
});

liveTest("over XML-RPC, which can't carry the views of 14, the fields alone decide", async (live) => {
  await using client = await connect(live, undefined, ["--odoo-protocol", "xmlrpc"]);
  const { fields } = await done(client, "describe_model", { model: "sale.order" });
  for (const name of ["name", "partner_id", "amount_total", "state"]) assert.ok(names(fields).includes(name), name);
  const { columns } = await done(client, "search_records", { model: "sale.order", limit: 1 });
  assert.ok((columns as unknown as string[]).includes("amount_total"));
});

liveTest("models are found by business words, and closed ones are not", async (live, t) => {
  await using client = await connect(live);
  const cases: [string, string][] = [
    ["invoice", "account.move"],
    ["customers", "res.partner"],
    ["quotation", "sale.order"],
    ["delivery", "stock.picking"],
    ["employee", "hr.employee"],
    ["tasks", "project.task"],
    ["opportunity", "crm.lead"],
    ["vendor bill", "account.move"],
    ["on hand", "stock.quant"],
    ["Rechnungen", "account.move"],
    ["commande fournisseur", "purchase.order"],
  ];
  for (const [query, model] of cases) {
    await t.step(query, async () => {
      assert.equal(names((await done(client, "list_models", { query })).models)[0], model);
    });
  }
  await using closed = await connect(live, undefined, ["--models-deny", "account.*"]);
  const { models } = await done(closed, "list_models", { query: "account", limit: 100 });
  assert.deepEqual(names(models).filter((name) => name.startsWith("account.")), []);
});

liveTest("the context fits into 300 tokens for every user and names the apps", async (live) => {
  for (const user of [undefined, "demo", "limited"]) {
    await using client = await connect(live, user);
    const { data, text } = await call(client, "get_context");
    const tokens = [text, JSON.stringify(data)].map((form) => encode(form).length);
    assert.ok(Math.max(...tokens) < 300, `${user}: ${tokens} tokens`);
    assert.equal(data.currency as unknown, "USD");
    for (const app of ["sale", "stock", "account", "crm", "project"]) {
      assert.ok((data.apps as unknown as string[]).includes(app), app);
    }
    assert.match(String(data.now), /^\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d$/);
  }
});
