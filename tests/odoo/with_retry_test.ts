import assert from "node:assert/strict";
import { sleep } from "../../src/lib/abort.ts";
import { Failure } from "../../src/lib/failure.ts";
import { withDeadline } from "../../src/odoo/with_deadline.ts";
import { type RetryOptions, withRetry } from "../../src/odoo/with_retry.ts";
import { broken, create, failureOf, held, never, read, refused, scripted } from "./calls.ts";

const deadlines = { readMs: 5000, writeMs: 5000 };
const quick: RetryOptions = { deadlines, initialDelayMs: 1, maxDelayMs: 2 };
const conflict = new Failure("E008", "could not serialize access", { retryable: true });
const throttled = (seconds: number) =>
  new Failure("E006", "Too many requests", { retryable: true, details: { retry_after_s: seconds } });

Deno.test("a create refused before it left is sent again", async () => {
  const odoo = scripted(refused, refused, 7);
  assert.equal(await withRetry(quick)(odoo)(create(), never), 7);
  assert.equal(odoo.calls.length, 3);
});

Deno.test("a create whose connection broke is not sent twice", async () => {
  const odoo = scripted(broken, 7);
  assert.equal(await failureOf(withRetry(quick)(odoo)(create(), never)), broken);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("a timed-out create is not sent twice", async () => {
  const odoo = held();
  const execute = withDeadline({ readMs: 5, writeMs: 5 })(withRetry(quick)(odoo));
  const failure = await failureOf(execute(create(), never));
  assert.deepEqual([failure.code, failure.applied], ["E007", "unknown"]);
  assert.equal(odoo.open.length, 1);
});

Deno.test("a write rolled back by a serialization failure is sent again", async () => {
  const odoo = scripted(conflict, true);
  assert.equal(await withRetry(quick)(odoo)(create(), never), true);
  assert.equal(odoo.calls.length, 2);
});

Deno.test("a read whose keep-alive socket had died is asked again at once", async () => {
  const odoo = scripted(broken, [1]);
  // A wait of a minute would not fit before the deadline: only an immediate attempt succeeds.
  const execute = withRetry({ deadlines, initialDelayMs: 60_000, maxDelayMs: 60_000 })(odoo);
  assert.deepEqual(await execute(read(), never), [1]);
});

Deno.test("a gateway's error is waited out, not asked again at once", async () => {
  const details = { http_status: 503, retry_after_s: 60 };
  const unavailable = new Failure("E001", "service unavailable", { retryable: true, applied: "unknown", details });
  const odoo = scripted(unavailable, []);
  assert.equal(await failureOf(withRetry(quick)(odoo)(read(), never)), unavailable);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("a read gives up after its attempts, with the last failure", async () => {
  const odoo = scripted(broken);
  const failures: string[] = [];
  const execute = withRetry({ ...quick, attempts: 4, onRetry: (_, { code }) => failures.push(code) })(odoo);
  assert.equal(await failureOf(execute(read(), never)), broken);
  assert.equal(odoo.calls.length, 4);
  assert.deepEqual(failures, ["E001", "E001", "E001"]);
});

Deno.test("what will not pass is not tried again", async () => {
  const errors = [new Failure("E004", "bad"), new Failure("E001", "wrong database"), new Failure("E003", "no")];
  for (const error of errors) {
    const odoo = scripted(error, []);
    assert.equal(await failureOf(withRetry(quick)(odoo)(read(), never)), error);
    assert.equal(odoo.calls.length, 1);
  }
});

Deno.test("an error that is no Failure is not tried again", async () => {
  let calls = 0;
  const execute = withRetry(quick)(() => Promise.reject(new TypeError(`bug ${++calls}`)));
  await assert.rejects(execute(read(), never), /bug 1/);
});

Deno.test("busy is answered at once", async () => {
  const busy = new Failure("E014", "queue full", { retryable: true, details: { retry_after_s: 0 } });
  const odoo = scripted(busy, []);
  assert.equal(await failureOf(withRetry(quick)(odoo)(read(), never)), busy);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("when the circuit opens between attempts, what happened before is told", async () => {
  const odoo = scripted(refused, new Failure("E014", "circuit open", { retryable: true }));
  assert.equal(await failureOf(withRetry(quick)(odoo)(read(), never)), refused);
});

Deno.test("Retry-After is waited for when it fits, for writes too", async () => {
  const odoo = scripted(throttled(0.01), 7);
  assert.equal(await withRetry(quick)(odoo)(create(), never), 7);
});

Deno.test("nothing is sent before Retry-After is over", async () => {
  const odoo = scripted(throttled(60), []);
  const control = new AbortController();
  const execute = withRetry({ ...quick, deadlines: { readMs: 600_000, writeMs: 600_000 } })(odoo);
  const waiting = failureOf(execute(read(), control.signal));
  await sleep(20, never);
  control.abort();
  assert.deepEqual([(await waiting).details["cancelled"], odoo.calls.length], [true, 1]);
});

Deno.test("a Retry-After past the deadline is answered, not waited for", async () => {
  const failure = throttled(60);
  const odoo = scripted(failure, []);
  assert.equal(await failureOf(withRetry(quick)(odoo)(read(), never)), failure);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("a write is not begun anew in the second half of its time", async () => {
  const odoo = scripted(conflict, true);
  const slow = async (...args: Parameters<typeof odoo>) => {
    await sleep(30, never);
    return await odoo(...args);
  };
  const execute = withRetry({ ...quick, deadlines: { readMs: 5000, writeMs: 40 } })(slow);
  assert.equal(await failureOf(execute(create(), never)), conflict);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("a cancelled wait between attempts ends at once, and nothing has happened", async () => {
  const odoo = scripted(refused, []);
  const control = new AbortController();
  const options = { deadlines: { readMs: 600_000, writeMs: 600_000 }, initialDelayMs: 60_000, maxDelayMs: 100_000 };
  const execute = withRetry({ ...options, onRetry: () => queueMicrotask(() => control.abort()) })(odoo);
  const failure = await failureOf(execute(create(), control.signal));
  assert.deepEqual([failure.details["cancelled"], failure.applied, odoo.calls.length], [true, "no", 1]);
});
