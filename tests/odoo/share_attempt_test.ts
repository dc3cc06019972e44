import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { shareAttempt } from "../../src/odoo/share_attempt.ts";
import { failureOf, never, settle } from "./calls.ts";

function watched() {
  const runs: { answer: (value: number) => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  const ask = shareAttempt<number>((signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    runs.push({ answer: resolve, fail: reject, signal });
    return promise;
  });
  return { ask, runs };
}

Deno.test("callers at the same moment share one run, and its failure", async () => {
  const { ask, runs } = watched();
  const both = [ask(never), ask(never)];
  runs[0]!.answer(7);
  assert.deepEqual(await Promise.all(both), [7, 7]);
  const failing = [ask(never), ask(never)].map(failureOf);
  runs[1]!.fail(new Failure("E001", "down"));
  assert.deepEqual((await Promise.all(failing)).map(({ code }) => code), ["E001", "E001"]);
  assert.equal(runs.length, 2);
});

Deno.test("nothing is kept: the next caller starts anew", async () => {
  const { ask, runs } = watched();
  const first = ask(never);
  runs[0]!.answer(1);
  await first;
  const second = ask(never);
  runs[1]!.answer(2);
  assert.equal(await second, 2);
});

Deno.test("one caller who leaves does not fail the others", async () => {
  const { ask, runs } = watched();
  const leaving = new AbortController();
  const gone = failureOf(ask(leaving.signal));
  const stays = ask(never);
  leaving.abort();
  assert.deepEqual((await gone).details, { cancelled: true });
  assert.equal(runs[0]!.signal.aborted, false);
  runs[0]!.answer(7);
  assert.equal(await stays, 7);
});

Deno.test("the run is aborted when the last caller leaves, and the next one does not inherit it", async () => {
  const { ask, runs } = watched();
  const callers = [new AbortController(), new AbortController()];
  const gone = callers.map(({ signal }) => failureOf(ask(signal)));
  for (const caller of callers) caller.abort();
  await Promise.all(gone);
  assert.equal(runs[0]!.signal.aborted, true);
  const next = ask(never);
  runs[0]!.fail(new Error("too late"));
  await settle();
  runs[1]!.answer(7);
  assert.equal(await next, 7);
});

Deno.test("a caller who had left before starts nothing", async () => {
  const { ask, runs } = watched();
  assert.equal((await failureOf(ask(AbortSignal.abort()))).code, "E007");
  assert.equal(runs.length, 0);
});
