import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import {
  decrypt,
  deriveKey,
  encrypt,
  randomKey,
  sealingKey,
  sign,
  signingKey,
  toBase64Url,
  verify,
} from "../../src/lib/seal.ts";

Deno.test("a signature holds for its text and key only", async () => {
  const key = await signingKey(randomKey());
  const other = await signingKey(randomKey());
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), async (one, two) => {
      const signature = await sign(key, one);
      assert.equal(await verify(key, one, signature), true);
      assert.equal(await verify(key, two, signature), one === two);
      assert.equal(await verify(other, one, signature), false);
    }),
  );
});

Deno.test("the signature is HMAC-SHA-256 as RFC 4231 has it", async () => {
  const bytes = new Uint8Array(131).fill(0xaa);
  const key = await signingKey(bytes);
  const signature = await sign(key, "Test Using Larger Than Block-Size Key - Hash Key First");
  const hex = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
  assert.equal(signature, toBase64Url(Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16))));
});

Deno.test("a signature has one spelling", async () => {
  const key = await signingKey(randomKey());
  const signature = await sign(key, "text");
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const same = [...alphabet].filter((last) => last !== signature.at(-1)).map((last) => signature.slice(0, -1) + last);
  for (const text of [...same, `${signature}=`, `${signature} `, "", signature.slice(1)]) {
    assert.equal(await verify(key, "text", text), false, text);
  }
});

Deno.test("a key that could be guessed is refused", () => {
  assert.throws(() => signingKey(new Uint8Array(16)), (error) => error instanceof Failure && error.code === "E004");
});

Deno.test("what was encrypted opens with the same key and for the same matter only", async () => {
  const [key, other] = await Promise.all([1, 2].map(() => sealingKey(randomKey())));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string(), fc.nat(), async (text, about, place) => {
      const sealed = await encrypt(key!, text, about);
      assert.equal(await decrypt(key!, sealed, about), text);
      assert.equal(await decrypt(other!, sealed, about), null);
      assert.equal(await decrypt(key!, sealed, `${about}x`), null);
      const changed = sealed.with(place % sealed.length, sealed[place % sealed.length]! ^ 1);
      assert.equal(await decrypt(key!, changed, about), null);
    }),
    { numRuns: 50 },
  );
  assert.equal(await decrypt(key!, new Uint8Array(3), ""), null);
});

Deno.test("one secret gives each purpose a key of its own, the same each time", async () => {
  const keys = await Promise.all(["a", "b", "a"].map((purpose) => deriveKey("secret", purpose)));
  assert.deepEqual(keys[0], keys[2]);
  assert.notDeepEqual(keys[0], keys[1]);
  assert.equal(keys[0]!.length, 32);
});
