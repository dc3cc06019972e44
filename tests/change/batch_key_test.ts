import assert from "node:assert/strict";
import { type BatchRequest, createUndoKeeper, type Operation, runBatch } from "../../src/change/mod.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Wrap } from "../../src/odoo/mod.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

const partner = (name: string, more: JsonObject = {}): Operation => ({
  op: "create",
  model: "res.partner",
  values: { name, ...more },
});
const paint = (color: number, ...ids: number[]): Operation => ({
  op: "update",
  model: "res.partner",
  ids,
  values: { color },
});
const refused: Operation = { op: "delete", model: "sale.order", ids: [2] };

/** A process that is killed at its nth change: before it reaches Odoo, or after. Nothing of it is heard any more. */
class Killed extends Error {}

function killedAt(nth: number, when: "before" | "after"): { wrap: Wrap; live: () => void } {
  let changes = 0;
  let isDead = true;
  const wrap: Wrap = (next) => async (call, signal) => {
    const hit = isDead && call.effect !== "read" && ++changes >= nth;
    if (hit && (when === "before" || changes > nth)) throw new Killed();
    const answer = await next(call, signal);
    if (hit) throw new Killed();
    return answer;
  };
  return { wrap, live: () => void (isDead = false) };
}

function keyed() {
  return { ...agreeing(100_000), actions: { allow: [], deny: [] }, idempotencyKey: crypto.randomUUID() };
}

async function named(odoo: Awaited<ReturnType<typeof company>>["odoo"], prefix: string) {
  const domain = [["name", "=like", `${prefix}%`]];
  return await odoo.call("res.partner", "search_count", { params: { domain }, context: { active_test: false } });
}

for (const on_error of ["rollback", "undo", "stop", "continue"] as const) {
  Deno.test(`with a key a repeat of a batch (${on_error}) answers the first result and sends nothing`, async () => {
    const { odoo, sent, changes } = await company();
    const options = keyed();
    const request = { operations: [partner("K1"), partner("K2")], on_error };
    const first = await runBatch(odoo, request, options);
    sent.length = 0;
    const again = await runBatch(odoo, request, options);
    assert.deepEqual({ ...again, repeated: undefined }, { ...first, repeated: undefined });
    assert.equal(again.repeated, true);
    assert.deepEqual(changes(), []);
    const other = { ...request, operations: [partner("K1"), partner("K3")] };
    assert.equal((await failureOf(runBatch(odoo, other, options))).code, "E008");
    const otherMode = { ...request, on_error: on_error === "stop" ? "continue" as const : "stop" as const };
    assert.equal((await failureOf(runBatch(odoo, otherMode, options))).code, "E008");
  });
}

/** New records that Odoo's import takes, and such that it doesn't: their lines name different fields. */
const KINDS: Record<string, (index: number) => JsonObject> = {
  "alike": () => ({}),
  "of different fields": (index) => index % 50 === 0 ? { color: 3 } : {},
  "that don't fit the import": () => ({ child_ids: { create: [{ name: "Line" }, { name: "Line", color: 2 }] } }),
};

for (const when of ["before", "after"] as const) {
  for (const nth of [1, 2, 3]) {
    for (const [kind, more] of Object.entries(KINDS)) {
      Deno.test(`killed ${when} change ${nth} of 250 new records ${kind}, the repeat ends with exactly 250`, async () => {
        const { wrap, live } = killedAt(nth, when);
        const { odoo } = await company({ wrap });
        const options = keyed();
        const operations = Array.from({ length: 250 }, (_, index) => partner(`Killed ${index}`, more(index)));
        const request: BatchRequest = { operations, on_error: "stop" };
        await assert.rejects(runBatch(odoo, request, options), Killed);
        live();
        const answer = await runBatch(odoo, request, options);
        if (when === "before" && kind === "that don't fit the import") {
          // It could still be under way in Odoo: a doubt, until that can't be any more.
          assert.deepEqual([answer.counts.done, answer.counts.uncertain], [(nth - 1) * 100, nth < 3 ? 100 : 50]);
          assert.equal(await named(odoo, "Killed "), (nth - 1) * 100);
          return;
        }
        assert.deepEqual([answer.complete, answer.counts.done], [true, 250]);
        assert.equal(await named(odoo, "Killed "), 250);
        const again = await runBatch(odoo, request, options);
        assert.deepEqual([again.repeated, again.counts.done], [true, 250]);
      });
    }
  }
}

