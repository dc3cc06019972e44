/** What every Store promises, tried on each of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../../src/lib/failure.ts";
import type { Json } from "../../../src/lib/json.ts";
import { openFileStore } from "../../../src/lib/store/file.ts";
import { openRedis } from "../../../src/lib/redis.ts";
import { memoryStore } from "../../../src/lib/store/memory.ts";
import { redisStore } from "../../../src/lib/store/redis.ts";
import type { Store } from "../../../src/lib/store/store.ts";
import { NO_REDIS, startRedis } from "../../support/redis.ts";

interface Made extends AsyncDisposable {
  store: Store;
  /** Lets that many ms go by. */
  pass(ms: number): Promise<void>;
}

/** A clock that only tests move. */
function clock() {
  let time = 1_000_000;
  return { now: () => time, pass: (ms: number) => Promise.resolve(void (time += ms)) };
}

const SECRET = "s".repeat(43);

const kinds: Record<string, (options?: { most?: number }) => Promise<Made>> = {
  memory: (options = {}) => {
    const { now, pass } = clock();
    const store = memoryStore({ now, ...options });
    return Promise.resolve({ store, pass, [Symbol.asyncDispose]: () => Promise.resolve(store.close()) });
  },
  file: async (options = {}) => {
    const folder = await Deno.makeTempDir();
    const { now, pass } = clock();
    const store = await openFileStore({ file: `${folder}/store.db`, secret: SECRET, now, ...options });
    return {
      store,
      pass,
      async [Symbol.asyncDispose]() {
        store.close();
        await Deno.remove(folder, { recursive: true });
      },
    };
  },
  redis: async ({ most } = {}) => {
    const server = await startRedis();
    if (most !== undefined) {
      // Half of what is left beside what an empty Redis takes for itself, as with the others.
      const used = Number(/used_memory:(\d+)/.exec(await server.ask("INFO", "memory"))?.[1]);
      await server.ask("CONFIG", "SET", "maxmemory", String(2 * used + most));
    }
    const store = redisStore({ redis: openRedis({ url: server.url }), secret: SECRET });
    return {
      store,
      pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      async [Symbol.asyncDispose]() {
        store.close();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};

for (const [kind, make] of Object.entries(kinds)) {
  const ignore = kind === "redis" && NO_REDIS;
  Deno.test(`${kind}: a value reads back as it was put, whatever it is`, { ignore }, async () => {
    await using made = await make();
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.jsonValue(), async (key, value) => {
        const plain: Json = JSON.parse(JSON.stringify(value));
        await made.store.put(`test:${key}`, plain, 1000);
        assert.deepEqual(await made.store.get(`test:${key}`), plain);
      }),
      { numRuns: 50 },
    );
    assert.equal(await made.store.get("test:absent\u0000"), null);
  });

  Deno.test(
    `${kind}: a later put wins, a delete forgets, and what is put can't be changed from outside`,
    { ignore },
    async () => {
      await using made = await make();
      const value = { list: [1] };
      await made.store.put("a:1", value, 1000);
      value.list.push(2);
      assert.deepEqual(await made.store.get("a:1"), { list: [1] });
      await made.store.put("a:1", "second", 1000);
      assert.equal(await made.store.get("a:1"), "second");
      await made.store.delete("a:1");
      assert.equal(await made.store.get("a:1"), null);
      await made.store.delete("a:1");
    },
  );

  Deno.test(`${kind}: a value is gone when its time is over, never before`, { ignore }, async () => {
    await using made = await make();
    await made.store.put("a:1", 1, 1500);
    await made.pass(500);
    assert.equal(await made.store.get("a:1"), 1);
    assert.equal(await made.store.putNew("a:1", 2, 100), false);
    await made.pass(1000);
    assert.equal(await made.store.get("a:1"), null);
    assert.equal(await made.store.putNew("a:1", 2, 60_000), true);
    assert.equal(await made.store.get("a:1"), 2);
  });

  Deno.test(`${kind}: of many putNew at once exactly one is first`, { ignore }, async () => {
    await using made = await make();
    const all = await Promise.all(Array.from({ length: 20 }, (_, at) => made.store.putNew("plan:x", at, 1000)));
    assert.equal(all.filter((first) => first).length, 1);
    assert.equal(await made.store.get("plan:x"), all.indexOf(true));
  });

  Deno.test(`${kind}: full is E014 and nothing is lost; expired values make room, and images leave room for the rest`, {
    ignore,
  }, async () => {
    await using made = await make({ most: 20_000_000 });
    const big = "x".repeat(3_000_000);
    let images = 0;
    const refused = await (async () => {
      for (;; images++) await made.store.put(`undo:${images}`, big, 3000);
    })().catch((error: unknown) => error);
    assert.ok(refused instanceof Failure && refused.code === "E014" && refused.retryable);
    assert.ok(images >= 1 && images <= 3, `${images} images fit into half of it`);
    for (let at = 0; at < images; at++) assert.equal(await made.store.get(`undo:${at}`), big);
    assert.equal(await made.store.putNew("plan:a", big, 3000), true);
    await made.pass(3001);
    await made.store.put("undo:again", big, 1000);
    assert.equal(await made.store.get("undo:again"), big);
  });
}
