import assert from "node:assert/strict";
import { inRedis } from "../../src/guard/mod.ts";
import { openRedis } from "../../src/lib/redis.ts";
import { redisTest, startRedis } from "../support/redis.ts";

const SECRET = "s".repeat(43);

redisTest(
  "replicas take from one bucket: together as many as one alone, and then all are told how long to wait",
  async () => {
    await using server = await startRedis();
    const replicas = [1, 2, 3].map(() => openRedis({ url: server.url }));
    const buckets = replicas.map((redis) => inRedis(redis, SECRET)({ name: "requests", perMinute: 6, burst: 5 }));
    const waits = await Promise.all(Array.from({ length: 12 }, (_, at) => buckets[at % 3]!.take("key:anna")));
    assert.equal(waits.filter((wait) => wait === 0).length, 5);
    for (const wait of waits.filter((wait) => wait > 0)) assert.ok(wait >= 5 && wait <= 10, String(wait));
    assert.equal(await buckets[0]!.take("key:bert"), 0);
    const writes = inRedis(replicas[0]!, SECRET)({ name: "writes", perMinute: 6, burst: 5 });
    assert.equal(await writes.take("key:anna"), 0);
    assert.ok(!(await server.ask("KEYS", "*")).includes("anna"));
    for (const redis of replicas) redis.close();
  },
);

redisTest("tokens come back at the rate", async () => {
  await using server = await startRedis();
  const redis = openRedis({ url: server.url });
  const bucket = inRedis(redis, SECRET)({ name: "requests", perMinute: 60, burst: 1 });
  assert.equal(await bucket.take("a"), 0);
  const wait = await bucket.take("a");
  assert.equal(wait, 1);
  await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  assert.equal(await bucket.take("a"), 0);
  redis.close();
});

redisTest("while Redis is gone each replica counts alone, and none refuses everybody", async () => {
  await using server = await startRedis();
  const redis = openRedis({ url: server.url });
  const bucket = inRedis(redis, SECRET)({ name: "requests", perMinute: 6, burst: 2 });
  assert.equal(await bucket.take("a"), 0);
  await server.stop();
  const waits = [];
  for (let asked = 0; asked < 4; asked++) waits.push(await bucket.take("a"));
  assert.deepEqual(waits.map((wait) => wait > 0), [false, false, true, true]);
  redis.close();
});
