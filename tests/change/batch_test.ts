import assert from "node:assert/strict";
import { type BatchAnswer, type BatchRequest, type Operation, runBatch } from "../../src/change/mod.ts";
import type { Failure } from "../../src/lib/failure.ts";
import type { Call, Wrap } from "../../src/odoo/mod.ts";
import { broken, failureOf } from "../odoo/calls.ts";
import { agreeing, company, type CompanyOptions, Declined, declining } from "./company.ts";

const create = (name: string): Operation => ({ op: "create", model: "res.partner", values: { name } });
const paint = (color: number, ...ids: number[]): Operation => ({
  op: "update",
  model: "res.partner",
  ids,
  values: { color },
});
const remove = (...ids: number[]): Operation => ({ op: "delete", model: "res.partner", ids });

/** A sales order that Odoo refuses to delete, because it is confirmed. */
const refused: Operation = { op: "delete", model: "sale.order", ids: [2] };

async function run(operations: Operation[], on_error?: BatchRequest["on_error"], options: CompanyOptions = {}) {
  const own = await company(options);
  const plans = agreeing();
  const progress: string[] = [];
  const note = (done: number, total: number, message: string) => void progress.push(`${done}/${total} ${message}`);
  const go = () => runBatch(own.odoo, { operations, on_error }, { ...plans, progress: note });
  return { ...own, ...plans, progress, go };
}

function statuses({ items }: BatchAnswer): string[] {
  return items.map(({ status }) => status);
}

/** Breaks the line at the nth change: before it is made, or after. */
function breakingAt(nth: number, failure: Failure, when: "before" | "after"): Wrap {
  let changes = 0;
  return (next) => async (call: Call, signal) => {
    const hit = call.effect !== "read" && ++changes === nth;
    if (hit && when === "before") throw failure;
    const answer = await next(call, signal);
    if (hit) throw failure;
    return answer;
  };
}

Deno.test("creates of one model are one create; each item names its record", async () => {
  const { go, changes, sent, progress, plans } = await run([create("A"), create("B")]);
  const answer = await go();
  assert.deepEqual(answer.items.map(({ item, status, records }) => [item, status, records?.[0]?.display_name]), [
    [1, "done", "A"],
    [2, "done", "B"],
  ]);
  assert.deepEqual([answer.complete, answer.kept], [true, true]);
  assert.deepEqual(changes(), ["create"]);
  assert.deepEqual(sent.map(({ method }) => method), ["create", "read"]);
  assert.deepEqual(progress, ["2/2 all done in one transaction"]);
  assert.deepEqual(plans, []);
});

Deno.test("the same values for many records are one write, and deletes of one model one unlink", async () => {
  const written = await run([paint(3, 7), paint(3, 8, 7), paint(3, 10)]);
  await written.go();
  assert.deepEqual(written.sent.filter(({ method }) => method === "write").map(({ ids }) => ids), [[7, 8, 10]]);
  const deleted = await run([remove(8), remove(9, 11)]);
  const answer = await deleted.go();
  assert.deepEqual(deleted.sent.filter(({ method }) => method === "unlink").map(({ ids }) => ids), [[8, 9, 11]]);
  assert.match(answer.items[0]?.records?.[0]?.display_name ?? "", /Elin Sandvoort/);
});

Deno.test("rollback is refused where Odoo has no one transaction, before anybody is asked", async () => {
  const mixes = [[create("A"), paint(1, 7)], [paint(1, 7), paint(2, 8)], [
    create("A"),
    { op: "create" as const, model: "crm.tag", values: { name: "x" } },
  ], [remove(8), refused]];
  for (const operations of mixes) {
    const { go, changes, plans } = await run(operations);
    const failure = await failureOf(go());
    assert.equal(failure.code, "E013");
    assert.match(failure.hint, /"stop".*"continue"/);
    assert.deepEqual(failure.details["on_error"], ["stop", "continue"]);
    assert.deepEqual(changes(), []);
    assert.deepEqual(plans, []);
  }
});

Deno.test("when one transaction fails nothing is kept, and it says so", async () => {
  const { go, odoo } = await run([remove(8), { ...remove(), ids: [7] }]);
  const failure = await failureOf(go());
  assert.match(failure.message, /^Nothing of the batch was kept: /);
  assert.equal(failure.details["kept"], false);
  const left = await odoo.call("res.partner", "search_count", { params: { domain: [["id", "in", [7, 8]]] } });
  assert.equal(left, 2);
});

Deno.test("stop ends at the first failure and keeps what was done, item by item", async () => {
  const { go, changes, progress } = await run([create("A"), refused, paint(1, 7)], "stop");
  const answer = await go();
  assert.deepEqual(statuses(answer), ["done", "failed", "not_tried"]);
  assert.deepEqual(answer.counts, { done: 1, failed: 1, uncertain: 0, not_tried: 1 });
  assert.deepEqual([answer.complete, answer.kept], [false, true]);
  assert.match(String(answer.stopped), /Operation 2 failed/);
  assert.match(String(answer.items[1]?.error?.["message"]), /You can not delete a sent quotation/);
  assert.deepEqual(changes(), ["create", "unlink"]);
  assert.deepEqual(progress, ["1/3 create res.partner", "2/3 delete sale.order"]);
});

Deno.test("continue goes on after a failure", async () => {
  const { go, changes } = await run([refused, create("A"), refused, paint(1, 7)], "continue");
  const answer = await go();
  assert.deepEqual(statuses(answer), ["failed", "done", "failed", "done"]);
  assert.equal(answer.stopped, undefined);
  assert.deepEqual(changes(), ["unlink", "create", "unlink", "write"]);
});

