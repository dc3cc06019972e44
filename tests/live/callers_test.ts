/** Several callers at once, each in Odoo as somebody else: nothing of one reaches another. */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createKey, writeKeys } from "../../src/guard/keys.ts";
import { connectLive, type LiveConnection } from "../support/live_connection.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, type Called, startHttp } from "../support/server.ts";

/**
 * Calls of each caller in the big test, and how many of them are under way at once. `ODOO_MCP_LIVE_CALLS` asks for more
 * than a CI has time for.
 */
const CALLS = Number(Deno.env.get("ODOO_MCP_LIVE_CALLS") ?? 1500);
const AT_ONCE = 8;

const UNLIMITED = ["--limits-requests-per-minute", "0", "--limits-writes-per-minute", "0"];

/** One caller, with what only it may see. */
interface Member {
  login: string;
  client: Client;
  /** Stands in its own orders and nowhere else. */
  canary: string;
  /** Its own orders. */
  ids: number[];
  company: string;
}

const USERS = {
  demo: { user: "demo", password: "demo" },
  second: { user: "second", password: "second" },
};

/** A server where each key acts as an Odoo user of its own, and callers may bring credentials as well. */
async function startFor(live: LiveOdoo, args: string[] = []) {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-callers-" });
  const file = `${folder}/keys.json`;
  const [demo, second, guest] = await Promise.all([
    createKey({ name: "demo", role: "operator", expires: null }),
    createKey({ name: "second", role: "operator", expires: null }),
    createKey({ name: "guest", role: "viewer", expires: null }),
  ]);
  await Deno.writeTextFile(file, writeKeys([demo.entry, second.entry, guest.entry]), { mode: 0o600 });
  const config = `${folder}/config.json`;
  const as = ({ user, password }: { user: string; password: string }) => ({ default: { username: user, password } });
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      // No credentials of its own: whoever has none acts as nobody.
      odoo: { url: live.url, database: live.database },
      cache: { records_ttl_s: 60 },
      limits: { queue: 10_000, concurrent: 1000 },
      security: {
        keys: file,
        own_credentials: true,
        credentials: {
          "key:demo": as(USERS.demo),
          "key:second": as(USERS.second),
          "role:viewer": as({ user: "limited", password: "limited" }),
        },
      },
    }),
  );
  const server = await startHttp([
    "--config",
    config,
    "--log-level",
    "debug",
    ...UNLIMITED,
    ...args,
  ]);
  const connect = async (headers: Record<string, string>) => {
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(server.url, { requestInit: { headers } }));
    return client;
  };
  return {
    server,
    keys: { demo: demo.key, second: second.key, guest: guest.key },
    connect,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Orders of a user; who may not delete them leaves that to the administrator. */
async function makeOrders(connection: LiveConnection, admin: LiveConnection, canary: string): Promise<number[]> {
  const partner = await connection.odoo.call("res.partner", "create", {
    params: { vals_list: [{ name: `${canary} customer` }] },
    effect: "write",
  }) as number[];
  admin.keep("res.partner", partner);
  const vals = Array.from({ length: 5 }, (_, at) => ({
    partner_id: partner[0]!,
    client_order_ref: `${canary} ${at}`,
  }));
  const ids = await connection.odoo.call("sale.order", "create", { params: { vals_list: vals }, effect: "write" });
  admin.keep("sale.order", ids as number[]);
  return ids as number[];
}

liveTest("two users of two companies at once: no row, cached answer, undo or error text crosses", async (live) => {
  await using here = await startFor(live);
  await using admin = connectLive(live, "jsonrpc");
  await using demo = connectLive(live, "jsonrpc", USERS.demo);
  await using second = connectLive(live, "jsonrpc", USERS.second);
  const run = crypto.randomUUID().slice(0, 8);
  const members: Member[] = [];
  for (const [login, connection] of [["demo", demo], ["second", second]] as const) {
    const canary = `canary-${login}-${run}`;
    const ids = await makeOrders(connection, admin, canary);
    const client = await here.connect({ authorization: `Bearer ${here.keys[login]}` });
    const { company } = await connection.odoo.user();
    members.push({ login, client, canary, ids, company: company.name });
  }
  const [one, two] = members as [Member, Member];
  assert.notEqual(one.company, two.company);

  const undos = new Map<string, string>();
  const others = new Map([[one, two], [two, one]]);
  /** What one asks: the kind of call, and what its answer must be. */
  const questions: ((me: Member, other: Member, at: number) => Promise<Called>)[] = [
    async (me) => {
      const domain = [["client_order_ref", "like", run]];
      const found = await call(me.client, "search_records", {
        ...{ model: "sale.order", domain, fields: ["client_order_ref", "company_id"], limit: 50 },
      });
      assert.equal(found.data.rows?.length, 5, found.text);
      return found;
    },
    async (me) => {
      const found = await call(me.client, "count_records", {
        model: "sale.order",
        domain: [["client_order_ref", "like", run]],
      });
      assert.equal(found.data.count as unknown, 5, found.text);
      return found;
    },
    async (me) => {
      const found = await call(me.client, "get_context");
      assert.ok(found.text.includes(me.login) && found.text.includes(me.company), found.text);
      return found;
    },
    async (me, _, at) => {
      const id = me.ids[at % 5]!;
      const found = await call(me.client, "get_record", {
        model: "sale.order",
        ids: [id],
        fields: ["client_order_ref"],
      });
      assert.ok(found.text.includes(me.canary), found.text);
      return found;
    },
    async (me, other, at) => {
      const id = other.ids[at % 5]!;
      const found = await call(me.client, "get_record", {
        model: "sale.order",
        ids: [id],
        fields: ["client_order_ref"],
      });
      assert.ok(found.isError || Number(found.data.missing?.length) === 1, found.text);
      return found;
    },
    (me) =>
      call(me.client, "analytics_query", {
        ...{ model: "sale.order", group_by: ["company_id", "client_order_ref"], measures: ["id:count"] },
        domain: [["client_order_ref", "like", run]],
      }),
    (me) => call(me.client, "describe_model", { model: "sale.order", query: "customer" }),
    async (me) => {
      const domain = [[`no_such_${me.canary.replaceAll("-", "_")}`, "=", 1]];
      const found = await call(me.client, "search_records", { model: "sale.order", domain });
      assert.equal(found.isError, true, found.text);
      return found;
    },
    async (me, other, at) => {
      const found = await call(me.client, "update_record", {
        ...{ model: "sale.order", ids: [other.ids[at % 5]!], values: { client_order_ref: `${me.canary} stolen` } },
      });
      assert.equal(found.isError, true, found.text);
      return found;
    },
    async (me, _, at) => {
      // Seldom: each write empties the cache that this test is about.
      if (at % 50 !== 0) return await call(me.client, "list_models", { query: "sale order" });
      const found = await call(me.client, "update_record", {
        ...{ model: "sale.order", ids: [me.ids[at % 5]!], values: { note: `${me.canary} note ${at}` } },
      });
      assert.equal(found.isError, false, found.text);
      const token: unknown = found.data.undo?.token;
      if (typeof token === "string") undos.set(me.login, token);
      return found;
    },
    async (me, other) => {
      const token = undos.get(other.login);
      if (token === undefined) return await call(me.client, "get_context");
      const found = await call(me.client, "undo", { token });
      assert.equal(found.isError, true, found.text);
      return found;
    },
  ];

  let calls = 0;
  const work = async (me: Member, from: number) => {
    for (let at = from; at < CALLS; at += AT_ONCE) {
      const other = others.get(me)!;
      const { text, data } = await questions[(at * 7 + from) % questions.length]!(me, other, at);
      const all = text + JSON.stringify(data);
      assert.ok(!all.includes(other.canary) && !all.includes(other.canary.replaceAll("-", "_")), all);
      calls++;
    }
  };
  await Promise.all(members.flatMap((me) => Array.from({ length: AT_ONCE }, (_, from) => work(me, from))));
  assert.equal(calls, 2 * CALLS);
  console.log(`${calls} calls of two users at once`);
  for (const { client } of members) await client.close();
  for (const secret of Object.values(here.keys)) assert.ok(!here.server.log().includes(secret));
  assert.ok(!here.server.log().includes(run), "the log holds no values of records");
});

liveTest("a role's credentials, one's own and none at all each act in Odoo as who they are", async (live) => {
  await using here = await startFor(live);
  const login = async (headers: Record<string, string>) => {
    const client = await here.connect(headers);
    const context = await call(client, "get_context");
    await client.close();
    return context;
  };
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  assert.match((await login(bearer(here.keys.guest))).text, /limited/);
  const own = { "x-odoo-api-key": "second", "x-odoo-username": "second" };
  const brought = await login({ ...bearer(here.keys.demo), ...own, "x-odoo-url": live.url });
  assert.match(brought.text, /Second Company/, brought.text);
  const wrong = await login({ ...bearer(here.keys.demo), ...own, "x-odoo-database": "no_such_database" });
  assert.equal(wrong.isError, true);
  const other = await login({
    ...bearer(here.keys.demo),
    "x-odoo-api-key": "wrong-canary",
    "x-odoo-username": "second",
  });
  assert.equal(other.data.code as unknown, "E002", other.text);
  assert.doesNotMatch(other.text + here.server.log(), /wrong-canary/);
  // A wrong key of one caller is nobody else's trouble, but Odoo's cool-down is by address: one try is no harm.
  assert.match((await login(bearer(here.keys.second))).text, /Second Company/);
});
