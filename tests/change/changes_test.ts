import assert from "node:assert/strict";
import { archiveRecords, createRecords, deleteRecords, updateRecords } from "../../src/change/mod.ts";
import type { Failure } from "../../src/lib/failure.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Wrap } from "../../src/odoo/mod.ts";
import { failureOf, refused } from "../odoo/calls.ts";
import { agreeing, company, Declined, declining } from "./company.ts";

const ORDER = {
  partner_id: "Brightwater Cycles",
  order_line: { create: [{ product_id: "Oak Desk 160", product_uom_qty: 3 }, { product_id: 5 }] },
};

Deno.test("a create with nested lines is one create, one read and one of its lines, and tells what Odoo filled in", async () => {
  const { odoo, sent, changes } = await company();
  const options = agreeing();
  const answer = await createRecords(odoo, { model: "sale.order", values: ORDER }, options);
  const [order] = answer.records;
  assert.equal(answer.ids.length, 1);
  assert.equal(order?.id, answer.ids[0]);
  assert.match(order?.display_name ?? "", /^S\d{5}$/);
  assert.equal(order?.url, undefined, "the demo has no web client");
  assert.equal(order?.filled["state"], "draft");
  assert.equal(order?.filled["amount_untaxed"], 3 * 640 + 285);
  assert.deepEqual(order?.filled["partner_invoice_id"], { id: 7, name: "Brightwater Cycles" });
  assert.match(String(order?.filled["date_order"]), /^2026-11-21T10:00:\d\d\+01:00$/);
  assert.equal(order?.differs, undefined);
  assert.deepEqual(changes(), ["create"]);
  const asked = sent.filter(({ cache }) => cache !== "schema").map(({ method }) => method);
  assert.deepEqual(asked, ["name_search", "name_search", "create", "read", "search_read"]);
  assert.deepEqual(order?.lines?.["order_line"]?.columns, [
    "id",
    "product_id",
    "product_uom_qty",
    "price_unit",
    "discount",
    "price_subtotal",
  ]);
  assert.deepEqual(order?.lines?.["order_line"]?.rows.map((row) => row.slice(2)), [
    [3, 640, 0, 1920],
    [1, 285, 0, 285],
  ]);
  assert.deepEqual(options.plans, []);
});

Deno.test("a list is created in one call, in order; one bad value keeps all of it from being sent", async () => {
  const { odoo, changes } = await company();
  const answer = await createRecords(
    odoo,
    { model: "res.partner", values: [{ name: "A" }, { name: "B" }] },
    agreeing(),
  );
  assert.deepEqual(answer.records.map(({ display_name }) => display_name), ["A", "B"]);
  assert.deepEqual(changes(), ["create"]);
  const failure = await failureOf(
    createRecords(odoo, { model: "res.partner", values: [{ name: "A" }, { name: 5 }, { nam: "B" }] }, agreeing()),
  );
  assert.equal(failure.code, "E004");
  assert.match(failure.message, /values\[1\]\.name: .*values\[2\]\.nam: /);
  assert.deepEqual(changes(), ["create"]);
});

Deno.test("where Odoo keeps another value than was sent, the answer says so", async () => {
  const line = (next: Parameters<Wrap>[0]): ReturnType<Wrap> => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.method !== "read" || !Array.isArray(answer)) return answer;
    return answer.map((row) => ({ ...row as object, expected_revenue: 12.35 }));
  };
  const { odoo } = await company({ wrap: line });
  const answer = await createRecords(
    odoo,
    { model: "crm.lead", values: { name: "x", expected_revenue: 12.3456 } },
    agreeing(),
  );
  assert.deepEqual(answer.records[0]?.differs, [{ field: "expected_revenue", sent: 12.3456, kept: 12.35 }]);
});

