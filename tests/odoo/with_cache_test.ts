import assert from "node:assert/strict";
import { sleep } from "../../src/lib/abort.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Call } from "../../src/odoo/call.ts";
import { type CacheOptions, withCache } from "../../src/odoo/with_cache.ts";
import { create, failureOf, held, never, read, scripted, settle } from "./calls.ts";

const on: CacheOptions = { ttlMs: 60_000, maxEntries: 100, holds: () => true, droppedBy: () => true };
const off: CacheOptions = { ...on, ttlMs: 0 };

Deno.test("a kept answer is given without asking, to each caller as its own copy", async () => {
  const odoo = scripted([{ id: 1 }]);
  const execute = withCache(on)(odoo);
  const first = await execute(read(), never);
  assert.deepEqual(first, [{ id: 1 }]);
  (first as unknown[]).pop();
  const second = await execute(read(), never);
  assert.deepEqual(second, [{ id: 1 }]);
  (second as unknown[]).pop();
  assert.deepEqual(await execute(read({ params: { fields: ["name"], domain: [] } }), never), [{ id: 1 }]);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("whatever changes the answer is asked anew", async () => {
  const odoo = scripted([]);
  const execute = withCache(on)(odoo);
  const calls = [
    read(),
    read({ model: "res.users" }),
    read({ method: "search_count" }),
    read({ ids: [1] }),
    read({ params: { domain: [["id", "=", 1]], fields: ["name"] } }),
    read({ context: { lang: "fr_FR" } }),
    read({ context: { lang: "en_US", allowed_company_ids: [1] } }),
    read({ context: { lang: "en_US", allowed_company_ids: [2] } }),
  ];
  for (const call of calls) await execute(call, never);
  assert.equal(odoo.calls.length, calls.length);
});

Deno.test("own writes drop cached reads of that model", async () => {
  const odoo = scripted(["old"], 7, ["new"]);
  const execute = withCache(on)(odoo);
  await execute(read(), never);
  await execute(create(), never);
  assert.deepEqual(await execute(read(), never), ["new"]);
});

Deno.test("a write that failed, or an act, drops cached reads too", async () => {
  for (const change of [create(), create({ model: "sale.order", method: "action_confirm", ids: [1], effect: "act" })]) {
    const odoo = scripted(["old"], new Failure("E007", "late", { applied: "unknown" }), ["new"]);
    const execute = withCache(on)(odoo);
    await execute(read(), never);
    await failureOf(execute(change, never));
    assert.deepEqual(await execute(read(), never), ["new"]);
  }
});

Deno.test("a read that began before a write ended is neither kept nor joined", async () => {
  const odoo = held();
  const execute = withCache(on)(odoo);
  const before = execute(read(), never);
  const write = execute(create(), never);
  const during = execute(read(), never);
  odoo.open[1]!.answer(7);
  await write;
  const after = execute(read(), never);
  assert.equal(odoo.open.length, 4);
  odoo.open[0]!.answer("before");
  odoo.open[2]!.answer("during");
  odoo.open[3]!.answer("after");
  assert.deepEqual(await Promise.all([before, during, after]), ["before", "during", "after"]);
  assert.equal(await execute(read(), never), "after");
});

Deno.test("a call that says never is asked now, even while an alike one is in flight", async () => {
  const odoo = held();
  const execute = withCache(on)(odoo);
  const calls = [execute(read(), never), execute(read({ cache: "never" }), never)];
  odoo.open[0]!.answer(1);
  odoo.open[1]!.answer(2);
  assert.deepEqual(await Promise.all(calls), [1, 2]);
});

Deno.test("alike reads in flight share one request even when nothing is kept", async () => {
  const odoo = held();
  const from: string[] = [];
  const execute = withCache({ ...off, onAnswer: (where) => from.push(where) })(odoo);
  const answers = [execute(read(), never), execute(read(), never), execute(read({ method: "search_count" }), never)];
  assert.equal(odoo.open.length, 2);
  odoo.open[0]!.answer([{ id: 1 }]);
  odoo.open[1]!.answer(1);
  const [a, b] = await Promise.all(answers);
  assert.deepEqual(a, b);
  assert.notEqual(a, b);
  const again = execute(read(), never);
  assert.equal(odoo.open.length, 3);
  odoo.open[2]!.answer([]);
  await again;
  assert.deepEqual(from, ["odoo", "shared", "odoo", "odoo"]);
});

Deno.test("one caller's abort does not fail the others, and the last one's ends the request", async () => {
  const odoo = held();
  let ended = false;
  const execute = withCache(off)((call, signal) => {
    signal.addEventListener("abort", () => ended = true);
    return odoo(call, signal);
  });
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
  const gone = failureOf(execute(read(), first.signal));
  const stays = execute(read(), second.signal);
  first.abort();
  assert.equal((await gone).details["cancelled"], true);
  assert.equal(ended, false);
  odoo.open[0]!.answer("here");
  assert.equal(await stays, "here");
  await settle();

  const alone = failureOf(execute(read(), third.signal));
  third.abort();
  assert.equal((await alone).code, "E007");
  assert.equal(ended, true);
  const next = execute(read(), never);
  odoo.open[2]!.answer("fresh");
  assert.equal(await next, "fresh");
});

Deno.test("a failure is not kept", async () => {
  const odoo = scripted(new Failure("E004", "bad"), [1]);
  const execute = withCache(on)(odoo);
  await failureOf(execute(read(), never));
  assert.deepEqual(await execute(read(), never), [1]);
});

Deno.test("an answer is kept for its time only", async () => {
  const odoo = scripted(1, 2);
  const execute = withCache({ ...on, ttlMs: 5 })(odoo);
  await execute(read(), never);
  await sleep(20, never);
  assert.equal(await execute(read(), never), 2);
});

Deno.test("calls it does not hold pass by, and writes that do not concern it drop nothing", async () => {
  const holds = (call: Call) => call.cache === "schema";
  const odoo = scripted(1, 2, 3, 4);
  const execute = withCache({ ...on, holds, droppedBy: () => false })(odoo);
  assert.equal(await execute(read({ cache: "schema" }), never), 1);
  assert.equal(await execute(read(), never), 2);
  assert.equal(await execute(create(), never), 3);
  assert.equal(await execute(read({ cache: "schema" }), never), 1);
});

Deno.test("a frozen answer is one value for everyone, and cannot be changed", async () => {
  const execute = withCache({ ...on, frozen: true })(scripted([{ name: "Ann" }]));
  const first = await execute(read(), never);
  assert.equal(await execute(read(), never), first);
  assert.throws(() => (first as { name: string }[])[0]!.name = "Bob", TypeError);
});
