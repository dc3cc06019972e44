import assert from "node:assert/strict";
import { createMetrics } from "../../src/lib/metrics.ts";
import { Secret } from "../../src/lib/secret.ts";
import { bindOdoo, type CallOptions, composeInstance, createRpc, createSession } from "../../src/odoo/mod.ts";
import { failureOf, never } from "../odoo/calls.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";

/** The whole composition on a real Odoo, counting the requests that reach it. */
function connect(live: LiveOdoo) {
  const rpc = createRpc({ baseUrl: live.url });
  const session = createSession({
    database: live.database,
    username: live.username,
    password: new Secret(live.password),
    protocol: "auto",
  }, rpc);
  const sent: string[] = [];
  const instance = composeInstance({
    name: "live",
    webUrl: live.url,
    odoo: { max_connections: 4 },
    limits: { read_ms: 30_000, write_ms: 50_000, queue: 100 },
    cache: { records_ttl_s: 0, schema_ttl_s: 3600, max_entries: 100 },
    metrics: createMetrics(),
    source: {
      ...session,
      execute: (call, signal) => {
        sent.push(`${call.model}.${call.method}`);
        return session.execute(call, signal);
      },
    },
  });
  const { name, webUrl, version, user } = instance;
  const bind = (caller = "live") =>
    bindOdoo({ instance: name, webUrl, execute: instance.execute(caller), version, user, signal: never });
  return { instance, bind, sent, [Symbol.dispose]: () => rpc.close() };
}

liveTest("a warm tool call on a real Odoo costs one request", async (live) => {
  using main = connect(live);
  const tool = async () => {
    const odoo = main.bind();
    const fields = await odoo.fields("res.partner");
    assert.equal(fields.get("country_id")?.relation, "res.country");
    return await odoo.call("res.partner", "search_count", { params: { domain: [] } });
  };
  const first = await tool();
  main.sent.length = 0;
  assert.equal(await tool(), first);
  assert.deepEqual(main.sent, ["res.partner.search_count"]);
});

liveTest("the session's user, version and ping are those of the real Odoo", async (live) => {
  using main = connect(live);
  const odoo = main.bind();
  const user = await odoo.user();
  assert.equal(user.login, live.username);
  assert.deepEqual(user.companies[0], user.company);
  assert.ok(user.companies.every(({ name }) => name !== ""));
  const version = await odoo.version();
  assert.ok(version.major >= 14);
  assert.deepEqual(await main.instance.ping(never), version);
});

liveTest("the fields of a real order tell what searching and grouping need", async (live) => {
  using main = connect(live);
  const fields = await main.bind().fields("sale.order");
  const total = fields.get("amount_total");
  assert.deepEqual([total?.type, total?.stored, total?.currencyField], ["monetary", true, "currency_id"]);
  assert.deepEqual(fields.get("order_line")?.inverse, "order_id");
  assert.equal(fields.get("order_line")?.groupable, false);
  assert.equal(fields.get("partner_id")?.groupable, true);
  assert.equal(fields.get("access_url")?.stored, false);
  assert.ok(fields.get("state")?.selection?.some(([value]) => value === "draft"));
});

liveTest("an unknown model on a real Odoo is told with close names", async (live) => {
  using main = connect(live);
  const failure = await failureOf(main.bind().fields("res.partners"));
  assert.equal(failure.code, "E005");
  const close = failure.details["close"];
  assert.ok(Array.isArray(close) && close.includes("res.partner"), JSON.stringify(failure));
});

liveTest("sixteen callers at once are all answered by a real Odoo", async (live) => {
  using main = connect(live);
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, i) =>
      main.bind(`caller ${i}`).call("res.partner", "search_read", {
        params: { domain: [["id", ">", i]], fields: ["display_name"], limit: 3, order: "id" },
      })),
  );
  assert.ok(answers.every((rows) => Array.isArray(rows) && rows.length === 3));
  assert.equal(main.sent.filter((name) => name === "res.partner.search_read").length, 16);
});

liveTest("a write goes through once, and a refused one says why", async (live) => {
  using main = connect(live);
  const odoo = main.bind();
  const values: CallOptions = { params: { vals_list: [{ name: "Composed" }] }, effect: "write" };
  const id = await odoo.call("res.partner.category", "create", values);
  const ids = [id].flat() as number[];
  try {
    const domain = [["id", "in", ids]];
    const rows = await odoo.call("res.partner.category", "search_read", { params: { domain, fields: ["name"] } });
    assert.deepEqual(rows, [{ id: ids[0]!, name: "Composed" }]);
    const nameless: CallOptions = { ids, params: { vals: { name: false } }, effect: "write" };
    const failure = await failureOf(odoo.call("res.partner.category", "write", nameless));
    assert.deepEqual([failure.code, failure.applied], ["E004", "no"]);
  } finally {
    await odoo.call("res.partner.category", "unlink", { ids, effect: "write" });
  }
});
