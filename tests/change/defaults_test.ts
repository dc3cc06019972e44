import assert from "node:assert/strict";
import { createRecords, updateRecords } from "../../src/change/mod.ts";
import { missingRequired } from "../../src/change/defaults.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Wrap } from "../../src/odoo/mod.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

const create = (odoo: Parameters<typeof createRecords>[0], values: JsonObject | JsonObject[], model = "sale.order") =>
  createRecords(odoo, { model, values }, agreeing());

/** Answers one method by itself. */
function answering(method: string, answer: (params: JsonObject) => JsonObject): Wrap {
  return (next) => (call, signal) => call.method === method ? Promise.resolve(answer(call.params)) : next(call, signal);
}

const emptyForm = answering("onchange", () => ({ value: {} }));

Deno.test("required fields that nothing fills in are named all at once, for each record, before anything is sent", async () => {
  const { odoo, changes } = await company({ wrap: emptyForm });
  const failure = await failureOf(create(odoo, [{ client_order_ref: "a" }, { client_order_ref: "b" }]));
  assert.equal(failure.code, "E004");
  const problems = failure.details["problems"] as JsonObject[];
  assert.deepEqual(problems.map(({ at }) => at), ["values[0].partner_id", "values[1].partner_id"]);
  assert.match(failure.message, /Customer is required, and Odoo has no default for it/);
  assert.deepEqual(changes(), []);
});

Deno.test("what has a default, is computed, or is known to be filled by create is not missed", async () => {
  const { odoo } = await company();
  const names = async (model: string, given: string[]) =>
    (await missingRequired(odoo, model, given)).map(({ name }) => name);
  assert.deepEqual(await names("sale.order", ["partner_id"]), []);
  assert.deepEqual(await names("sale.order", []), ["partner_id"]);
  assert.ok(!(await names("product.product", ["name"])).includes("product_tmpl_id"), "it is created along");
});

Deno.test("what Odoo's form would fill in is not missed", async () => {
  const form = answering("onchange", () => ({ value: { partner_id: [7, "Brightwater Cycles"] } }));
  const { odoo, changes } = await company({ wrap: form });
  await failureOf(create(odoo, { client_order_ref: "a" }));
  assert.deepEqual(changes(), ["create"], "Odoo decides");
});

Deno.test("where the form can't be asked, Odoo decides", async () => {
  const { odoo, changes } = await company();
  await failureOf(create(odoo, { client_order_ref: "a" }));
  assert.deepEqual(changes(), ["create"]);
});

Deno.test("a default that appeared since the defaults were cached counts", async () => {
  let asked = 0;
  const wrap: Wrap = (next) => async (call, signal) => {
    if (call.method !== "default_get") return await next(call, signal);
    asked++;
    return call.cache === "schema"
      ? {}
      : { partner_id: 7, name: "New", date_order: "2026-11-21 10:00:00", company_id: 1 };
  };
  const { odoo } = await company({ wrap });
  await missingRequired(odoo, "sale.order", ["partner_id", "name"]);
  assert.equal(asked, 2);
});

Deno.test("missing fields are told together with bad values, but not those that were meant", async () => {
  const { odoo } = await company();
  const failure = await failureOf(create(odoo, { client_order_ref: 5 }));
  const places = (one: Failure) => (one.details["problems"] as JsonObject[]).map(({ at }) => at);
  assert.deepEqual(places(failure), ["client_order_ref", "partner_id"]);
  assert.deepEqual(places(await failureOf(create(odoo, { partner: 7 }))), ["partner"]);
});

Deno.test("a required field can't be emptied: numbers and booleans can", async () => {
  const { odoo, changes } = await company();
  const failure = await failureOf(create(odoo, { partner_id: null }));
  assert.match(failure.message, /partner_id: it is required/);
  const order = { model: "sale.order", ids: [1], values: { partner_id: null } };
  assert.match((await failureOf(updateRecords(odoo, order, agreeing()))).message, /partner_id: it is required/);
  assert.deepEqual(changes(), []);
});

Deno.test("when Odoo misses one field, all that are missing are told, those of lines too", async () => {
  const text = "The operation cannot be completed: a mandatory field is not set.\n\nField: Street (street)";
  let refusal = text;
  const wrap: Wrap = (next) => async (call, signal) => {
    if (call.method === "create") throw new Failure("E004", refusal);
    const answer = await next(call, signal);
    if (call.method !== "fields_get" || call.model !== "res.partner") return answer;
    const fields = answer as Record<string, JsonObject>;
    return { ...fields, street: { ...fields["street"], required: true }, city: { ...fields["city"], required: true } };
  };
  const { odoo } = await company({ wrap });
  const values = { name: "x", child_ids: { create: [{ name: "y", city: "Ghent" }] } };
  const failure = await failureOf(create(odoo, values, "res.partner"));
  assert.equal(failure.message, text, "Odoo's own words stay");
  assert.deepEqual(failure.details["missing"], ["street", "city", "child_ids.street"]);
  assert.match(failure.hint, /not given: street, city, child_ids.street/);
  refusal = "The name must be unique";
  assert.equal((await failureOf(create(odoo, values, "res.partner"))).details["missing"], undefined);
});
