import assert from "node:assert/strict";
import { type BatchRequest, createUndoKeeper, type Operation, runBatch, undoChange } from "../../src/change/mod.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Odoo, Wrap } from "../../src/odoo/mod.ts";
import { broken } from "../odoo/calls.ts";
import { agreeing, company, type CompanyOptions } from "./company.ts";

const partner = (name: string): Operation => ({ op: "create", model: "res.partner", values: { name } });
const paint = (color: number, ...ids: number[]): Operation => ({
  op: "update",
  model: "res.partner",
  ids,
  values: { color },
});
/** A sales order that Odoo refuses to delete, because it is confirmed. */
const bad: Operation = { op: "delete", model: "sale.order", ids: [2] };

function undoing() {
  const options = agreeing();
  const undo = createUndoKeeper({ store: options.store, caller: "local", keepMs: 60_000 });
  return { ...options, actions: { allow: [], deny: [] }, undo };
}

async function run(operations: Operation[], on_error: BatchRequest["on_error"] = "undo", more: CompanyOptions = {}) {
  const own = await company(more);
  const options = undoing();
  return { ...own, options, go: () => runBatch(own.odoo, { operations, on_error }, options) };
}

async function colors(odoo: Odoo, ids: number[]) {
  const rows = await odoo.call("res.partner", "read", { ids, params: { fields: ["color"] }, cache: "never" });
  return (rows as JsonObject[]).map((row) => row["color"]);
}

Deno.test("undo takes back what was done when one fails: new records are deleted, old values are back", async () => {
  const { go, odoo, options } = await run([partner("A"), paint(5, 7, 8), partner("B"), paint(6, 7), bad, paint(1, 9)]);
  const before = await colors(odoo, [7, 8]);
  const answer = await go();
  const statuses = answer.items.map(({ status }) => status);
  assert.deepEqual(statuses, ["undone", "undone", "undone", "undone", "failed", "not_tried"]);
  assert.deepEqual(answer.counts, { done: 0, failed: 1, uncertain: 0, not_tried: 1, undone: 4 });
  assert.deepEqual([answer.complete, answer.kept, answer.undo], [false, false, undefined]);
  assert.deepEqual(answer.taken_back?.could_not, undefined);
  assert.ok(answer.taken_back!.restored.some((line) => line === "delete 2 records of res.partner"));
  assert.deepEqual(await colors(odoo, [7, 8]), before);
  const left = await odoo.call("res.partner", "search_count", {
    params: { domain: [["name", "in", ["A", "B"]]] },
    context: { active_test: false },
  });
  assert.equal(left, 0);
  assert.equal(options.plans.length, 1);
});

Deno.test("what can't be taken back is named, and its items stay done", async () => {
  const { go } = await run([{ op: "delete", model: "res.partner", ids: [11] }, partner("A"), bad]);
  const answer = await go();
  assert.deepEqual(answer.items.map(({ status }) => status), ["done", "undone", "failed"]);
  assert.match(answer.taken_back!.could_not!.join(), /^delete res\.partner .*#11$/);
  assert.equal(answer.kept, true);
});

Deno.test("actions go back by their known way, and what they sent stays told", async () => {
  const order: Operation = {
    op: "create",
    model: "sale.order",
    values: { partner_id: 7, order_line: { create: [{ product_id: 1 }] } },
  };
  const confirm: Operation = { op: "action", model: "sale.order", ids: ["$1.id"], action: "action_confirm" };
  const { go, changes } = await run([order, confirm, bad]);
  const answer = await go();
  assert.deepEqual(answer.items.map(({ status }) => status), ["undone", "undone", "failed"], JSON.stringify(answer));
  assert.match(answer.taken_back!.remains!.join(), /numbers that were drawn stay used: S\d+/);
  assert.deepEqual(changes().slice(0, 2), ["create", "action_confirm"]);
  assert.equal(changes().at(-1), "unlink");
});

Deno.test("a lost answer in the middle takes back the rest, and leaves the doubt as a doubt", async () => {
  let changes = 0;
  const wrap: Wrap = (next) => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.method === "action_quotation_sent" && ++changes === 1) throw broken;
    return answer;
  };
  const order: Operation = { op: "create", model: "sale.order", values: { partner_id: 7 } };
  const doubtful: Operation = { op: "action", model: "sale.order", ids: ["$1.id"], action: "action_quotation_sent" };
  const { go } = await run([order, partner("A"), doubtful, paint(1, 7)], "undo", { wrap });
  const answer = await go();
  assert.deepEqual(answer.items.map(({ status }) => status), ["done", "undone", "uncertain", "not_tried"]);
  // It did happen, so Odoo keeps the order.
  assert.match(answer.taken_back!.could_not!.join(), /You can not delete a sent quotation/);
  assert.equal(answer.kept, true);
});

Deno.test("cancelled or out of time, a batch with undo takes back as well", async () => {
  const { odoo } = await company();
  const control = new AbortController();
  const options = {
    ...undoing(),
    ends: { signal: control.signal, ms: 60_000 },
    progress: () => control.abort(),
  };
  const operations = [partner("Cancelled"), paint(1, 7)];
  const answer = await runBatch(odoo, { operations, on_error: "undo" }, options);
  assert.deepEqual(answer.items.map(({ status }) => status), ["undone", "not_tried"]);
  const domain = [["name", "=", "Cancelled"]];
  assert.equal(await odoo.call("res.partner", "search_count", { params: { domain } }), 0);
});

Deno.test("where undo is off the batch takes back all the same, but gives no token", async () => {
  const { odoo } = await company();
  const answer = await runBatch(odoo, { operations: [partner("A"), bad], on_error: "undo" }, agreeing());
  assert.deepEqual(answer.items.map(({ status }) => status), ["undone", "failed"]);
  const kept = await runBatch(odoo, { operations: [partner("A")], on_error: "undo" }, agreeing());
  assert.deepEqual([kept.complete, kept.undo], [true, undefined]);
});

Deno.test("one token takes a whole batch back later: values, new records, actions", async () => {
  const order: Operation = { op: "create", model: "sale.order", values: { partner_id: 7 } };
  const cancel: Operation = { op: "action", model: "sale.order", ids: ["$2.id"], action: "action_cancel" };
  const { go, odoo, options } = await run([paint(5, 7), order, cancel, partner("A")], "stop");
  const [before] = await colors(odoo, [7]);
  const answer = await go();
  assert.ok(answer.undo !== undefined && "token" in answer.undo);
  const undone = await undoChange(odoo, { token: answer.undo.token }, options);
  assert.deepEqual(undone.could_not, undefined, JSON.stringify(undone));
  assert.deepEqual(await colors(odoo, [7]), [before]);
});
