import assert from "node:assert/strict";
import { type BatchAnswer, type BatchRequest, type Operation, runBatch } from "../../src/change/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
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
  const actions = { allow: [], deny: [] };
  const go = () => runBatch(own.odoo, { operations, on_error }, { ...plans, actions, progress: note });
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
  const tag: Operation = { op: "create", model: "crm.tag", values: { name: "x" } };
  const confirm: Operation = { op: "action", model: "sale.order", ids: [1], action: "action_confirm" };
  const phone: Operation = { ...paint(1, 8), values: { phone: "1" } };
  const line: Operation = { ...paint(1, 7), values: { child_ids: { create: [{ name: "x" }] } } };
  const mixes: [Operation[], RegExp][] = [
    [[create("A"), paint(1, 7)], /operation 1 is a create of res.partner and operation 2 an update of res.partner/],
    [[paint(1, 7), phone], /operations 1 and 2 write different fields/],
    [[line, { ...line, values: { child_ids: { create: [{ name: "y" }] } } }], /operation 1 changes lines/],
    [[create("A"), tag], /operations 1 and 2 create records of res.partner and crm.tag/],
    [[remove(8), refused], /operation 2 a delete of sale.order/],
    [[confirm], /operation 1 runs an action/],
    [[create("A"), { ...paint(1), ids: ["$1.id"] }], /operation 2 an update/],
  ];
  for (const [operations, why] of mixes) {
    const { go, changes, plans } = await run(operations);
    const failure = await failureOf(go());
    assert.equal(failure.code, "E013");
    assert.match(failure.message, why);
    assert.match(failure.hint, /"undo".*"stop".*"continue"/);
    assert.deepEqual(failure.details["on_error"], ["undo", "stop", "continue"]);
    assert.deepEqual(changes(), []);
    assert.deepEqual(plans, []);
  }
});

Deno.test("the refusal of rollback says which operations would go together", async () => {
  const { go } = await run([create("A"), create("B"), paint(1, 7), paint(1, 8), remove(9)]);
  assert.match((await failureOf(go())).hint, /these would be all or nothing: 1-2 \| 3-4 \| 5\./);
});

Deno.test("different values for records of one model are one import by database id, archived ones too", async () => {
  const own = await company();
  await own.odoo.call("res.partner", "write", { ids: [10], params: { vals: { active: false } }, effect: "write" });
  const values = (color: number, country: string | null) => ({ color, country_id: country, is_company: color > 3 });
  const operations: Operation[] = [
    { ...paint(1, 7, 8), values: values(3, "Belgium") },
    { ...paint(1, 10), values: values(4, null) },
  ];
  own.sent.length = 0;
  const answer = await runBatch(own.odoo, { operations }, agreeing());
  assert.deepEqual(statuses(answer), ["done", "done"]);
  assert.deepEqual(own.changes(), ["load"]);
  const fields = ["color", "country_id", "is_company"];
  const rows = await own.odoo.call("res.partner", "read", { ids: [7, 8, 10], params: { fields } }) as JsonObject[];
  assert.deepEqual(rows.map((row) => [row["color"], Array.isArray(row["country_id"]), row["is_company"]]), [
    [3, true, false],
    [3, true, false],
    [4, false, true],
  ]);
});

Deno.test("an import that Odoo refuses names the operation and keeps nothing", async () => {
  const own = await company();
  // Odoo's own rule: a record can't be its own parent.
  const operations: Operation[] = [
    { ...paint(1, 7), values: { parent_id: 10 } },
    { ...paint(1, 8), values: { parent_id: 8 } },
  ];
  const read = () => own.odoo.call("res.partner", "read", { ids: [7, 8], params: { fields: ["parent_id"] } });
  const before = await read();
  const failure = await failureOf(runBatch(own.odoo, { operations }, agreeing()));
  assert.equal(failure.code, "E004");
  assert.match(failure.message, /^Nothing of the batch was kept: /);
  assert.deepEqual(await read(), before);
});

Deno.test("new lines that refer to their new record go into its create", async () => {
  const own = await company();
  const order: Operation = { op: "create", model: "sale.order", values: { partner_id: 7 } };
  const line = (place: number, product_id: number): Operation => ({
    op: "create",
    model: "sale.order.line",
    values: { order_id: `$${place}.id`, product_id, product_uom_qty: 2 },
  });
  const answer = await runBatch(
    own.odoo,
    { operations: [order, line(1, 1), order, line(3, 2), line(1, 3)] },
    agreeing(),
  );
  assert.deepEqual(own.changes(), ["create"]);
  assert.deepEqual(statuses(answer), Array(5).fill("done"));
  const ids = answer.items.map(({ records }) => records![0]!.id);
  const rows = await own.odoo.call("sale.order.line", "read", {
    ids: [ids[1]!, ids[3]!, ids[4]!],
    params: { fields: ["order_id", "product_id"] },
  }) as JsonObject[];
  const pairs = rows.map((row) => [(row["order_id"] as Json[])[0], (row["product_id"] as Json[])[0]]);
  assert.deepEqual(pairs, [[ids[0], 1], [ids[2], 2], [ids[0], 3]]);
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
  assert.deepEqual(progress, ["1/3 create res.partner", "2/3 failed"]);
});

