import assert from "node:assert/strict";
import { type ChangeOptions, createRecords, deleteRecords, type DryRun, updateRecords } from "../../src/change/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Odoo, Wrap } from "../../src/odoo/mod.ts";
import { broken, failureOf } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

const ORDER = {
  partner_id: "Brightwater Cycles",
  client_order_ref: "PO 7",
  order_line: { create: [{ product_id: "Oak Desk 160", product_uom_qty: 3 }] },
};

/** Options of a dry run; a confirmation would be a mistake. */
function dry(guardedRows = 20): ChangeOptions {
  return {
    ...agreeing(guardedRows),
    dryRun: true,
    confirm: () => Promise.reject(new Error("a dry run confirms nothing")),
  };
}

function asDryRun(answer: object): DryRun {
  assert.ok("dry_run" in answer && answer.dry_run === true);
  return answer as DryRun;
}

Deno.test("a create is tried without sending it: values with names, and what Odoo fills in by default", async () => {
  const { odoo, changes } = await company();
  const answer = asDryRun(await createRecords(odoo, { model: "sale.order", values: ORDER }, dry()));
  assert.equal(answer.possible, true);
  assert.equal(answer.would, "create 1 record of sale.order");
  const [order] = answer.records;
  assert.deepEqual(order?.["values"], {
    partner_id: { id: 7, name: "Brightwater Cycles" },
    client_order_ref: "PO 7",
    order_line: { create: [{ product_id: { id: 1, name: "[DESK-OAK] Oak Desk 160" }, product_uom_qty: 3 }] },
  });
  const filled = order?.["filled"] as JsonObject;
  assert.equal(filled["state"], "draft");
  assert.equal(filled["name"], undefined, "a number is drawn when the record is made, not before");
  assert.ok(answer.notes?.some((note) => /number \(name\) is drawn/.test(note)));
  assert.ok(answer.notes?.some((note) => /form could not be asked/.test(note)), "the demo company has no onchange");
  assert.deepEqual(changes(), []);
});

Deno.test("a dry run tells all that is refused, with the candidates, and offers no plan", async () => {
  const { odoo, changes } = await company();
  const values = [{ partner_id: "Brightwater Cycl" }, { client_order_ref: "x" }, { nam: 1, partner_id: 7 }];
  const answer = asDryRun(await createRecords(odoo, { model: "sale.order", values }, dry(2)));
  assert.equal(answer.possible, false);
  assert.equal(answer.would, "create 3 records of sale.order");
  assert.deepEqual(answer.refused?.map(({ at }) => at), [
    "values[0].partner_id",
    "values[2].nam",
    "values[1].partner_id",
  ]);
  assert.ok(Array.isArray(answer.refused?.[0]?.["candidates"]));
  assert.equal(answer.plan, undefined);
  assert.deepEqual(changes(), []);
});

Deno.test("a dry run that needs a confirmation offers the plan and its token", async () => {
  const { odoo, changes } = await company();
  const values = [{ name: "A" }, { name: "B" }, { name: "C" }];
  const create = asDryRun(await createRecords(odoo, { model: "res.partner", values }, dry(2)));
  assert.deepEqual([create.plan, create.needs_confirmation], [
    "plan token",
    ["create 3 records of res.partner, all or none"],
  ]);
  const update = asDryRun(
    await updateRecords(odoo, { model: "res.partner", ids: [7], values: { child_ids: { remove: [8] } } }, dry()),
  );
  assert.equal(update.plan, "plan token");
  assert.ok(update.needs_confirmation?.includes("lines of child_ids may be deleted by this"));
  const plain = asDryRun(await updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 1 } }, dry()));
  assert.equal(plain.plan, undefined);
  assert.deepEqual(changes(), []);
});

Deno.test("an update shows each field before and after by name, and says when nothing would change", async () => {
  const { odoo, changes } = await company();
  const request = {
    model: "res.partner",
    ids: [7],
    values: { country_id: "United Kingdom", city: "Ghent", phone: null },
  };
  const answer = asDryRun(await updateRecords(odoo, request, dry()));
  const [partner] = answer.records;
  const changed = partner?.["changed"] as Record<string, { before: unknown; after: unknown }>;
  assert.deepEqual((changed["country_id"]?.before as JsonObject)["name"], "Belgium");
  assert.deepEqual((changed["country_id"]?.after as JsonObject)["name"], "United Kingdom");
  assert.equal(changed["city"], undefined, "it is Ghent already");
  assert.equal(changed["phone"]?.after, null);
  const same = asDryRun(await updateRecords(odoo, { ...request, values: { city: "Ghent" } }, dry()));
  assert.ok(same.notes?.some((note) => /Nothing would change/.test(note)));
  assert.deepEqual(changes(), []);
});

