import assert from "node:assert/strict";
import { createSlowRefusal } from "../../src/mcp/slow_refusal.ts";

const { signal } = new AbortController();

Deno.test("a few refusals are answered at once, many in turn, and what is no refusal never waits", async () => {
  const slowly = createSlowRefusal();
  const order: string[] = [];
  const answer = async (name: string, status: number) => {
    await slowly(new Response(null, { status }), signal);
    order.push(name);
  };
  const refused = Array.from({ length: 40 }, (_, at) => answer(`no ${at}`, 401));
  await answer("yes", 200);
  const [before, after] = [order.slice(0, order.indexOf("yes")), order.slice(order.indexOf("yes") + 1)];
  await Promise.all(refused);
  assert.equal(before.length, 31);
  assert.deepEqual(after, []);
  assert.deepEqual(order.filter((name) => name !== "yes"), Array.from({ length: 40 }, (_, at) => `no ${at}`));
});

Deno.test("whoever hangs up while waiting is waited for no longer", async () => {
  const slowly = createSlowRefusal();
  const gone = new AbortController();
  const waiting = Array.from({ length: 1000 }, () => slowly(new Response(null, { status: 429 }), gone.signal));
  gone.abort();
  assert.equal((await Promise.all(waiting)).length, 1000);
});
