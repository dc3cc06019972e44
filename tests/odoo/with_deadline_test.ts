import assert from "node:assert/strict";
import { withDeadline } from "../../src/odoo/with_deadline.ts";
import { create, failureOf, held, never, read, scripted } from "./calls.ts";

const deadlines = { readMs: 5, writeMs: 10 };

Deno.test("a read without an answer ends with E007 and may be tried again", async () => {
  const failure = await failureOf(withDeadline(deadlines)(held())(read(), never));
  assert.equal(failure.code, "E007");
  assert.match(failure.message, /res\.partner\.search_read.*no answer within 0\.005 s/);
  assert.deepEqual([failure.retryable, failure.applied], [true, "no"]);
});

Deno.test("a write cut off by its deadline is told as perhaps applied", async () => {
  const failure = await failureOf(withDeadline(deadlines)(held())(create(), never));
  assert.deepEqual([failure.code, failure.applied, failure.details], ["E007", "unknown", { deadline_s: 0.01 }]);
});

Deno.test("the caller's cancellation reaches the next layer", async () => {
  const control = new AbortController();
  const odoo = held();
  const answer = failureOf(withDeadline({ readMs: 60_000, writeMs: 60_000 })(odoo)(create(), control.signal));
  control.abort("client went away");
  const failure = await answer;
  assert.deepEqual([failure.details, failure.applied], [{ cancelled: true }, "unknown"]);
});

Deno.test("a call that was cancelled before it began asks nothing", async () => {
  const odoo = scripted([]);
  const failure = await failureOf(withDeadline(deadlines)(odoo)(create(), AbortSignal.abort()));
  assert.deepEqual([failure.applied, odoo.calls.length], ["no", 0]);
});

Deno.test("an answer in time passes", async () => {
  assert.deepEqual(await withDeadline(deadlines)(scripted([1]))(read(), never), [1]);
});
