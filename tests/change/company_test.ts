import assert from "node:assert/strict";
import { createRecords, deleteRecords, runBatch, updateRecords } from "../../src/change/mod.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Odoo, Wrap } from "../../src/odoo/mod.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

const COMPANIES = [{ id: 1, name: "Northwind" }, { id: 2, name: "Second Company" }];

/** The demo company, told that its user has two. */
async function two(): Promise<Awaited<ReturnType<typeof company>>> {
  const wrap: Wrap = (next) => (call, signal) => next({ ...call, context: {} }, signal);
  const one = await company({ wrap });
  const user = { ...await one.odoo.user(), company: COMPANIES[0]!, companies: COMPANIES };
  const odoo: Odoo = { ...one.odoo, user: () => Promise.resolve(user) };
  return { ...one, odoo };
}

const TAG = { model: "res.partner.category", values: { name: "x" } };

function allowed(sent: { method: string; context: JsonObject }[], method: string) {
  return sent.filter((call) => call.method === method).map(({ context }) => context["allowed_company_ids"]);
}

Deno.test("a company asked for is the only one allowed, in every call, and stands in the answer", async () => {
  for (const wanted of ["Second Company", "second company", 2, "2"]) {
    const { odoo, sent } = await two();
    const answer = await createRecords(odoo, { ...TAG, company: wanted }, agreeing());
    assert.deepEqual(answer.company, COMPANIES[1]);
    assert.deepEqual(allowed(sent, "create"), [[2]]);
    assert.deepEqual(allowed(sent, "read"), [[2]]);
  }
});

Deno.test("without one the user's own company is used, and told when there are several", async () => {
  const { odoo } = await two();
  const answer = await createRecords(odoo, TAG, agreeing());
  assert.deepEqual(answer.company, COMPANIES[0]);
  const single = await company();
  assert.equal((await createRecords(single.odoo, TAG, agreeing())).company, undefined);
});

Deno.test("a company the user has not is refused with those they have, before anything is sent", async () => {
  const { odoo, sent } = await two();
  for (
    const run of [
      createRecords(odoo, { ...TAG, company: "Third" }, agreeing()),
      updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 1 }, company: 3 }, agreeing()),
      deleteRecords(odoo, { model: "res.partner", ids: [7], company: "" }, agreeing()),
    ]
  ) {
    const failure = await failureOf(run);
    assert.equal(failure.code, "E004");
    assert.deepEqual(failure.details["candidates"], COMPANIES);
  }
  assert.deepEqual(sent, []);
});

Deno.test("values that name a company are created in it, with its defaults", async () => {
  const { odoo, sent } = await two();
  // The demo company has no second one, and says so after it was asked.
  await failureOf(createRecords(odoo, { model: "res.partner", values: { name: "x", company_id: 2 } }, agreeing()));
  assert.deepEqual(allowed(sent, "create"), [[2, 1]]);
});

Deno.test("values of another company than the one asked for are refused", async () => {
  const { odoo, changes } = await two();
  const request = { model: "res.partner", values: { name: "x", company_id: 1 }, company: 2 };
  const failure = await failureOf(createRecords(odoo, request, agreeing()));
  assert.equal(failure.code, "E004");
  assert.match(failure.message, /it is company #1, and company is Second Company #2/);
  assert.deepEqual(changes(), []);
});

Deno.test("a batch works in the company asked for, and creates in those its values name", async () => {
  const { odoo, sent } = await two();
  const create = (values: Record<string, unknown>) => ({ op: "create" as const, model: TAG.model, values });
  const operations = [create({ name: "x" }), {
    op: "update" as const,
    model: "res.partner",
    ids: [7],
    values: { color: 1 },
  }];
  const answer = await runBatch(odoo, { operations, on_error: "stop", company: 2 }, agreeing());
  assert.deepEqual(answer.company, COMPANIES[1]);
  assert.deepEqual([...allowed(sent, "create"), ...allowed(sent, "write")], [[2], [2]]);
  sent.length = 0;
  const partner = (company_id: number) => ({
    op: "create" as const,
    model: "res.partner",
    values: { name: "x", company_id },
  });
  await runBatch(odoo, { operations: [partner(2), partner(1)], on_error: "continue" }, agreeing());
  assert.deepEqual(allowed(sent, "create"), [[2, 1], [1]]);
  const strange = await failureOf(
    runBatch(odoo, { operations: [partner(1), partner(2)], on_error: "stop", company: 2 }, agreeing()),
  );
  assert.match(strange.message, /operations\[0\]\.values\.company_id: it is company #1, and company is Second Company/);
});
