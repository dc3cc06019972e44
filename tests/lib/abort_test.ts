import assert from "node:assert/strict";
import { abortFailure, sleep, within } from "../../src/lib/abort.ts";
import { Failure } from "../../src/lib/failure.ts";
import { failureOf, never } from "../odoo/calls.ts";

Deno.test("an abort without a Failure as its reason means cancelled", () => {
  const failure = abortFailure(AbortSignal.abort("gone"));
  assert.equal(failure.code, "E007");
  assert.deepEqual(failure.details, { cancelled: true });
  assert.equal(failure.applied, "no");
});

Deno.test("an abort keeps its Failure and takes what the waiter knows about it", () => {
  const reason = new Failure("E007", "late", { hint: "h", retryable: true, details: { a: 1 }, applied: "unknown" });
  const signal = AbortSignal.abort(reason);
  assert.equal(abortFailure(signal, "unknown"), reason);
  const certain = abortFailure(signal, "no");
  assert.deepEqual([certain.applied, certain.toJSON()], ["no", reason.toJSON()]);
});

Deno.test("a sleep ends with its signal", async () => {
  const control = new AbortController();
  const sleeping = failureOf(sleep(60_000, control.signal));
  control.abort();
  assert.equal((await sleeping).details["cancelled"], true);
  assert.equal((await failureOf(sleep(60_000, control.signal))).details["cancelled"], true);
});

Deno.test("within gives its time's end as the signal's reason", async () => {
  const late = () => new Failure("E007", "late");
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const failure = await failureOf(within({ signal: never, ms: 5, late }, hang));
  assert.equal(failure.message, "late");
});

Deno.test("within passes on what was found out although the time was up", async () => {
  const business = new Failure("E004", "no such value");
  const late = () => new Failure("E007", "late");
  const answersLate = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(business)));
  assert.equal(await failureOf(within({ signal: never, ms: 5, late }, answersLate)), business);
});