Deno.test("continue goes on after a failure", async () => {
  const { go, changes } = await run([refused, create("A"), refused, paint(1, 7)], "continue");
  const answer = await go();
  assert.deepEqual(statuses(answer), ["failed", "done", "failed", "done"]);
  assert.equal(answer.stopped, undefined);
  assert.deepEqual(changes(), ["unlink", "create", "unlink", "write"]);
});

Deno.test("neighbours that go together are one call, and the bad ones among them are found in halves", async () => {
  const bad = (parent_id: number): Operation => ({ ...paint(1, parent_id), values: { parent_id } });
  const own = await company();
  const operations = [create("A"), create("B"), paint(5, 7), paint(5, 8), bad(10), paint(6, 9)];
  const answer = await runBatch(own.odoo, { operations, on_error: "continue" }, agreeing());
  assert.deepEqual(statuses(answer), ["done", "done", "done", "done", "failed", "done"]);
  assert.deepEqual(own.changes(), ["create", "write", "write", "write"]);

  const { odoo, sent } = await company();
  const deletes = [8, 2, 9, 11].map((id) => id === 2 ? remove(2) : remove(id));
  const halves = await runBatch(odoo, { operations: deletes, on_error: "continue" }, agreeing());
  // Partner 2 belongs to a user, so Odoo keeps it.
  assert.deepEqual(statuses(halves), ["done", "failed", "done", "done"]);
  const unlinks = sent.filter(({ method }) => method === "unlink").map(({ ids }) => ids);
  assert.deepEqual(unlinks, [[8, 2, 9, 11], [8, 2], [8], [2], [9, 11]]);
});

Deno.test("an unknown outcome ends even a batch that continues, and is told as uncertain", async () => {
  const operations = [paint(4, 7), create("B"), create("C"), paint(5, 7)];
  const { go, changes } = await run(operations, "continue", { wrap: breakingAt(2, broken, "after") });
  const answer = await go();
  assert.deepEqual(statuses(answer), ["done", "uncertain", "uncertain", "not_tried"]);
  assert.equal(answer.items[1]?.error?.["code"], "E009");
  assert.match(String(answer.items[1]?.error?.["hint"]), /Search res\.partner/);
  assert.match(String(answer.stopped), /unknown whether operations 2 to 3 happened: all of them or none/);
  assert.deepEqual(changes(), ["write", "create"]);
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
  const { go } = await run([create("A"), paint(1, 7), create("C"), create("D")], "continue", {
    wrap,
    signal: control.signal,
  });
  const answer = await go();
  assert.deepEqual(statuses(answer), ["done", "done", "not_tried", "not_tried"]);
  assert.match(String(answer.stopped), /cancelled/);
  assert.equal(changes, 2);
});

Deno.test("without time for another call a batch ends and says so", async () => {
  const { odoo, changes } = await company();
  const ends = { signal: new AbortController().signal, ms: 0 };
  const answer = await runBatch(odoo, { operations: [create("A"), paint(1, 7)], on_error: "continue" }, {
    ...agreeing(),
    ends,
  });
  assert.deepEqual([answer.kept, statuses(answer)], [false, ["not_tried", "not_tried"]]);
  assert.match(String(answer.stopped), /time was up/);
  assert.deepEqual(changes(), []);
});

Deno.test("when Odoo can't be reached the rest is not tried, even by a batch that continues", async () => {
  const gone = new Failure("E001", "Cannot reach Odoo");
  const { go, changes } = await run([paint(1, 7), create("A"), create("B"), paint(2, 7)], "continue", {
    wrap: breakingAt(2, gone, "before"),
  });
  const answer = await go();
  assert.deepEqual(statuses(answer), ["done", "failed", "not_tried", "not_tried"]);
  assert.match(String(answer.stopped), /could not be reached/);
  assert.deepEqual(changes(), ["write", "create"]);
});

Deno.test("a malformed value among many is named by its operation, and all of them are counted", async () => {
  const hundred = Array.from({ length: 100 }, (_, i) => create(`N${i}`));
  hundred[36] = { ...hundred[36]!, values: { name: "x", color: "red" } };
  const one = await failureOf((await run(hundred, "stop")).go());
  assert.match(one.message, /^Cannot run the batch: operations\[36\]\.values\.color: /);
  const bad = Array.from({ length: 5000 }, (): Operation => ({ ...create("x"), values: { name: "x", color: "red" } }));
  const { go, sent } = await run(bad, "continue");
  const all = await failureOf(go());
  assert.match(all.message, /operations\[0\]\.values\.color: .*and 4980 more/);
  assert.equal(all.details["count"], 5000);
  assert.equal(sent.filter(({ effect }) => effect !== "read").length, 0);
});

