import assert from "node:assert/strict";
import fc from "fast-check";
import { randomKey } from "../../src/lib/seal.ts";
import { createSealer } from "../../src/lib/sealer.ts";

Deno.test("a sealed value opens again, for the same purpose only", async () => {
  const sealer = createSealer(randomKey());
  await fc.assert(fc.asyncProperty(fc.jsonValue(), fc.string(), async (value, about) => {
    const plain = JSON.parse(JSON.stringify(value));
    const token = await sealer.seal(plain, about, 1000);
    assert.match(token, /^[A-Za-z0-9_-]+$/);
    assert.deepEqual(await sealer.open(token, about), plain);
    assert.equal(await sealer.open(token, `${about}x`), null);
  }));
});

Deno.test("a token that was changed, cut or made with another key does not open", async () => {
  const key = randomKey();
  const sealer = createSealer(Promise.resolve(key));
  const token = await sealer.seal({ model: "stock.picking" }, "a", 1000);
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === "A" ? "B" : "A";
    assert.equal(await sealer.open(`${token.slice(0, at)}${other}${token.slice(at + 1)}`, "a"), null, `at ${at}`);
  }
  for (const bad of ["", "a", "abc", token.slice(1), token.slice(0, -1), `${token}A`, `${token}=`, "*".repeat(80)]) {
    assert.equal(await sealer.open(bad, "a"), null);
  }
  assert.equal(await createSealer(randomKey()).open(token, "a"), null);
  assert.deepEqual(await createSealer(key).open(token, "a"), { model: "stock.picking" }, "a replica with the same key");
});

Deno.test("a token opens until its time is over", async () => {
  let now = 1_000_000;
  const sealer = createSealer(randomKey(), () => now);
  const token = await sealer.seal(true, "a", 60_000);
  now += 59_000;
  assert.equal(await sealer.open(token, "a"), true);
  now += 2_000;
  assert.equal(await sealer.open(token, "a"), null);
});
