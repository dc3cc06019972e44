import assert from "node:assert/strict";
import fc from "fast-check";
import { createLimits, type LimitOptions } from "../../src/guard/limits.ts";
import { type Caller, LOCAL_CALLER, paceOf, withPace } from "../../src/guard/mod.ts";
import { inMemory } from "../../src/guard/rate.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json } from "../../src/lib/json.ts";
import type { Call } from "../../src/odoo/mod.ts";

/** A clock that only the test moves. */
function clock() {
  let ms = 0;
  return { now: () => ms, wait: (seconds: number) => ms += seconds * 1000 };
}

const NONE: LimitOptions = {
  requests_per_minute: 0,
  burst: 60,
  writes_per_minute: 0,
  concurrent: 64,
  concurrent_per_caller: 64,
  instances: {},
  atTheDoor: false,
};

function limits(options: Partial<LimitOptions>) {
  return createLimits({ ...NONE, ...options });
}

const caller = (id: string): Caller => ({ ...LOCAL_CALLER, id });
const reading = { instance: "default", access: "read" } as const;
const writing = { instance: "default", access: "write" } as const;

/** The Failure of a call that is one too many. */
async function refusal(run: () => Promise<unknown>): Promise<Failure> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("it was let through");
}

/** Runs something by a clock that it moves itself; buckets look at `performance.now`. */
async function byClock(run: (time: ReturnType<typeof clock>) => void | Promise<void>): Promise<void> {
  const real = performance.now;
  const time = clock();
  performance.now = time.now;
  try {
    await run(time);
  } finally {
    performance.now = real;
  }
}

const RATE = { name: "test", perMinute: 60, burst: 3 };

Deno.test("a caller has a burst, then the rate, and is told how long to wait", async () => {
  await byClock(async (time) => {
    const { enter } = limits({ requests_per_minute: 60, burst: 3 });
    for (let i = 0; i < 3; i++) (await enter(caller("a"), reading))();
    const refused = await refusal(() => enter(caller("a"), reading));
    assert.deepEqual([refused.code, refused.retryable, refused.details["retry_after_s"]], ["E006", true, 1]);
    (await enter(caller("b"), reading))();
    time.wait(1);
    (await enter(caller("a"), reading))();
    assert.equal((await refusal(() => enter(caller("a"), reading))).code, "E006");
  });
});

Deno.test("whoever waits as long as told gets in", async () => {
  const rates = fc.record({ perMinute: fc.integer({ min: 1, max: 10_000 }), burst: fc.integer({ min: 1, max: 100 }) });
  await fc.assert(
    fc.asyncProperty(rates, fc.array(fc.nat(30), { maxLength: 60 }), (rate, pauses) =>
      byClock((time) => {
        const limiter = inMemory({ ...RATE, ...rate });
        for (const pause of pauses) {
          time.wait(pause / 10);
          const wait = limiter.take("a");
          assert.equal(typeof wait, "number");
          if (wait === 0) continue;
          time.wait(Number(wait));
          assert.equal(limiter.take("a"), 0);
        }
      })),
    { numRuns: 2000 },
  );
});

Deno.test("in no minute does a caller get more than the rate and one burst", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { minLength: 200, maxLength: 400 }), (pauses) =>
      byClock((time) => {
        const limiter = inMemory({ ...RATE, perMinute: 30, burst: 5 });
        const taken: number[] = [];
        for (const pause of pauses) {
          time.wait(pause / 10);
          if (limiter.take("a") === 0) taken.push(time.now());
        }
        for (const from of taken) assert.ok(taken.filter((at) => at >= from && at < from + 60_000).length <= 35);
      })),
  );
});

Deno.test("ten thousand strangers don't make a caller's bucket grow, and memory stays bounded", () => {
  const limiter = inMemory({ ...RATE, perMinute: 1, burst: 1 });
  assert.equal(limiter.take("a"), 0);
  for (let i = 0; i < 9_990; i++) limiter.take(`stranger ${i}`);
  assert.equal(limiter.take("a"), 60);
});

Deno.test("changes have a limit of their own, and reads go on", async () => {
  const { enter } = limits({ writes_per_minute: 2 });
  for (let i = 0; i < 2; i++) (await enter(caller("a"), writing))();
  const refused = await refusal(() => enter(caller("a"), { ...writing, access: "act" }));
  assert.deepEqual([refused.code, refused.details["rule"]], ["E006", "limits.writes_per_minute"]);
  (await enter(caller("a"), reading))();
  (await enter(caller("b"), writing))();
});

