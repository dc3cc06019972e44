/** Values checked against a real Odoo before they are sent. */
import assert from "node:assert/strict";
import { checkValues, createRecords, updateRecords } from "../../src/change/mod.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { agreeing } from "../change/company.ts";
import { failureOf } from "../odoo/calls.ts";
import { liveTest } from "../support/live.ts";
import { connectLive } from "../support/live_connection.ts";

async function problemsOf(odoo: Odoo, model: string, values: JsonObject): Promise<JsonObject[]> {
  const failure = await failureOf(checkValues(odoo, model, values, "create"));
  assert.equal(failure.code, "E004", failure.message);
  return failure.details["problems"] as JsonObject[];
}

liveTest("required fields without a default are named all at once, and nothing is sent", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const failure = await failureOf(
    createRecords(main.odoo, { model: "account.journal", values: { name: "x" } }, agreeing()),
  );
  assert.equal(failure.code, "E004");
  assert.deepEqual((failure.details["problems"] as JsonObject[]).map(({ at }) => at).sort(), ["code", "type"]);
  assert.deepEqual(main.changes(), []);
});

liveTest("records of Odoo's everyday models are not refused for what Odoo fills in by itself", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const pass: [string, JsonObject][] = [
    ["res.partner", { name: "x" }],
    ["sale.order", { partner_id: 14 }],
    ["purchase.order", { partner_id: 14 }],
    ["crm.lead", { name: "x" }],
    ["product.template", { name: "x" }],
    ["product.product", { name: "x" }],
    ["account.move", { move_type: "out_invoice", partner_id: 14 }],
    ["project.task", { name: "x" }],
    ["project.project", { name: "x" }],
    ["hr.employee", { name: "x" }],
    ["calendar.event", { name: "x", start: "2026-11-21T10:00", stop: "2026-11-21T11:00" }],
    ["account.payment", { partner_id: 14, amount: 1 }],
    ["res.partner.category", { name: "x" }],
    ["mail.activity", { res_id: 14, res_model_id: 1, activity_type_id: 4 }],
  ];
  const known: string[] = [];
  for (const [model, values] of pass) {
    const fields = await odoo.fields(model).catch(() => null);
    if (fields === null) continue;
    known.push(model);
    await checkValues(odoo, model, values, "create");
  }
  assert.ok(known.includes("sale.order") && known.length > 5, known.join(" "));
});

liveTest("what passes the check is really created", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const made: [string, JsonObject][] = [
    ["purchase.order", { partner_id: 14 }],
    ["product.product", { name: "Values test" }],
    ["account.move", { move_type: "out_invoice", partner_id: 14 }],
    ["project.task", { name: "Values test" }],
    ["hr.employee", { name: "Values test" }],
  ];
  for (const [model, values] of made) {
    if (await odoo.fields(model).catch(() => null) === null) continue;
    const { ids } = await createRecords(odoo, { model, values }, agreeing());
    main.keep(model, ids);
    assert.equal(ids.length, 1, model);
  }
});

liveTest("names are resolved in lines too; several are told with what tells them apart", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const twins = [{ name: "Values Twin", city: "Ghent" }, { name: "Values Twin", email: "twin@example.com" }];
  const { ids } = await createRecords(odoo, { model: "res.partner", values: twins }, agreeing());
  main.keep("res.partner", ids);
  const lines = { create: [{ product_id: "FURN_7777", product_uom: "Dozens" }, { product_id: "no such thing" }] };
  const found = await problemsOf(odoo, "sale.order", { partner_id: "Values Twin", order_line: lines });
  assert.deepEqual(found.map(({ at }) => at), ["partner_id", "order_line.create[1].product_id"]);
  assert.match(String(found[0]?.["reason"]), /Ghent.*twin@example\.com/);
  const checked = await checkValues(odoo, "sale.order", {
    partner_id: 14,
    order_line: { create: [{ product_id: "FURN_7777", product_uom: "Dozens" }] },
  }, "create");
  const [[, , line]] = checked["order_line"] as [[number, number, JsonObject]];
  assert.ok(Number.isInteger(line["product_id"]) && Number.isInteger(line["product_uom"]));
});

liveTest("a status is refused with its actions, a stage is data, and a setting opens a status", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const refuse = async (model: string, values: JsonObject) =>
    (await failureOf(checkValues(odoo, model, values, "update"))).hint;
  assert.match(await refuse("sale.order", { state: "sale" }), /action_confirm/);
  assert.match(await refuse("purchase.order", { state: "purchase" }), /button_confirm/);
  assert.match(await refuse("account.move", { state: "posted" }), /action_post/);
  assert.match(await refuse("account.payment", { state: "posted" }), /action_post/);
  assert.match(await refuse("stock.picking", { state: "done" }), /button_validate/);
  const [stage] = await odoo.call("crm.stage", "search", { params: { domain: [], limit: 1 } }) as number[];
  assert.deepEqual(await checkValues(odoo, "crm.lead", { stage_id: stage }, "update"), { stage_id: stage });
  assert.deepEqual(
    await checkValues(odoo, "sale.order", { state: "Quotation Sent" }, "update", { writeStatus: true }),
    {
      state: "sent",
    },
  );
});

liveTest("a company that is named is where the record lands, and the answer says so", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const { companies, company } = await odoo.user();
  const other = companies.find(({ id }) => id !== company.id);
  if (other === undefined) return;
  const asked = await createRecords(
    odoo,
    { model: "crm.lead", values: { name: "Values company" }, company: other.name },
    agreeing(),
  );
  main.keep("crm.lead", asked.ids);
  assert.deepEqual(asked.company, other);
  const own = await createRecords(odoo, { model: "crm.lead", values: { name: "Values company" } }, agreeing());
  main.keep("crm.lead", own.ids);
  assert.deepEqual(own.company, company);
  const read = (ids: number[]) => odoo.call("crm.lead", "read", { ids, params: { fields: ["company_id"] } });
  const [landed] = await read(asked.ids) as JsonObject[];
  const [stayed] = await read(own.ids) as JsonObject[];
  assert.deepEqual((landed?.["company_id"] as [number])[0], other.id);
  assert.deepEqual((stayed?.["company_id"] as [number])[0], company.id);
  const strict = await failureOf(
    updateRecords(odoo, { model: "crm.lead", ids: own.ids, values: { name: "y" }, company: other.id }, agreeing()),
  );
  assert.equal(strict.code, "E003", "records of another company are out of reach");
});
