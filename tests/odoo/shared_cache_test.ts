/** Caches of several replicas over one real Redis. */
import assert from "node:assert/strict";
import { openRedis } from "../../src/lib/redis.ts";
import { sharedCache } from "../../src/lib/shared_cache.ts";
import type { Json } from "../../src/lib/json.ts";
import type { Execute } from "../../src/odoo/call.ts";
import { type CacheOptions, withCache } from "../../src/odoo/with_cache.ts";
import { type RedisServer, redisTest, startRedis } from "../support/redis.ts";
import { until } from "../support/until.ts";
import { create, never, read } from "./calls.ts";

const SECRET = "s".repeat(43);
const RECORDS: CacheOptions = { ttlMs: 60_000, maxEntries: 100, holds: () => true, droppedBy: () => true };

/** An Odoo with one value, which writes count up, and how often it was asked for it. */
function odoo() {
  const state = { value: 1, asked: 0, execute: (() => Promise.resolve(null)) as Execute };
  state.execute = (call) => {
    if (call.effect !== "read") return Promise.resolve(++state.value);
    state.asked++;
    return Promise.resolve([{ id: 1, name: `Azure Interior ${state.value}` }]);
  };
  return state;
}

function replica(server: RedisServer, next: Execute, options: Partial<CacheOptions> = {}, about = "records") {
  const cache = sharedCache({ redis: openRedis({ url: server.url }), secret: SECRET });
  const execute = withCache({ ...RECORDS, ...options, shared: cache.part(about) })(next);
  const name = async () => JSON.stringify(await execute(read(), never)).replace(/\D+1,.*?(\d+)"}]$/, "$1");
  return { execute, name, [Symbol.dispose]: () => cache.close() };
}

redisTest("what one replica has read the other answers, sealed on the way; another user's stays apart", async () => {
  await using server = await startRedis();
  const real = odoo();
  using one = replica(server, real.execute);
  using two = replica(server, real.execute);
  using stranger = replica(server, real.execute, {}, "another user's records");
  assert.deepEqual([await one.name(), await two.name(), await two.name()], ["1", "1", "1"]);
  assert.equal(real.asked, 1);
  await stranger.name();
  assert.equal(real.asked, 2);
  const keys = (await server.ask("KEYS", "*")).split("\r\n").filter((line) => line.startsWith("odoo-mcp:cache"));
  assert.equal(keys.length, 2);
  for (const key of keys) assert.ok(!(key + await server.ask("GET", key)).includes("Azure"));
});

redisTest("a write through one replica drops what all of them keep", async () => {
  await using server = await startRedis();
  const real = odoo();
  using one = replica(server, real.execute);
  using two = replica(server, real.execute);
  assert.deepEqual([await one.name(), await two.name()], ["1", "1"]);
  await two.execute(create(), never);
  assert.deepEqual([await one.name(), await two.name()], ["2", "2"]);
  assert.equal(real.asked, 2);
});

redisTest("a read that began on one replica before a write on the other ended is not kept anywhere", async () => {
  await using server = await startRedis();
  const real = odoo();
  const slow = Promise.withResolvers<Json>();
  const started = Promise.withResolvers<void>();
  let first = true;
  using one = replica(server, (call, signal) => {
    if (!first) return real.execute(call, signal);
    first = false;
    started.resolve();
    return slow.promise;
  });
  using two = replica(server, real.execute);
  const old = one.name();
  await started.promise;
  await two.execute(create(), never);
  slow.resolve([{ id: 1, name: "Azure Interior 1" }]);
  assert.equal(await old, "1");
  assert.deepEqual([await one.name(), await two.name()], ["2", "2"]);
});

redisTest("of many replicas that miss the same answer at once, one asks", async () => {
  await using server = await startRedis();
  const real = odoo();
  const slow: Execute = async (call, signal) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return await real.execute(call, signal);
  };
  const replicas = Array.from({ length: 5 }, () => replica(server, slow));
  const names = await Promise.all(replicas.flatMap(({ name }) => [name(), name(), name()]));
  assert.deepEqual([...new Set(names)], ["1"]);
  assert.equal(real.asked, 1);
  for (const one of replicas) one[Symbol.dispose]();
});

redisTest("who waits for a replica that fails asks itself, and gets the answer", async () => {
  await using server = await startRedis();
  const real = odoo();
  const asked = Promise.withResolvers<void>();
  const dies = Promise.withResolvers<Json>();
  using one = replica(server, () => {
    asked.resolve();
    return dies.promise;
  });
  using two = replica(server, real.execute);
  const dying = one.name().catch((error: Error) => error.message);
  await asked.promise;
  const waiting = two.name();
  dies.reject(new Error("it died"));
  assert.equal(await waiting, "1");
  assert.equal(await dying, "it died");
});

redisTest("without Redis records are asked each time, and schemas are still kept by each replica alone", async () => {
  await using server = await startRedis();
  const [records, schema] = [odoo(), odoo()];
  using one = replica(server, records.execute);
  using other = replica(server, schema.execute, { alone: true, frozen: true }, "schema");
  await Promise.all([one.name(), other.name()]);
  await server.stop();
  for (let time = 0; time < 3; time++) assert.deepEqual([await one.name(), await other.name()], ["1", "1"]);
  assert.deepEqual([records.asked, schema.asked], [4, 1]);
});

redisTest("what changed while Redis was away is not answered from before when it is back", async () => {
  await using server = await startRedis();
  const real = odoo();
  using one = replica(server, real.execute);
  using two = replica(server, real.execute);
  assert.deepEqual([await one.name(), await two.name()], ["1", "1"]);
  await server.stop();
  await one.execute(create(), never);
  assert.equal(await two.name(), "2");
  await server.start();
  for (const { name } of [two, one]) {
    assert.equal(await name(), "2");
    await until(async () => {
      const before = real.asked;
      assert.equal(await name(), "2");
      return real.asked === before;
    });
  }
});