Deno.test("lines are shown as they are and as they would be, tags by their names", async () => {
  const { odoo, changes } = await company();
  const values = { category_id: { add: ["Retail"] }, child_ids: { update: [{ id: 8, phone: "1" }], remove: [8] } };
  const failure = await failureOf(
    updateRecords(
      odoo,
      { model: "res.partner", ids: [7], values: { child_ids: { update: [{ id: 99, name: "x" }] } } },
      dry(),
    ),
  );
  assert.match(failure.message, /child_ids has no line #99/);
  const answer = asDryRun(await updateRecords(odoo, { model: "res.partner", ids: [7], values }, dry()));
  const changed = answer.records[0]?.["changed"] as Record<string, { before: unknown; after: JsonObject }>;
  assert.ok(Array.isArray(changed["category_id"]?.before));
  assert.deepEqual(Object.keys(changed["child_ids"]!.after).sort(), ["remove", "update"]);
  const [line] = answer.lines_before?.["child_ids"] as JsonObject[];
  assert.equal(line?.["id"], 8);
  assert.ok("phone" in line!);
  assert.deepEqual(changes(), []);
});

Deno.test("a delete tells what hangs on the records; without ondelete, that it may go along or block", async () => {
  const { odoo, changes } = await company();
  const { ids } = await createRecords(odoo, { model: "sale.order", values: ORDER }, agreeing());
  const before = changes().length;
  const answer = asDryRun(await deleteRecords(odoo, { model: "sale.order", ids }, dry()));
  assert.equal(answer.would, "delete 1 record of sale.order");
  assert.deepEqual(answer.goes_or_blocks, [{ model: "sale.order.line", field: "order_id", count: 1 }]);
  assert.ok(answer.notes?.some((note) => /not told to this user/.test(note)));
  assert.equal(answer.plan, "plan token");
  assert.equal(changes().length, before);
  const options = agreeing();
  await deleteRecords(odoo, { model: "sale.order", ids }, options);
  assert.match(options.plans[0]!.lines.join("\n"), /1 record of sale.order.line \(order_id\)/);
});

Deno.test("a delete tells what cascades, what blocks, and what could not be counted", async () => {
  const relations: Wrap = (next) => async (call, signal) => {
    if (call.model !== "ir.model.fields") return await next(call, signal);
    assert.deepEqual([call.origin, call.cache], ["server", "schema"]);
    return [
      { model: "res.partner", name: "parent_id", on_delete: "cascade" },
      { model: "sale.order", name: "partner_id", on_delete: "restrict" },
      { model: "abstract.thing", name: "partner_id", on_delete: "restrict" },
    ];
  };
  const { odoo } = await company({ wrap: relations });
  const answer = asDryRun(await deleteRecords(odoo, { model: "res.partner", ids: [7] }, dry()));
  assert.deepEqual(answer.goes_with_it?.map(({ model, field }) => `${model}.${field}`), ["res.partner.parent_id"]);
  assert.deepEqual(answer.blocked_by?.map(({ model, field }) => `${model}.${field}`), ["sale.order.partner_id"]);
  assert.deepEqual([answer.possible, answer.plan], [false, undefined], "what Odoo will refuse needs no plan");
  assert.ok(answer.notes?.some((note) => /Could not be counted: abstract.thing/.test(note)));
});

Deno.test("missing rights are told, and then no plan is offered", async () => {
  const { odoo } = await company({ login: "limited" });
  const answer = asDryRun(await createRecords(odoo, { model: "res.partner", values: { name: "x" } }, dry()));
  assert.deepEqual([answer.possible, answer.missing_rights], [false, ["create res.partner"]]);
  const gone = asDryRun(await deleteRecords(odoo, { model: "res.partner", ids: [7] }, dry()));
  assert.deepEqual([gone.possible, gone.missing_rights, gone.plan], [false, ["unlink res.partner"], undefined]);
});

Deno.test("a record rule against these records is told before Odoo refuses them", async () => {
  const rule: Wrap = (next) => (call, signal) =>
    call.method === "check_access_rule"
      ? Promise.reject(new Failure("E003", "Due to security restrictions: Contact: own only"))
      : next(call, signal);
  const { odoo } = await company({ wrap: rule });
  const request = { model: "res.partner", ids: [7], values: { color: 1 } };
  const answer = asDryRun(await updateRecords(odoo, request, dry()));
  assert.equal(answer.possible, false);
  assert.deepEqual(answer.missing_rights, ["write res.partner: Due to security restrictions: Contact: own only"]);
  const later: Odoo = {
    ...odoo,
    version: () => Promise.resolve({ text: "19.0", major: 19, minor: 0, edition: "community" }),
    call: (model, method, options) =>
      method === "has_access" ? Promise.resolve(false) : odoo.call(model, method, options),
  };
  assert.match(
    asDryRun(await updateRecords(later, request, dry())).missing_rights![0]!,
    /a record rule of Odoo refuses/,
  );
});

Deno.test("a dry run shows the first records of many, and says how many there are", async () => {
  const { odoo } = await company();
  const values = Array.from({ length: 50 }, (_, index) => ({ name: `P${index}` }));
  const answer = asDryRun(await createRecords(odoo, { model: "res.partner", values }, dry()));
  assert.deepEqual([answer.records.length, answer.more, answer.would], [20, 30, "create 50 records of res.partner"]);
  assert.ok(answer.notes?.some((note) => /first 3 records/.test(note)));
});

Deno.test("a broken line in a dry run is that failure, and nothing is uncertain about it", async () => {
  const wrap: Wrap = (next) => (call, signal) => call.method === "read" ? Promise.reject(broken) : next(call, signal);
  const { odoo, changes } = await company({ wrap });
  const failure = await failureOf(updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 1 } }, dry()));
  assert.notEqual(failure.code, "E009");
  assert.deepEqual(changes(), []);
});