Deno.test("more than guardedRows records need a confirmation; declined, nothing is sent", async () => {
  const { odoo, changes } = await company();
  const values = [{ name: "A" }, { name: "B" }, { name: "C" }];
  const declined = declining(2);
  await assert.rejects(createRecords(odoo, { model: "res.partner", values }, declined), Declined);
  assert.deepEqual(declined.plans.map(({ effect, summary }) => [effect, summary]), [
    ["write-many", "create 3 records of res.partner"],
  ]);
  await assert.rejects(
    updateRecords(odoo, { model: "res.partner", ids: [7, 8, 10], values: { color: 1 } }, declined),
    Declined,
  );
  assert.deepEqual(changes(), []);
  await createRecords(odoo, { model: "res.partner", values: values.slice(0, 2) }, declined);
  assert.deepEqual(changes(), ["create"]);
});

Deno.test("a record without a name can be created and deleted", async () => {
  const nameless: Wrap = (next) => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.method !== "read" || !Array.isArray(answer)) return answer;
    return answer.map((row) => ({ ...row as object, display_name: false }));
  };
  const { odoo } = await company({ wrap: nameless });
  const { records, ids } = await createRecords(
    odoo,
    { model: "res.partner", values: { type: "contact", name: "x" } },
    agreeing(),
  );
  assert.equal(records[0]?.display_name, null);
  const options = agreeing();
  const gone = await deleteRecords(odoo, { model: "res.partner", ids }, options);
  assert.deepEqual(gone.deleted, [{ id: ids[0], display_name: null }]);
  assert.equal(options.plans[0]?.lines[0], `delete #${ids[0]}`);
});

Deno.test("an update tells each field before and after, and the totals that moved with it", async () => {
  const { odoo, sent } = await company();
  const { ids } = await createRecords(odoo, { model: "sale.order", values: ORDER }, agreeing());
  const lines = (await odoo.call("sale.order", "read", { ids, params: { fields: ["order_line"] } })) as [
    { order_line: number[] },
  ];
  sent.length = 0;
  const values = {
    client_order_ref: "PO 7",
    commitment_date: "2026-12-01T10:00",
    order_line: { update: [{ id: lines[0].order_line[0], product_uom_qty: 4 }] },
  };
  const { records, lines_before } = await updateRecords(odoo, { model: "sale.order", ids, values }, agreeing());
  const [line] = lines_before?.["order_line"] as JsonObject[];
  assert.deepEqual([line?.["id"], line?.["product_uom_qty"]], [lines[0].order_line[0], 3]);
  assert.deepEqual(records[0]?.changed, {
    client_order_ref: { before: null, after: "PO 7" },
    commitment_date: { before: null, after: "2026-12-01T10:00:00+01:00" },
  });
  assert.deepEqual(records[0]?.also_changed?.["amount_untaxed"], { before: 2205, after: 2845 });
  assert.equal(records[0]?.differs, undefined);
  assert.deepEqual(sent.map(({ method }) => method), ["read", "read", "write", "read", "search_read"]);
  assert.ok(sent.every(({ method, cache }) => method === "write" || cache === "never"), "reads pass by every cache");
});

Deno.test("an update of a record that does not exist is E005, and nothing is written", async () => {
  const { odoo, changes } = await company();
  const failure = await failureOf(
    updateRecords(odoo, { model: "res.partner", ids: [7, 99999, 8, 88888], values: { color: 1 } }, agreeing()),
  );
  assert.equal(failure.code, "E005");
  assert.deepEqual(failure.details["missing"], [99999, 88888]);
  assert.deepEqual(changes(), []);
});

Deno.test("ids are checked: none, bad, too many; one that is named twice counts once", async () => {
  const { odoo, sent, changes } = await company();
  const update = (ids: number[]) =>
    updateRecords(odoo, { model: "res.partner", ids, values: { color: 1 } }, agreeing());
  assert.equal((await failureOf(update([]))).code, "E004");
  assert.equal((await failureOf(update([0]))).code, "E004");
  assert.equal((await failureOf(update([1.5]))).code, "E004");
  assert.equal((await failureOf(update([2 ** 31]))).code, "E004");
  assert.equal((await failureOf(update(Array.from({ length: 1001 }, (_, i) => i + 1)))).code, "E012");
  assert.equal(sent.length, 0);
  await update([7, 7]);
  assert.deepEqual(sent.find(({ method }) => method === "write")?.ids, [7]);
  assert.deepEqual(changes(), ["write"]);
});