Deno.test("an unknown outcome ends even a batch that continues, and is told as uncertain", async () => {
  const operations = [create("A"), create("B"), create("C")];
  const { go, changes } = await run(operations, "continue", { wrap: breakingAt(2, broken, "after") });
  const answer = await go();
  assert.deepEqual(statuses(answer), ["done", "uncertain", "not_tried"]);
  assert.equal(answer.items[1]?.error?.["code"], "E009");
  assert.match(String(answer.items[1]?.error?.["hint"]), /Search res\.partner/);
  assert.match(String(answer.stopped), /unknown whether operation 2 happened/);
  assert.deepEqual(changes(), ["create", "create"]);
});

Deno.test("an unknown outcome of one transaction is E009, not a promise that nothing was kept", async () => {
  const { go } = await run([create("A"), create("B")], "rollback", { wrap: breakingAt(1, broken, "after") });
  const failure = await failureOf(go());
  assert.equal(failure.code, "E009");
  assert.doesNotMatch(failure.message, /Nothing of the batch/);
});

Deno.test("cancelled between items, a batch stops and tells the state", async () => {
  const control = new AbortController();
  let changes = 0;
  const wrap: Wrap = (next) => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.effect !== "read" && ++changes === 2) control.abort();
    return answer;
  };
  const { go } = await run([create("A"), create("B"), create("C"), create("D")], "continue", {
    wrap,
    signal: control.signal,
  });
  const answer = await go();
  assert.deepEqual(statuses(answer), ["done", "done", "not_tried", "not_tried"]);
  assert.match(String(answer.stopped), /cancelled/);
  assert.equal(changes, 2);
});

Deno.test("everything is checked before anything is sent: all bad values of all operations at once", async () => {
  const { go, changes } = await run([create("A"), { op: "create", model: "res.partner", values: { nme: "B" } }, {
    ...paint(1, 7),
    values: { color: "red" },
  }], "continue");
  const failure = await failureOf(go());
  assert.equal(failure.code, "E004");
  assert.match(failure.message, /operations\[1\]\.values\.nme: .*operations\[2\]\.values\.color: /);
  assert.deepEqual(changes(), []);
});

Deno.test("a record that does not exist is E005 before anything is sent", async () => {
  const { go, changes } = await run([create("A"), paint(1, 7, 99999)], "continue");
  const failure = await failureOf(go());
  assert.equal(failure.code, "E005");
  assert.deepEqual(failure.details["missing"], [99999]);
  assert.deepEqual(changes(), []);
});

Deno.test("an operation that lacks what its kind needs, or holds what it can't use, is refused", async () => {
  const bad: Operation[] = [
    { op: "create", model: "res.partner" },
    { op: "create", model: "res.partner", ids: [7], values: { name: "x" } },
    { op: "update", model: "res.partner", values: { color: 1 } },
    { op: "update", model: "res.partner", ids: [7] },
    { op: "update", model: "res.partner", ids: [7], values: {} },
    { op: "update", model: "res.partner", ids: [], values: { color: 1 } },
    { op: "delete", model: "res.partner" },
    { op: "delete", model: "res.partner", ids: [8], values: { color: 1 } },
  ];
  for (const operation of bad) {
    const { go, sent } = await run([create("A"), operation], "stop");
    const failure = await failureOf(go());
    assert.equal(failure.code, "E004", JSON.stringify(operation));
    assert.equal(sent.length, 0);
  }
  assert.equal((await failureOf((await run([])).go())).code, "E004");
});

Deno.test("more than a thousand records at once are refused", async () => {
  const { go, sent } = await run(Array.from({ length: 1001 }, (_, i) => create(`N${i}`)));
  assert.equal((await failureOf(go())).code, "E012");
  assert.equal(sent.length, 0);
});

Deno.test("deletes, lost lines and many records need one confirmation for the whole batch", async () => {
  const { odoo, changes } = await company();
  const batch = async (operations: Operation[]) => {
    const options = declining(3);
    await assert.rejects(runBatch(odoo, { operations, on_error: "continue" }, options), Declined);
    return options.plans;
  };
  const [mixed] = await batch([create("A"), remove(8), paint(1, 7)]);
  assert.equal(mixed?.effect, "delete");
  assert.match(mixed?.lines[0] ?? "", /^2\. delete res\.partner: .*Elin Sandvoort #8$/, "the delete comes first");
  const [lost] = await batch([{
    op: "update",
    model: "res.partner",
    ids: [7],
    values: { child_ids: { remove: [8] } },
  }]);
  assert.equal(lost?.effect, "delete");
  const [many] = await batch([paint(1, 7, 8), paint(2, 9, 10)]);
  assert.deepEqual([many?.effect, many?.summary], ["write-many", "run 2 operations on 4 records"]);
  assert.deepEqual(changes(), []);
  await runBatch(odoo, { operations: [paint(1, 7, 8), create("A")], on_error: "continue" }, declining(3));
  assert.deepEqual(changes(), ["write", "create"]);
});

Deno.test("lines of other records are not changed through a batch either", async () => {
  const { go, changes } = await run([{
    op: "update",
    model: "res.partner",
    ids: [7],
    values: { child_ids: [[2, 11]] },
  }]);
  const failure = await failureOf(go());
  assert.match(failure.message, /child_ids has no line #11/);
  assert.deepEqual(changes(), []);
});

Deno.test("a batch of a hundred creates takes two calls and keeps the order", async () => {
  const own = await company();
  const names = Array.from({ length: 100 }, (_, i) => `N${i}`);
  const answer = await runBatch(own.odoo, { operations: names.map(create) }, agreeing());
  assert.deepEqual(answer.items.map(({ records }) => records?.[0]?.display_name), names);
  assert.deepEqual(own.sent.map(({ method }) => method), ["create", "read"]);
});