Deno.test("actions run in order with the rest, and one that opens a window has failed", async () => {
  const own = await company();
  const operations: Operation[] = [
    { op: "create", model: "sale.order", values: { partner_id: 7, order_line: { create: [{ product_id: 1 }] } } },
    { op: "action", model: "sale.order", ids: ["$1.id"], action: "action_confirm" },
  ];
  const options = { ...agreeing(), actions: { allow: [], deny: [] } };
  const answer = await runBatch(own.odoo, { operations, on_error: "stop" }, options);
  assert.deepEqual(statuses(answer), ["done", "done"]);
  assert.deepEqual(options.plans.map(({ effect }) => effect), ["act"]);
  assert.match(options.plans[0]!.lines[0]!, /^2\. run action_confirm \(.*\) on sale.order: the record of operation 1/);
  const ids = [answer.items[0]!.records![0]!.id];
  const [row] = await own.odoo.call("sale.order", "read", { ids, params: { fields: ["state"] } }) as JsonObject[];
  assert.equal(row!["state"], "sale");
  const denied = { ...options, actions: { allow: [], deny: ["sale.order.*"] } };
  const refusedOne = await failureOf(runBatch(own.odoo, { operations, on_error: "stop" }, denied));
  assert.match(refusedOne.message, /operations\[1\]: .*actions\.deny/);
  const window: Operation = { op: "action", model: "sale.order", ids, action: "create_invoices" };
  const opened = await runBatch(own.odoo, { operations: [window], on_error: "stop" }, options);
  assert.match(String(opened.items[0]?.error?.["message"]), /Odoo opens a window first/);
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

Deno.test("one transaction holds a thousand records, and a batch in parts five thousand", async () => {
  const { go, changes } = await run(Array.from({ length: 1001 }, (_, i) => create(`N${i}`)));
  const failure = await failureOf(go());
  assert.equal(failure.code, "E012");
  assert.match(failure.message, /1000 is the most in one transaction, because Odoo has to answer it in time/);
  assert.match(failure.hint, /"undo", "stop" or "continue"/);
  assert.deepEqual(changes(), []);
  const more = await run(Array.from({ length: 5001 }, (_, i) => create(`N${i}`)), "stop");
  assert.equal((await failureOf(more.go())).code, "E012");
  assert.equal(more.sent.length, 0);
});

Deno.test("five thousand creates go in chunks of a hundred, and their fate is told in one line", async () => {
  const { go, changes, progress } = await run(Array.from({ length: 5000 }, (_, i) => create(`N${i}`)), "stop");
  const answer = await go();
  assert.deepEqual(changes(), Array(50).fill("create"));
  assert.deepEqual(answer.items.map(({ item, status }) => [item, status]), [["1-5000", "done"]]);
  assert.match(String(answer.items[0]?.ids), /^\d+-\d+$/);
  assert.equal(progress.length, 50);
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
  assert.match(failure.message, /operations\[0\]\.values\.child_ids: #11 is no line of this record/);
  assert.deepEqual(changes(), []);
});

Deno.test("a batch of a hundred creates is one call and keeps the order", async () => {
  const own = await company();
  const names = Array.from({ length: 100 }, (_, i) => `N${i}`);
  const answer = await runBatch(own.odoo, { operations: names.map(create) }, agreeing());
  const [first, last] = String(answer.items[0]?.ids).split("-").map(Number);
  assert.equal(last! - first!, 99);
  const ids = names.map((_, index) => first! + index);
  const rows = await own.odoo.call("res.partner", "read", { ids, params: { fields: ["name"] } }) as JsonObject[];
  assert.deepEqual(rows.map((row) => row["name"]), names);
  assert.deepEqual(own.sent.map(({ method }) => method), ["create", "read"]);
});

Deno.test("a user who lacks the right is refused once, not once for each operation", async () => {
  const operations = Array.from({ length: 100 }, (_, index) => create(`N${index}`));
  const { go, changes } = await run(operations, "continue", { login: "limited" });
  const answer = await go();
  assert.deepEqual([answer.counts.failed, answer.items.length], [100, 1]);
  assert.equal(answer.items[0]?.error?.["code"], "E003");
  assert.deepEqual(changes(), ["create"]);
});

Deno.test("many different failures are told in few words, and each operation's fate all the same", async () => {
  const operations = Array.from(
    { length: 200 },
    (_, index): Operation => ({ ...paint(1, 7), values: { parent_id: 90_000 + index } }),
  );
  const { go } = await run(operations, "continue");
  const answer = await go();
  assert.equal(answer.counts.failed, 200);
  assert.ok(answer.items.length <= 14, `${answer.items.length} entries`);
  assert.ok(JSON.stringify(answer).length < 9000);
});