Deno.test("an update without values is refused", async () => {
  const { odoo } = await company();
  const failure = await failureOf(updateRecords(odoo, { model: "res.partner", ids: [7], values: {} }, agreeing()));
  assert.equal(failure.code, "E004");
});

Deno.test("lines of other records are not changed through this one", async () => {
  const { odoo, changes } = await company();
  for (const child_ids of [{ update: [{ id: 11, name: "x" }] }, [[2, 11]]]) {
    const failure = await failureOf(
      updateRecords(odoo, { model: "res.partner", ids: [7], values: { child_ids } }, agreeing()),
    );
    assert.match(failure.message, /child_ids has no line #11/);
    assert.equal(failure.code, "E004");
  }
  assert.deepEqual(changes(), []);
});

Deno.test("an update that may delete lines needs a confirmation", async () => {
  const { odoo, changes } = await company();
  for (const child_ids of [[[2, 8]], { remove: [8] }, { set: [9] }, [9], [], null]) {
    const options = declining();
    await assert.rejects(
      updateRecords(odoo, { model: "res.partner", ids: [7], values: { child_ids } }, options),
      Declined,
      JSON.stringify(child_ids),
    );
    assert.equal(options.plans[0]?.effect, "delete");
    assert.match(options.plans[0]?.lines.join("\n") ?? "", /lines of child_ids may be deleted/);
  }
  assert.deepEqual(changes(), []);
  await updateRecords(
    odoo,
    { model: "res.partner", ids: [7], values: { category_id: [2], child_ids: { add: [8] } } },
    declining(),
  );
  assert.deepEqual(changes(), ["write"]);
});

Deno.test("a status that is refused comes with the way there from the status there is", async () => {
  const { odoo, changes } = await company();
  const hintFor = async (values: JsonObject, state: string): Promise<Failure> => {
    const found = await odoo.call("sale.order", "search", { params: { domain: [["state", "=", state]], limit: 2 } });
    return await failureOf(updateRecords(odoo, { model: "sale.order", ids: found as number[], values }, agreeing()));
  };
  const failure = await hintFor({ state: "draft" }, "sale");
  assert.equal(failure.hint, "Use run_action: action_cancel, then action_draft.");
  assert.ok(!JSON.stringify(failure.details).includes("run_action"), "it is told once");
  assert.equal((await hintFor({ state: "cancel" }, "draft")).hint, "Use run_action: action_cancel.");
  assert.equal((await hintFor({ state: "draft" }, "draft")).hint, "It is draft already.");
  assert.deepEqual(changes(), []);
});

Deno.test("archiving many is planned in the tool's own word, and names a few", async () => {
  const { odoo } = await company();
  const options = agreeing();
  const values = Array.from({ length: 30 }, (_, index) => ({ name: `N${index}` }));
  const { ids } = await createRecords(odoo, { model: "res.partner", values }, options);
  options.plans.length = 0;
  await archiveRecords(odoo, { model: "res.partner", ids }, options);
  const plan = options.plans[0]!;
  assert.equal(plan.summary, "archive 30 records of res.partner");
  assert.equal(plan.lines.length, 1);
  assert.match(plan.lines[0]!, /^archive N0 #\d+, N1 #\d+, N2 #\d+, N3 #\d+, N4 #\d+, … and 25 more$/);
  const dry = await archiveRecords(odoo, { model: "res.partner", ids: ids.slice(0, 1) }, { ...options, dryRun: true });
  assert.ok("dry_run" in dry && dry.would === "archive 1 record of res.partner");
});

Deno.test("a delete names the records in its plan and in its answer", async () => {
  const { odoo, changes } = await company();
  const { ids } = await createRecords(
    odoo,
    { model: "res.partner", values: [{ name: "A" }, { name: "B" }] },
    agreeing(),
  );
  const options = agreeing();
  const answer = await deleteRecords(odoo, { model: "res.partner", ids }, options);
  assert.deepEqual(answer.deleted.map(({ display_name }) => display_name), ["A", "B"]);
  assert.equal(options.plans.length, 1);
  const [plan] = options.plans;
  assert.equal(plan?.summary, "delete 2 records of res.partner");
  assert.deepEqual(plan?.lines.slice(0, 2), [`delete A #${ids[0]}`, `delete B #${ids[1]}`]);
  assert.match(plan?.lines.join("\n") ?? "", /archiving/);
  assert.deepEqual(changes(), ["create", "unlink"]);
});

Deno.test("a declined delete deletes nothing, and a missing record is E005 before anybody is asked", async () => {
  const { odoo, changes } = await company();
  await assert.rejects(deleteRecords(odoo, { model: "res.partner", ids: [8] }, declining()), Declined);
  const options = agreeing();
  const failure = await failureOf(deleteRecords(odoo, { model: "res.partner", ids: [8, 99999] }, options));
  assert.equal(failure.code, "E005");
  assert.deepEqual(options.plans, []);
  assert.deepEqual(changes(), []);
});

Deno.test("a plan shows names without line breaks or invisible marks, and at most twenty", async () => {
  const { odoo } = await company();
  const values = [
    { name: "A\ndelete nothing #1" },
    { name: "B\u202etxt" },
    ...Array.from({ length: 20 }, (_, i) => ({ name: `C${i}` })),
  ];
  const { ids } = await createRecords(odoo, { model: "res.partner", values }, agreeing());
  const options = declining();
  await assert.rejects(deleteRecords(odoo, { model: "res.partner", ids }, options), Declined);
  const lines = options.plans[0]!.lines;
  assert.equal(lines[0], `delete A delete nothing #1 #${ids[0]}`);
  assert.equal(lines[1], `delete B\\u202etxt #${ids[1]}`);
  assert.equal(lines[20], "… and 2 more");
});

Deno.test("what Odoo's own rules refuse comes through word for word", async () => {
  const { odoo } = await company();
  const failure = await failureOf(deleteRecords(odoo, { model: "sale.order", ids: [2] }, agreeing()));
  assert.match(failure.message, /You can not delete a sent quotation or a confirmed sales order/);
});

Deno.test("who may not write is told so by Odoo, and it is no uncertain outcome", async () => {
  const { odoo } = await company({ login: "limited" });
  const failure = await failureOf(
    updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 1 } }, agreeing()),
  );
  assert.equal(failure.code, "E003");
});

