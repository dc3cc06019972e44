import assert from "node:assert/strict";
import { createSlowRefusal } from "../../src/mcp/slow_refusal.ts";

const { signal } = new AbortController();
const refusal = () => new Response(null, { status: 401 });

Deno.test("a few refusals are answered at once, many in turn, and nobody waits longer than a second", async () => {
  const waits: number[] = [];
  let now = 0;
  const slowly = createSlowRefusal({ now: () => now, sleep: (ms) => Promise.resolve(void waits.push(ms)) });
  for (let at = 0; at < 34; at++) await slowly(refusal(), signal);
  assert.deepEqual(waits, [5, 10, 15]);
  for (let at = 0; at < 1000; at++) await slowly(refusal(), signal);
  assert.equal(Math.max(...waits), 1000);
  now += 2_000;
  waits.length = 0;
  for (let at = 0; at < 32; at++) await slowly(refusal(), signal);
  assert.deepEqual(waits, [5]);
});

Deno.test("what is no refusal never waits, whatever waits beside it", async () => {
  const slowly = createSlowRefusal({ now: () => 0, sleep: () => Promise.reject(new Error("it waits")) });
  for (let at = 0; at < 31; at++) await slowly(refusal(), signal);
  for (const status of [200, 202, 304, 500, 503]) await slowly(new Response(null, { status }), signal);
});

Deno.test("whoever hangs up while waiting is waited for no longer", async () => {
  const slowly = createSlowRefusal();
  const gone = new AbortController();
  const waiting = Array.from({ length: 1000 }, () => slowly(new Response(null, { status: 429 }), gone.signal));
  gone.abort();
  assert.equal((await Promise.all(waiting)).length, 1000);
});
