/** Callers of two servers that share one Redis: revoked at once on both, counted together. */
import assert from "node:assert/strict";
import { runProgram } from "../cli/program.ts";
import { redisTest, startRedis } from "../support/redis.ts";
import { startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

const KEY = "k".repeat(40);

/** A Redis that wants a user and a password, two keys files alike, and the flags and variables both servers start with. */
async function shared() {
  const redis = await startRedis();
  const letIn = () => redis.ask("ACL", "SETUSER", "mcp", "on", ">only for tests", "~odoo-mcp:*", "+@all");
  await letIn();
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-replicas-" });
  const files = [`${folder}/one.json`, `${folder}/two.json`];
  const made = await runProgram(["key", "create", "alice", "--role", "viewer", "--security-keys", files[0]!]);
  await Deno.copyFile(files[0]!, files[1]!);
  await Deno.chmod(files[1]!, 0o600);
  return {
    redis,
    letIn,
    files,
    key: made.stdout.trim(),
    flags: ["--odoo-url", "http://127.0.0.1:9", "--store-redis-url", redis.url, "--store-redis-username", "mcp"],
    env: { ODOO_MCP_STORE_KEY: KEY, ODOO_MCP_STORE_REDIS_PASSWORD: "only for tests" },
    async [Symbol.asyncDispose]() {
      await redis[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function ask(url: URL, key: string): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${key}`,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
  await response.body?.cancel();
  return response;
}

redisTest("a key revoked here is refused there with the very next request; without Redis nobody can tell", async () => {
  await using made = await shared();
  const { flags, env, files, key, redis, letIn } = made;
  await using server = await startHttp([...flags, "--security-keys", files[1]!], env);
  assert.equal((await ask(server.url, key)).status, 200);

  await redis.stop();
  const refused = await ask(server.url, key);
  assert.equal(refused.status, 503);
  await redis.start();
  await letIn();
  await until(async () => (await ask(server.url, key)).status === 200);

  const revoked = await runProgram(["key", "revoke", "alice", ...flags, "--security-keys", files[0]!], { env });
  assert.equal(revoked.code, 0, revoked.stderr);
  assert.equal((await ask(server.url, key)).status, 401);
  assert.ok(!(server.log() + revoked.stderr).includes("only for tests"));
});

redisTest("requests of one caller to two replicas are counted together", async () => {
  await using made = await shared();
  const { flags, env, files, key } = made;
  const limits = ["--limits-requests-per-minute", "6", "--limits-burst", "4"];
  const start = (file: string) => startHttp([...flags, ...limits, "--security-keys", file], env);
  await using one = await start(files[0]!);
  await using two = await start(files[1]!);
  const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => ask((at % 2 === 0 ? one : two).url, key)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 429, 429, 429, 429]);
  const [late] = answers.filter(({ status }) => status === 429);
  assert.ok(Number(late?.headers.get("retry-after")) >= 1);
});

redisTest(
  "a store in Redis without a key of its own, or with a file beside it, stops the start and says why",
  async () => {
    const flags = ["config", "check", "--odoo-url", "http://127.0.0.1:9", "--store-redis-url", "redis://127.0.0.1:9"];
    const without = await runProgram(flags);
    assert.match(without.stdout, /store\.redis_url.*Set store\.key, the same on each of them/s);
    const both = await runProgram([...flags, "--store-file", "x.db"], { env: { ODOO_MCP_STORE_KEY: KEY } });
    assert.match(both.stdout, /Set one of store\.file and store\.redis_url/);
    const spelled = await runProgram([...flags.slice(0, -1), "redis://:secret-word@127.0.0.1:9"]);
    assert.match(spelled.stdout, /holds a user name or password/);
    assert.ok(!spelled.stdout.includes("secret-word"), spelled.stdout);
  },
);