Deno.test("a write that certainly never left keeps its own code", async () => {
  const wrap: Wrap = (next) => (call, signal) => call.effect === "read" ? next(call, signal) : Promise.reject(refused);
  const { odoo } = await company({ wrap });
  const failure = await failureOf(createRecords(odoo, { model: "res.partner", values: { name: "A" } }, agreeing()));
  assert.equal(failure, refused);
});

Deno.test("a change that is done stays reported as done when reading it back fails", async () => {
  let reads = 0;
  const wrap: Wrap = (next) => (call, signal) =>
    call.method === "read" && ++reads > 1 ? Promise.reject(refused) : next(call, signal);
  const { odoo, changes } = await company({ wrap });
  const updated = await updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 1 } }, agreeing());
  assert.match(updated.notes?.join() ?? "", /The change is done; reading it back failed/);
  const created = await createRecords(odoo, { model: "res.partner", values: { name: "A" } }, agreeing());
  assert.equal(created.ids.length, 1);
  assert.equal(created.records[0]?.display_name, null);
  assert.match(created.notes?.join() ?? "", /reading it back failed/);
  assert.deepEqual(changes(), ["write", "create"]);
});

Deno.test("an answer to create that holds no ids is uncertain, and one to unlink that says false as well", async () => {
  const answering = (value: boolean): Wrap => (next) => (call, signal) =>
    call.effect === "read" ? next(call, signal) : Promise.resolve(value);
  const soon = async () => (await company({ wrap: answering(false), signal: AbortSignal.timeout(800) })).odoo;
  const created = await failureOf(
    createRecords(await soon(), { model: "res.partner", values: { name: "A" } }, agreeing()),
  );
  const deleted = await failureOf(deleteRecords(await soon(), { model: "res.partner", ids: [11] }, agreeing()));
  assert.deepEqual([created.code, deleted.code], ["E009", "E009"]);
});
