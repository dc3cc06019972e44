import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { withDeadline } from "../../src/odoo/with_deadline.ts";
import { withLimit } from "../../src/odoo/with_limit.ts";
import { create, failureOf, held, never, read, scripted, settle } from "./calls.ts";

const named = (name: string) => read({ method: name });

Deno.test("at most so many calls are in flight, and all come to their turn", async () => {
  const seen: [number, number][] = [];
  const odoo = held();
  const execute = withLimit({ active: 2, waiting: 10, onChange: (...now) => seen.push(now) })("a")(odoo);
  const answers = ["1", "2", "3", "4", "5"].map((name) => execute(named(name), never));
  await settle();
  for (let done = 0; done < 5; done++) {
    assert.equal(odoo.open.length, Math.min(5, done + 2));
    odoo.open[done]!.answer(done);
    await settle();
  }
  assert.deepEqual(await Promise.all(answers), [0, 1, 2, 3, 4]);
  assert.ok(seen.every(([active]) => active <= 2));
  assert.deepEqual(seen.at(-1), [0, 0]);
});

Deno.test("one caller cannot starve another", async () => {
  const odoo = held();
  const limit = withLimit({ active: 1, waiting: 100 });
  const busy = Array.from({ length: 20 }, (_, i) => limit("greedy")(odoo)(named(`g${i}`), never));
  const other = ["m0", "m1"].map((name) => limit("modest")(odoo)(named(name), never));
  await settle();
  for (let i = 0; i < 22; i++) {
    odoo.open[i]!.answer(null);
    await settle();
  }
  await Promise.all([...busy, ...other]);
  assert.deepEqual(odoo.open.slice(0, 6).map(({ call }) => call.method), ["g0", "g1", "m0", "g2", "m1", "g3"]);
});

Deno.test("a full queue answers busy and when to come back", async () => {
  const odoo = held();
  const execute = withLimit({ active: 1, waiting: 1 })("a")(odoo);
  const answers = [execute(read(), never), execute(read(), never)];
  const failure = await failureOf(execute(create(), never));
  assert.deepEqual([failure.code, failure.applied, failure.retryable], ["E014", "no", true]);
  assert.ok(Number(failure.details["retry_after_s"]) >= 1);
  odoo.open[0]!.answer(1);
  await settle();
  odoo.open[1]!.answer(2);
  assert.deepEqual(await Promise.all(answers), [1, 2]);
});

Deno.test("a queue filled by one caller has room for another, at the first one's cost", async () => {
  const odoo = held();
  const limit = withLimit({ active: 1, waiting: 3 });
  const greedy = ["g0", "g1", "g2", "g3"].map((name) => limit("greedy")(odoo)(named(name), never));
  const evicted = failureOf(greedy[3]!);
  const modest = limit("modest")(odoo)(named("m0"), never);
  assert.equal((await evicted).code, "E014");
  for (let i = 0; i < 4; i++) {
    odoo.open[i]!.answer(i);
    await settle();
  }
  assert.deepEqual(await Promise.all([...greedy.slice(0, 3), modest]), [0, 1, 3, 2]);
});

Deno.test("a cancelled waiter leaves the queue", async () => {
  const odoo = held();
  const seen: [number, number][] = [];
  const execute = withLimit({ active: 1, waiting: 5, onChange: (...now) => seen.push(now) })("a")(odoo);
  const first = execute(named("first"), never);
  const control = new AbortController();
  const second = failureOf(execute(named("second"), control.signal));
  const third = execute(named("third"), never);
  control.abort();
  const failure = await second;
  assert.deepEqual([failure.details["cancelled"], failure.applied], [true, "no"]);
  assert.deepEqual(seen.at(-1), [1, 1]);
  odoo.open[0]!.answer(1);
  await first;
  await settle();
  odoo.open[1]!.answer(3);
  assert.equal(await third, 3);
  assert.deepEqual(odoo.open.map(({ call }) => call.method), ["first", "third"]);
});

Deno.test("a write still queued at its deadline is a time-out and nothing has happened", async () => {
  const odoo = held();
  const limit = withLimit({ active: 1, waiting: 5 })("a");
  const first = limit(odoo)(read(), never);
  const failure = await failureOf(withDeadline({ readMs: 5, writeMs: 5 })(limit(odoo))(create(), never));
  assert.deepEqual([failure.code, failure.applied, odoo.open.length], ["E007", "no", 1]);
  odoo.open[0]!.answer([]);
  await first;
});

Deno.test("a waiter whose turn and cancellation come together sends nothing, and frees its place", async () => {
  const odoo = held();
  const control = new AbortController();
  let turn = false;
  const limit = withLimit({ active: 1, waiting: 5, onChange: () => turn && control.abort() })("a");
  const first = limit(odoo)(read(), never);
  const second = failureOf(limit(odoo)(create(), control.signal));
  await settle();
  turn = true;
  odoo.open[0]!.answer(1);
  await first;
  assert.deepEqual([(await second).applied, odoo.open.length], ["no", 1]);
  assert.deepEqual(await limit(scripted([1]))(read(), never), [1]);
});

Deno.test("a failed call gives its place free", async () => {
  const limit = withLimit({ active: 1, waiting: 0 })("a");
  const failure = new Failure("E004", "bad");
  assert.equal(await failureOf(limit(scripted(failure))(read(), never)), failure);
  assert.deepEqual(await limit(scripted([1]))(read(), never), [1]);
});
