import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { openRedis, type RedisOptions, RedisRefusal } from "../../src/lib/redis.ts";
import { Secret } from "../../src/lib/secret.ts";
import { redisStore, storeProblems } from "../../src/lib/store/redis.ts";
import { freePort, redisTest, startRedis } from "../support/redis.ts";
import { until } from "../support/until.ts";

const TLS = new URL("../fixtures/tls/", import.meta.url).pathname;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (reply: unknown) => reply instanceof Uint8Array ? new TextDecoder().decode(reply) : reply;

async function refused(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(() => null, (error: unknown) => error);
  assert.ok(error instanceof Failure && error.code === "E014" && error.retryable, String(error));
  return error;
}

redisTest("bytes come back as they were sent", async () => {
  await using server = await startRedis();
  const redis = openRedis({ url: server.url });
  const every = Uint8Array.from({ length: 256 }, (_, at) => at);
  assert.equal(await redis.run("SET", "a", every), "OK");
  assert.deepEqual(Uint8Array.from(await redis.run("GET", "a") as Uint8Array), every);
  assert.deepEqual(await redis.run("MGET", "a", "b").then((all) => Array.isArray(all) && all[1]), null);
  redis.close();
});

redisTest("a Redis that is gone is E014, told once, and used again as soon as it is back", async () => {
  await using server = await startRedis();
  const told: string[] = [];
  const redis = openRedis({
    url: server.url,
    onConnect: () => told.push("connected"),
    onGone: () => told.push("gone"),
  });
  await redis.run("SET", "a", "1");
  await server.stop();
  for (let asked = 0; asked < 20; asked++) await refused(redis.run("GET", "a"));
  await server.start();
  await until(() => redis.run("GET", "a").then((reply) => text(reply) === "1", () => false));
  await until(() => Promise.resolve(told.length === 3));
  assert.deepEqual(told, ["connected", "gone", "connected"]);
  assert.equal(redis.connections, 2);
  redis.close();
});

redisTest("a Redis that hangs is E014 for all who wait, and used again when it goes on", async () => {
  await using server = await startRedis();
  const redis = openRedis({ url: server.url });
  await redis.run("SET", "a", "1");
  server.signal("SIGSTOP");
  await Promise.all(Array.from({ length: 50 }, () => refused(redis.run("GET", "a"))));
  server.signal("SIGCONT");
  await until(() => redis.run("GET", "a").then((reply) => text(reply) === "1", () => false));
  redis.close();
});

redisTest("what Redis refuses is told apart from an outage, and the connection goes on", async () => {
  await using server = await startRedis();
  const redis = openRedis({ url: server.url });
  await redis.run("SET", "a", "text");
  await assert.rejects(redis.run("INCR", "a"), RedisRefusal);
  assert.equal(text(await redis.run("GET", "a")), "text");
  assert.equal(redis.connections, 1);
  redis.close();
});

redisTest("an ACL user with its password is let in, a wrong password is an outage that does not tell it", async () => {
  await using server = await startRedis();
  await server.ask("ACL", "SETUSER", "mcp", "on", ">right-password", "~odoo-mcp:*", "+@all");
  const open = (password: string, more: Partial<RedisOptions> = {}) =>
    openRedis({ url: server.url, username: "mcp", password: new Secret(password), ...more });
  const right = open("right-password");
  assert.equal(await right.run("SET", "odoo-mcp:a", "1"), "OK");
  await assert.rejects(right.run("SET", "other:a", "1"), /NOPERM/);
  right.close();
  const told: string[] = [];
  const wrong = open("wrong-password", { onGone: (why) => told.push(why) });
  const failure = await refused(wrong.run("GET", "odoo-mcp:a"));
  assert.match(told.join(), /WRONGPASS/);
  assert.ok(!JSON.stringify([failure, told]).includes("wrong-password"));
  wrong.close();
});

