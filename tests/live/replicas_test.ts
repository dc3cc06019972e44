/** Two servers with one Redis are one server: whatever one has given out, the other takes, and only once. */
import assert from "node:assert/strict";
import { NO_REDIS, startRedis } from "../support/redis.ts";
import { odooItself } from "../support/odoo_itself.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, type Called, connectHttp, type HttpServer, startHttp, type Tree } from "../support/server.ts";
import { until } from "../support/until.ts";

const KEY = "a key that all replicas have, 32+ letters".replaceAll(" ", "-");

function startReplica(live: LiveOdoo, url: string, args: string[] = []): Promise<HttpServer> {
  const env = { ODOO_USERNAME: live.username, ODOO_PASSWORD: live.password, ODOO_MCP_STORE_KEY: KEY };
  return startHttp(["--odoo-url", live.url, "--odoo-database", live.database, "--store-redis-url", url, ...args], env);
}

function done({ isError, data, text }: Called): Tree {
  assert.equal(isError, false, text.slice(0, 1500));
  return data;
}

function refused(code: string, { isError, data, text }: Called): Tree {
  assert.deepEqual([isError, data.code], [true, code], text.slice(0, 1500));
  return data;
}

/** Odoo itself; what is kept is deleted in the end. */
async function odooToTidy(live: LiveOdoo) {
  const odoo = await odooItself(live);
  const kept: number[] = [];
  return {
    ...odoo,
    keep(ids: Tree | undefined): number[] {
      const list = ids as unknown as number[];
      kept.push(...list);
      return list;
    },
    [Symbol.asyncDispose]: async () => {
      const left = await odoo.search("res.partner", [["id", "in", kept], ["active", "in", [true, false]]]);
      await odoo.ask("res.partner", "unlink", [left]);
    },
  };
}

liveTest("a plan, an idempotency key and an undo of one replica work on the other, once", async (live) => {
  await using redis = await startRedis();
  await using odoo = await odooToTidy(live);
  await using first = await startReplica(live, redis.url);
  await using second = await startReplica(live, redis.url);
  await using one = await connectHttp(first.url);
  await using two = await connectHttp(second.url);
  const keyed = { model: "res.partner", values: { name: "Replicated" }, idempotency_key: crypto.randomUUID() };
  const created = done(await call(one, "create_record", keyed));
  const [id] = odoo.keep(created.ids);
  const again = done(await call(two, "create_record", keyed));
  assert.deepEqual([again.ids, again.repeated], [created.ids, true]);

  const noted = { model: "res.partner", ids: [id], body: "Once only", idempotency_key: crypto.randomUUID() };
  const notes = await Promise.all([one, two].map((client) => call(client, "post_message", noted)));
  const posted = await odoo.ask("mail.message", "search_count", [[["res_id", "=", id], ["body", "like", "Once only"]]]);
  assert.equal(posted, 1, notes.map(({ text }) => text).join("\n"));

  const changed = done(await call(one, "update_record", { model: "res.partner", ids: [id], values: { phone: "1" } }));
  const token = changed.undo!.token;
  const undone = await Promise.all([one, two].map((client) => call(client, "undo", { token })));
  assert.deepEqual(undone.map(({ isError }) => isError).sort(), [false, true]);

  const gone = { model: "res.partner", ids: [id] };
  const plan = refused("E010", await call(one, "delete_record", gone)).details!.plan;
  const deleted = await Promise.all([one, two].map((client) => call(client, "delete_record", { ...gone, plan })));
  assert.deepEqual(deleted.map(({ isError }) => isError).sort(), [false, true]);
}, NO_REDIS);

liveTest(
  "while Redis is gone reads go on, what needs it refuses and says so, and it comes back by itself",
  async (live) => {
    await using redis = await startRedis();
    await using odoo = await odooToTidy(live);
    await using server = await startReplica(live, redis.url);
    await using client = await connectHttp(server.url);
    const created = done(await call(client, "create_record", { model: "res.partner", values: { name: "Before" } }));
    const [id] = odoo.keep(created.ids);
    const gone = { model: "res.partner", ids: [id] };
    const { plan } = refused("E010", await call(client, "delete_record", gone)).details!;
    await redis.stop();

    done(await call(client, "get_record", { model: "res.partner", ids: [id], fields: ["name"] }));
    const name = "Never made";
    const keyed = { model: "res.partner", values: { name }, idempotency_key: crypto.randomUUID() };
    for (
      const [tool, args] of [["create_record", keyed], ["undo", { token: created.undo!.token }], ["delete_record", {
        ...gone,
        plan,
      }]] as const
    ) {
      const failure = refused("E014", await call(client, tool, args));
      assert.match(String(failure.message) + failure.hint, /Redis.*(again|few seconds)/s, tool);
    }
    const there = await odoo.ask("res.partner", "search_count", [["|", ["name", "=", name], "&", ["id", "=", id], [
      "active",
      "=",
      true,
    ]]]);
    assert.equal(there, 1, "nothing was made, and nothing deleted");

    await redis.start();
    await until(async () => !(await call(client, "create_record", keyed)).isError);
    const made = done(await call(client, "create_record", keyed));
    odoo.keep(made.ids);
    assert.equal(await odoo.ask("res.partner", "search_count", [[["name", "=", name]]]), 1);
    done(await call(client, "delete_record", { ...gone, plan }));
    const log = server.log();
    assert.equal(log.match(/can't be reached; it is tried again/g)?.length, 1, log);
  },
  NO_REDIS,
);
