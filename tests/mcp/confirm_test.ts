import assert from "node:assert/strict";
import { createPlanTokens } from "../../src/guard/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import { AskPerson, type ConfirmOptions, confirmWith } from "../../src/mcp/confirm.ts";

const PLAN = { summary: "delete 1 record of res.partner", lines: ["Azure #7"], effect: "delete" as const };
const BINDING = {
  caller: "local",
  instance: "default",
  tool: "delete_record",
  rest: { model: "res.partner", ids: [7] },
};

function options(extra: Partial<ConfirmOptions> = {}): ConfirmOptions {
  const tokens = createPlanTokens({ key: new Uint8Array(32) });
  return { setting: "auto", binding: BINDING, canAsk: false, tokens, ...extra };
}

async function failure(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof Failure, `expected a Failure, got ${error}`);
  return error;
}

Deno.test("without a person to ask, the plan comes back with a token that confirms it once", async () => {
  const base = options();
  const refused = await failure(confirmWith(base)(PLAN));
  assert.equal(refused.code, "E010");
  const token = String(refused.details.plan);
  await confirmWith({ ...base, token })(PLAN);
  assert.equal((await failure(confirmWith({ ...base, token })(PLAN))).code, "E010");
});

Deno.test("a token does not confirm another payload", async () => {
  const base = options();
  const token = String((await failure(confirmWith(base)(PLAN))).details.plan);
  const other = { ...BINDING, rest: { model: "res.partner", ids: [8] } };
  assert.equal((await failure(confirmWith({ ...base, binding: other, token })(PLAN))).code, "E010");
});

Deno.test("a person is asked where the client can, and their no is final", async () => {
  const base = options({ canAsk: true });
  const ask = await confirmWith(base)(PLAN).then(() => null, (reason: unknown) => reason);
  assert.ok(ask instanceof AskPerson);
  const no = await failure(confirmWith({ ...base, answer: { accepted: false, state: ask.state } })(PLAN));
  assert.match(no.message, /declined/);
});

Deno.test("an answer without the state that travelled with the question confirms nothing", async () => {
  const base = options({ canAsk: true });
  const forged = await failure(confirmWith({ ...base, answer: { accepted: true, state: "forged" } })(PLAN));
  assert.equal(forged.code, "E010");
});

Deno.test("confirm: human refuses where no person can be asked, even with a token", async () => {
  const base = options();
  const token = String((await failure(confirmWith(base)(PLAN))).details.plan);
  const refused = await failure(confirmWith({ ...base, setting: "human", token })(PLAN));
  assert.match(refused.message, /a person has to confirm/);
});