Deno.test("an Instance's limit is for all callers together, and other Instances go on", async () => {
  const { enter } = limits({ instances: { default: 2, other: 0 } });
  (await enter(caller("a"), reading))();
  (await enter(caller("b"), reading))();
  assert.equal((await refusal(() => enter(caller("c"), reading))).code, "E006");
  (await enter(caller("c"), { ...reading, instance: "other" }))();
});

Deno.test("a caller has so many calls at once, and the next as soon as one has ended", async () => {
  const { enter } = limits({ concurrent_per_caller: 2 });
  const first = await enter(caller("a"), reading);
  await enter(caller("a"), reading);
  const refused = await refusal(() => enter(caller("a"), reading));
  assert.deepEqual([refused.code, refused.details["retry_after_s"]], ["E014", 1]);
  (await enter(caller("b"), reading))();
  first();
  (await enter(caller("a"), reading))();
});

Deno.test("calls that a limit refuses don't count as running", async () => {
  const { enter } = limits({ concurrent_per_caller: 1, writes_per_minute: 1 });
  (await enter(caller("a"), writing))();
  for (let i = 0; i < 3; i++) {
    assert.equal((await refusal(() => enter(caller("a"), writing))).details["rule"], "limits.writes_per_minute");
  }
  (await enter(caller("a"), reading))();
});

Deno.test("while a shared count is waited for, no more calls come in than may run at once", async () => {
  const slow = () => ({ take: () => new Promise<number>((resolve) => setTimeout(() => resolve(0), 5)) });
  const options = { concurrent_per_caller: 2, requests_per_minute: 100 };
  const { enter } = createLimits({ ...NONE, ...options }, slow);
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => enter(caller("a"), reading)));
  assert.equal(all.filter(({ status }) => status === "fulfilled").length, 2);
});

Deno.test("an Instance has so many calls at once, all callers together, and other Instances go on", async () => {
  const { enter } = limits({ concurrent: 2 });
  const first = await enter(caller("a"), reading);
  await enter(caller("b"), reading);
  assert.equal((await refusal(() => enter(caller("c"), reading))).details["rule"], "limits.concurrent");
  (await enter(caller("c"), { ...reading, instance: "other" }))();
  first();
  (await enter(caller("c"), reading))();
});

Deno.test("over HTTP requests are counted at the door, and their tool calls not again", async () => {
  const { enter, request } = limits({ requests_per_minute: 2, atTheDoor: true });
  assert.equal(await request("a"), null);
  for (let i = 0; i < 5; i++) (await enter(caller("a"), reading))();
  assert.equal(await request("a"), null);
  assert.equal((await request("a"))?.code, "E006");
});

Deno.test("Odoo Online has a pace of one call a second unless the settings say otherwise", () => {
  assert.equal(paceOf("https://acme.odoo.com", undefined), 1);
  assert.equal(paceOf("https://ACME.odoo.com.:443/", undefined), 1);
  assert.equal(paceOf("https://acme.odoo.com", 10), 10);
  assert.equal(paceOf("https://acme.odoo.com", 0), 0);
  for (
    const url of ["https://odoo.example.com", "https://notodoo.com", "https://odoo.com.example.org", "http://[::1]"]
  ) {
    assert.equal(paceOf(url, undefined), 0, url);
  }
});

const CALL: Call = {
  model: "res.partner",
  method: "search",
  params: {},
  context: {},
  effect: "read",
  origin: "caller",
};

Deno.test("a pace lets a few calls out at once and the rest in turn; a rest earns no more than that", async () => {
  const waits: number[] = [];
  const time = clock();
  const sent: Json[] = [];
  const execute = withPace(50, { now: time.now, sleep: (ms) => Promise.resolve(void waits.push(ms)) })((call) => {
    sent.push(call.ids![0]!);
    return Promise.resolve(null);
  });
  const ask = (ids: number[]) =>
    Promise.all(ids.map((id) => execute({ ...CALL, ids: [id] }, new AbortController().signal)));
  await ask([1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(waits, [20, 40, 60]);
  assert.deepEqual(sent.toSorted(), [1, 2, 3, 4, 5, 6, 7, 8]);
  time.wait(60);
  waits.length = 0;
  await ask([1, 2, 3, 4, 5, 6]);
  assert.deepEqual(waits, [20]);
});

Deno.test("whoever gives up waiting for the pace sends nothing", async () => {
  let sent = 0;
  const execute = withPace(1)(() => Promise.resolve(++sent));
  const stop = new AbortController();
  const all = Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => execute(CALL, stop.signal)));
  await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort();
  const results = await all;
  assert.deepEqual([sent, results[5]!.status], [5, "rejected"]);
});
