import assert from "node:assert/strict";
import fc from "fast-check";
import { createPlanTokens, usedInStore } from "../../src/guard/mod.ts";
import { usedInMemory } from "../../src/guard/plan_token.ts";
import { Failure } from "../../src/lib/failure.ts";
import { canonicalJson, type Json } from "../../src/lib/json.ts";
import { randomKey } from "../../src/lib/seal.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";

const BINDING = {
  caller: "local",
  instance: "default",
  tool: "delete_record",
  rest: { model: "res.partner", ids: [7] },
};

function code(expected: string) {
  return (error: unknown) => error instanceof Failure && error.code === expected;
}

Deno.test("a plan token works once", async () => {
  const tokens = createPlanTokens({ key: randomKey() });
  const token = await tokens.issue(BINDING);
  await tokens.redeem(token, BINDING);
  await assert.rejects(tokens.redeem(token, BINDING), code("E010"));
});

Deno.test("of two uses at the same time one is refused", async () => {
  const tokens = createPlanTokens({ key: randomKey() });
  const token = await tokens.issue(BINDING);
  const both = await Promise.allSettled([tokens.redeem(token, BINDING), tokens.redeem(token, BINDING)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

Deno.test("a plan token expires after five minutes", async () => {
  let now = 1_000_000;
  const tokens = createPlanTokens({ key: randomKey(), now: () => now });
  const [early, late] = [await tokens.issue(BINDING), await tokens.issue(BINDING)];
  now += 5 * 60_000 - 1;
  await tokens.redeem(early, BINDING);
  now += 1;
  await assert.rejects(tokens.redeem(late, BINDING), code("E010"));
});

Deno.test("any change of the binding makes a token invalid, and the same meaning keeps it valid", async () => {
  const tokens = createPlanTokens({ key: randomKey() });
  await fc.assert(fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, two) => {
    const [first, second] = [one as Json, two as Json];
    const token = await tokens.issue(first);
    if (canonicalJson(first) !== canonicalJson(second)) {
      await assert.rejects(tokens.redeem(token, second), code("E010"));
    }
    await tokens.redeem(token, JSON.parse(JSON.stringify(first)));
  }));
  const token = await tokens.issue({ b: 1.0, a: [1, { y: 2, x: 3 }] });
  await tokens.redeem(token, JSON.parse('{"a":[1.0,{"x":3,"y":2}],"b":1}'));
});

Deno.test("each part of a binding counts: caller, instance, tool, model, ids and their order", async () => {
  const tokens = createPlanTokens({ key: randomKey() });
  const token = await tokens.issue(BINDING);
  const others: Json[] = [
    { ...BINDING, caller: "other" },
    { ...BINDING, instance: "second" },
    { ...BINDING, tool: "run_action" },
    { ...BINDING, rest: { model: "res.partner", ids: [7, 8] } },
    { ...BINDING, rest: { model: "res.partner", ids: ["7"] } },
    { ...BINDING, rest: { model: "res.partner", ids: [7], extra: null } },
    { ...BINDING, rest: { model: "res.partner" } },
    null,
  ];
  for (const other of others) await assert.rejects(tokens.redeem(token, other), code("E010"));
  await tokens.redeem(token, BINDING);
});

Deno.test("a tampered token is refused, whatever is changed, and without a word about it", async () => {
  const tokens = createPlanTokens({ key: randomKey() });
  const token = await tokens.issue(BINDING);
  const messages = new Set<string>();
  const refuse = async (text: string) => {
    const failure = await tokens.redeem(text, BINDING).then(() => assert.fail(`accepted ${text}`), (error) => error);
    assert.ok(failure instanceof Failure);
    const shown = JSON.stringify(failure);
    assert.ok(text === "" || !shown.includes(text), "the token is echoed");
    messages.add(shown);
  };
  for (let place = 0; place < token.length; place++) {
    const changed = token[place] === "1" ? "2" : "1";
    await refuse(token.slice(0, place) + changed + token.slice(place + 1));
  }
  for (const text of ["", "..", token + token, ` ${token}`, `${token}\n`, "constructor", "9".repeat(100_000)]) {
    await refuse(text);
  }
  await refuse(await createPlanTokens({ key: randomKey() }).issue(BINDING));
  assert.equal(messages.size, 1);
  await tokens.redeem(token, BINDING);
});

Deno.test("processes that share the key accept each other's tokens", async () => {
  const key = randomKey();
  const token = await createPlanTokens({ key }).issue(BINDING);
  await createPlanTokens({ key }).redeem(token, BINDING);
});

Deno.test("used tokens are forgotten when they have expired, never before: a full memory refuses", async () => {
  let now = 0;
  const used = usedInMemory(() => now, 2);
  assert.equal(await used.use("a", 100), true);
  assert.equal(await used.use("b", 100), true);
  await assert.rejects(used.use("c", 100), code("E014"));
  assert.equal(await used.use("a", 100), false);
  now = 100;
  assert.equal(await used.use("c", 200), true);
});

Deno.test("a plan whose records look otherwise since no longer fits, and is used up by that", async () => {
  const tokens = createPlanTokens({ key: randomKey() });
  const look = [[7, "2026-11-21 09:00:00"]];
  const token = await tokens.issue(BINDING, look);
  const stale = await tokens.redeem(token, BINDING, [[7, "2026-11-21 09:00:01"]]).catch((error: unknown) => error);
  assert.ok(stale instanceof Failure && stale.code === "E010" && stale.details["no_longer_fits"] === true);
  await assert.rejects(tokens.redeem(token, BINDING, look), code("E010"));
  // Whoever holds no valid plan learns nothing about the records.
  const other = await tokens.redeem(await tokens.issue(BINDING, look), { ...BINDING, caller: "other" }, [])
    .catch((error: unknown) => error);
  assert.ok(other instanceof Failure && other.details["no_longer_fits"] === undefined);
  await tokens.redeem(await tokens.issue(BINDING, look), BINDING, JSON.parse(JSON.stringify(look)));
});

Deno.test("of replicas that share key and Store only one takes a token", async () => {
  const [key, store] = [randomKey(), memoryStore()];
  const [one, other] = [1, 2].map(() => createPlanTokens({ key, used: usedInStore(store) }));
  const token = await one!.issue(BINDING);
  const both = await Promise.allSettled([one!.redeem(token, BINDING), other!.redeem(token, BINDING)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});
