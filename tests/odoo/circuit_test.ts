import assert from "node:assert/strict";
import { sleep } from "../../src/lib/abort.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json } from "../../src/lib/json.ts";
import { withCircuit } from "../../src/odoo/circuit.ts";
import { failureOf, held, never, read, refused, scripted } from "./calls.ts";

const business = new Failure("E004", "Name is required");
const wrongDatabase = new Failure("E001", "Cannot find the database");
const tooHeavy = new Failure("E007", "the database gave up, it took too long");
const late = new Failure("E007", "no answer within 30 s", { retryable: true });

async function run(circuit: ReturnType<typeof withCircuit>, ...steps: (Json | Failure)[]): Promise<string[]> {
  const odoo = scripted(...steps);
  const codes: string[] = [];
  for (const _ of steps) {
    codes.push(await circuit(odoo)(read(), never).then(() => "ok", (error) => error.code));
  }
  return codes;
}

Deno.test("an open circuit answers busy without asking Odoo", async () => {
  const circuit = withCircuit({ instance: "main", failures: 3, openMs: 60_000, maxOpenMs: 60_000 });
  await run(circuit, refused, late, refused);
  const odoo = scripted([]);
  const failure = await failureOf(circuit(odoo)(read(), never));
  assert.equal(failure.code, "E014");
  assert.match(failure.message, /connection refused/);
  assert.ok(Number(failure.details["retry_after_s"]) > 50 && Number(failure.details["retry_after_s"]) <= 60);
  assert.deepEqual([failure.retryable, failure.applied, odoo.calls.length], [true, "no", 0]);
});

Deno.test("errors of Odoo's own never open the circuit, and reset its count", async () => {
  const circuit = withCircuit({ instance: "main", failures: 2, openMs: 60_000 });
  const steps = [
    business,
    business,
    business,
    refused,
    business,
    refused,
    wrongDatabase,
    refused,
    tooHeavy,
    refused,
    1,
  ];
  const codes = await run(circuit, ...steps);
  assert.ok(!codes.includes("E014"), codes.join());
});

Deno.test("cancelled calls do not open the circuit", async () => {
  const circuit = withCircuit({ instance: "main", failures: 1, openMs: 60_000 });
  const cancelled = new Failure("E007", "cancelled", { details: { cancelled: true } });
  assert.deepEqual(await run(circuit, cancelled, cancelled, []), ["E007", "E007", "ok"]);
});

Deno.test("after its time one call tries, the others are told busy, and its answer closes the circuit", async () => {
  const states: string[] = [];
  const circuit = withCircuit({ instance: "main", failures: 1, openMs: 5, onState: (state) => states.push(state) });
  await run(circuit, refused);
  await sleep(10, never);
  const odoo = held();
  const trying = circuit(odoo)(read(), never);
  assert.equal((await failureOf(circuit(odoo)(read(), never))).code, "E014");
  assert.equal(odoo.open.length, 1);
  odoo.open[0]!.answer([1]);
  assert.deepEqual(await trying, [1]);
  assert.deepEqual(await run(circuit, [2]), ["ok"]);
  assert.deepEqual(states, ["open", "half-open", "closed"]);
});

Deno.test("a try that fails, or is cancelled, leaves the circuit open", async () => {
  const cancelled = new Failure("E007", "cancelled", { details: { cancelled: true } });
  for (const outcome of [refused, cancelled]) {
    const circuit = withCircuit({ instance: "main", failures: 1, openMs: 5, maxOpenMs: 60_000 });
    await run(circuit, refused);
    await sleep(10, never);
    const states: string[] = await run(circuit, outcome);
    assert.equal(states[0], outcome.code);
    const odoo = scripted([]);
    assert.equal((await failureOf(circuit(odoo)(read(), never))).code, "E014");
    assert.equal(odoo.calls.length, 0);
  }
});

Deno.test("a business error of the call that tries closes the circuit: Odoo is back", async () => {
  const circuit = withCircuit({ instance: "main", failures: 1, openMs: 5 });
  await run(circuit, refused);
  await sleep(10, never);
  assert.deepEqual(await run(circuit, business, []), ["E004", "ok"]);
});
