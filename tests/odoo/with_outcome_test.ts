import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { withOutcome } from "../../src/odoo/with_outcome.ts";
import { broken, create, failureOf, never, read, refused, scripted } from "./calls.ts";

Deno.test("a write that may have happened becomes E009 with what to check", async () => {
  const failure = await failureOf(withOutcome(scripted(broken))(create(), never));
  assert.equal(failure.code, "E009");
  assert.match(failure.message, /res\.partner\.create.*connection reset/);
  assert.match(failure.hint, /Read the records first/);
  assert.deepEqual(failure.details, { model: "res.partner", method: "create" });
  assert.deepEqual([failure.retryable, failure.applied, failure.cause], [false, "unknown", broken]);
});

Deno.test("an act on records that may have happened names the records", async () => {
  const act = create({ method: "action_confirm", ids: [7, 8], effect: "act" });
  const failure = await failureOf(withOutcome(scripted(broken))(act, never));
  assert.deepEqual([failure.code, failure.details["ids"]], ["E009", [7, 8]]);
});

Deno.test("a write that surely did not happen keeps its failure", async () => {
  const refusal = new Failure("E004", "Name is required");
  assert.equal(await failureOf(withOutcome(scripted(refusal))(create(), never)), refusal);
  assert.equal(await failureOf(withOutcome(scripted(refused))(create(), never)), refused);
});

Deno.test("an error of unknown kind during a write counts as uncertain", async () => {
  const execute = () => Promise.reject(new TypeError("bug"));
  const failure = await failureOf(withOutcome(execute)(create(), never));
  assert.equal(failure.code, "E009");
  assert.doesNotMatch(failure.message, /bug/);
});

Deno.test("a read is never uncertain", async () => {
  assert.equal(await failureOf(withOutcome(scripted(broken))(read(), never)), broken);
});