redisTest("TLS is spoken with the given certificate authority, and refused with another", async () => {
  const files = ["--tls-cert-file", `${TLS}cert.pem`, "--tls-key-file", `${TLS}key.pem`, "--tls-auth-clients", "no"];
  const port = freePort();
  await using _ = await startRedis([...files, "--tls-ca-cert-file", `${TLS}ca.pem`, "--tls-port", String(port)]);
  const url = `rediss://localhost:${port}`;
  const good = openRedis({ url, ca: await Deno.readTextFile(`${TLS}ca.pem`) });
  assert.equal(await good.run("PING"), "PONG");
  good.close();
  const told: string[] = [];
  const bad = openRedis({ url, ca: await Deno.readTextFile(`${TLS}other_ca.pem`), onGone: (why) => told.push(why) });
  await refused(bad.run("PING"));
  assert.match(told.join(), /certificate|issuer|authority/i);
  bad.close();
});

redisTest("a Redis that evicts, or keeps no log, is told as a problem of the store", async () => {
  await using server = await startRedis(["--maxmemory-policy", "allkeys-lru", "--appendonly", "no"]);
  const problems = storeProblems(await server.ask("INFO"));
  assert.match(problems[0] ?? "", /allkeys-lru.*noeviction/s);
  assert.match(problems[1] ?? "", /appendonly/);
  await using safe = await startRedis();
  assert.deepEqual(storeProblems(await safe.ask("INFO")), []);
});

redisTest(
  "Redis sees neither values nor what the keys are about; two Stores of one secret share, others don't",
  async () => {
    await using server = await startRedis();
    const open = (secret: string) => redisStore({ redis: openRedis({ url: server.url }), secret });
    const [one, two, stranger] = [open("s".repeat(43)), open("s".repeat(43)), open("t".repeat(43))];
    await one.put("once:caller-7/my-key", { secret_name: "Azure Interior" }, 60_000);
    const keys = (await server.ask("KEYS", "*")).split("\r\n").filter((line) => line.startsWith("odoo-mcp:"));
    const raw = keys.join() + await server.ask("GET", keys[0]!);
    for (const secret of ["Azure", "secret_name", "caller-7", "my-key"]) assert.ok(!raw.includes(secret), secret);
    assert.deepEqual(await two.get("once:caller-7/my-key"), { secret_name: "Azure Interior" });
    assert.equal(await stranger.get("once:caller-7/my-key"), null);
    await one.put("a:1", 1, 60_000);
    await server.ask("RENAME", keys[0]!, "odoo-mcp:moved");
    assert.equal(await two.get("once:caller-7/my-key"), null);
    for (let round = 0; round < 20; round++) {
      const firsts = await Promise.all([one, two].map((store, at) => store.putNew(`plan:${round}`, at, 60_000)));
      assert.equal(firsts.filter((first) => first).length, 1);
    }
    for (const store of [one, two, stranger]) store.close();
  },
);

redisTest("a value that was changed in Redis counts as absent", async () => {
  await using server = await startRedis();
  const redis = openRedis({ url: server.url });
  const store = redisStore({ redis, secret: "s".repeat(43) });
  await store.put("a:1", "one", 60_000);
  const [key = ""] = (await server.ask("KEYS", "*")).split("\r\n").filter((line) => line.startsWith("odoo-mcp:"));
  await redis.run("SETRANGE", key, "20", bytes("?"));
  assert.equal(await store.get("a:1"), null);
  store.close();
});

redisTest("a first that was refused because Redis hung is not there when it goes on", async () => {
  await using server = await startRedis();
  const store = redisStore({ redis: openRedis({ url: server.url }), secret: "s".repeat(43) });
  await store.put("a:1", 1, 60_000);
  server.signal("SIGSTOP");
  await refused(store.putNew("undone:token", true, 60_000));
  server.signal("SIGCONT");
  // The command lies in the socket of a connection that was given up; Redis runs it now.
  await until(async () => (await server.ask("KEYS", "*undone*")).includes("undone"));
  await until(() => store.get("a:1").then(() => true, () => false));
  assert.equal(await store.putNew("undone:token", true, 60_000), true);
  assert.equal(await store.putNew("undone:token", true, 60_000), false);
  store.close();
});