Deno.test("killed, and its store lost as well, a batch of creates still ends with as many as were asked for", async () => {
  const { wrap, live } = killedAt(3, "after");
  const { odoo } = await company({ wrap });
  const options = keyed();
  const request: BatchRequest = {
    operations: Array.from({ length: 250 }, (_, i) => partner(`Lost ${i}`)),
    on_error: "stop",
  };
  await assert.rejects(runBatch(odoo, request, options), Killed);
  live();
  const answer = await runBatch(odoo, request, { ...options, store: memoryStore() });
  assert.equal(answer.counts.done, 250);
  assert.equal(await named(odoo, "Lost "), 250);
});

Deno.test("killed in the middle of everything at once, the repeat goes on: nothing twice, what is deleted stays done", async () => {
  const operations: Operation[] = [
    partner("Middle A"),
    { op: "delete", model: "res.partner", ids: [8] },
    paint(5, 7),
    { op: "create", model: "sale.order", values: { partner_id: "$1.id" } },
    { op: "action", model: "sale.order", ids: ["$4.id"], action: "action_cancel" },
    {
      op: "update",
      model: "res.partner",
      ids: ["$1.id"],
      values: { child_ids: { create: [{ name: "Middle child" }] } },
    },
    partner("Middle B", { parent_id: "$1.id" }),
  ];
  for (const when of ["before", "after"] as const) {
    for (let nth = 1; nth <= 7; nth++) {
      const { wrap, live } = killedAt(nth, when);
      const { odoo } = await company({ wrap });
      const options = keyed();
      const request: BatchRequest = { operations, on_error: "stop" };
      await assert.rejects(runBatch(odoo, request, options), Killed);
      live();
      const answer = await runBatch(odoo, request, options);
      // Nothing in Odoo tells whether an action was run, or a line added: that is a doubt, and no second time.
      const isDoubt = when === "after" && (nth === 5 || nth === 6) || (when === "before" && (nth === 5 || nth === 6));
      if (isDoubt) {
        assert.equal(answer.items[nth - 1]?.status, "uncertain", `${when} ${nth}`);
        assert.ok(await named(odoo, "Middle child") as number <= 1);
        continue;
      }
      assert.deepEqual(answer.items.map(({ status }) => status), Array(7).fill("done"), `${when} ${nth}`);
      assert.deepEqual(await named(odoo, "Middle "), 3, `${when} ${nth}`);
    }
  }
});

Deno.test("a batch that stopped goes on with its key once the reason is gone", async () => {
  let isDown = true;
  const wrap: Wrap = (next) => (call, signal) => {
    if (isDown && call.method === "write") throw new Failure("E001", "Cannot reach Odoo");
    return next(call, signal);
  };
  const { odoo, changes } = await company({ wrap });
  const options = keyed();
  const request: BatchRequest = { operations: [partner("Goes on"), paint(5, 7), paint(6, 8)], on_error: "stop" };
  const first = await runBatch(odoo, request, options);
  assert.deepEqual(first.items.map(({ status }) => status), ["done", "failed", "not_tried"]);
  assert.match(first.notes!.join(), /same idempotency_key, it goes on/);
  isDown = false;
  const second = await runBatch(odoo, request, options);
  assert.deepEqual(second.items.map(({ status }) => status), ["done", "done", "done"]);
  assert.deepEqual(second.items[0]?.records, first.items[0]?.records);
  assert.deepEqual(changes(), ["load", "write", "write", "write"]);
});

Deno.test("what was taken back under a key is not done again by a repeat, which answers the same", async () => {
  const { odoo, changes } = await company();
  const options = keyed();
  const undo = createUndoKeeper({ store: options.store, caller: "local", keepMs: 60_000 });
  const request: BatchRequest = { operations: [partner("Back"), refused], on_error: "undo" };
  const first = await runBatch(odoo, request, { ...options, undo });
  assert.deepEqual(first.items.map(({ status }) => status), ["undone", "failed"]);
  const before = changes().length;
  const again = await runBatch(odoo, request, { ...options, undo });
  assert.deepEqual([again.repeated, again.items], [true, first.items]);
  assert.equal(changes().length, before);
});

Deno.test("a transaction that kept nothing leaves its key free for a corrected batch", async () => {
  const { odoo } = await company();
  const options = keyed();
  const parent = (parent_id: number) => partner("Free", { parent_id });
  await failureOf(runBatch(odoo, { operations: [parent(7), parent(999_999)] }, options));
  const answer = await runBatch(odoo, { operations: [parent(7), parent(8)] }, options);
  assert.equal(answer.complete, true);
});
