import assert from "node:assert/strict";
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { Secret } from "../../src/lib/secret.ts";
import type { Call, CallOptions, Protocol } from "../../src/odoo/mod.ts";
import { createRpc, createSession, type SessionOptions } from "../../src/odoo/mod.ts";
import { failureOf, never } from "../odoo/calls.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";

const PROTOCOLS: Protocol[] = ["jsonrpc", "xmlrpc"];

/** The wire alone, without retries and caches. */
function connect(live: LiveOdoo, options: Partial<SessionOptions>, baseUrl = live.url) {
  const rpc = createRpc({ baseUrl });
  const { database, username, password } = live;
  const session = createSession(
    { database, username, password: new Secret(password), protocol: "auto", ...options },
    rpc,
  );
  const call = (
    model: string,
    method: string,
    { ids, params = {}, context = {}, effect = "read" }: CallOptions = {},
  ) => {
    const sent: Call = {
      model,
      method,
      params,
      context: { lang: "en_US", ...context },
      effect,
      origin: "caller",
      ...(ids && { ids }),
    };
    return session.execute(sent, never);
  };
  return { ...session, call, [Symbol.dispose]: () => rpc.close() };
}

/** Runs with a partner that is gone afterwards. */
async function withPartner(
  call: ReturnType<typeof connect>["call"],
  values: JsonObject,
  run: (id: number) => Promise<void>,
): Promise<void> {
  const id = await call("res.partner", "create", { params: { vals_list: values }, effect: "write" });
  assert(typeof id === "number");
  try {
    await run(id);
  } finally {
    assert.equal(await call("res.partner", "unlink", { ids: [id], effect: "write" }), true);
  }
}

/** The first row of a read. */
function first(rows: Json): JsonObject {
  assert(Array.isArray(rows) && isObject(rows[0]));
  return rows[0];
}

for (const protocol of PROTOCOLS) {
  liveTest(`${protocol}: version and login are told, and the protocol is the one set`, async (live) => {
    using odoo = connect(live, { protocol });
    assert((await odoo.version(never)).major >= 14);
    assert(await odoo.login(never) > 0);
    assert.equal(await odoo.protocol(never), protocol);
  });

  liveTest(`${protocol}: a wrong password, a wrong database and a wrong port do not look alike`, async (live) => {
    using wrongPassword = connect(live, { protocol, password: new Secret("nope") });
    const refused = await failureOf(wrongPassword.login(never));
    assert.deepEqual([refused.code, refused.details["reason"]], ["E002", "credentials"]);
    using wrongDatabase = connect(live, { protocol, database: "no_such_db" });
    const unknown = await failureOf(wrongDatabase.login(never));
    assert.deepEqual([unknown.code, unknown.retryable], ["E001", false]);
    assert.match(unknown.message, /no_such_db/);
    using wrongPort = connect(live, { protocol }, "http://127.0.0.1:9");
    assert.equal((await failureOf(wrongPort.login(never))).code, "E001");
    // A good login resets the server's count of failures for this address.
    using odoo = connect(live, { protocol });
    await odoo.login(never);
  });

  liveTest(`${protocol}: a partner is created, read, changed, copied and deleted`, async (live) => {
    using odoo = connect(live, { protocol });
    const name = "Wire <é> & 😀 \"'\t]]>\r\nend";
    await withPartner(
      odoo.call,
      { name, color: 7, partner_latitude: 50.5, active: true, comment: false },
      async (id) => {
        const fields = ["name", "color", "partner_latitude", "active", "country_id", "child_ids"];
        const read = () => odoo.call("res.partner", "read", { ids: [id], params: { fields } }).then(first);
        assert.deepEqual(await read(), {
          id,
          name,
          color: 7,
          partner_latitude: 50.5,
          active: true,
          country_id: false,
          child_ids: [],
        });
        const country = await odoo.call("res.country", "search", {
          params: { domain: [["code", "=", "BE"]], limit: 1 },
        }) as number[];
        const vals = { country_id: country[0]!, child_ids: [[0, 0, { name: "Child" }]], color: 8 };
        assert.equal(await odoo.call("res.partner", "write", { ids: [id], params: { vals }, effect: "write" }), true);
        const changed = await read();
        assert.deepEqual([changed["color"], changed["country_id"]], [8, [country[0], "Belgium"]]);
        const copies = await odoo.call("res.partner", "copy", {
          ids: [id],
          params: { default: { name: "Copy" } },
          effect: "write",
        });
        assert(Array.isArray(copies) && copies.length === 1);
        const gone = [...copies, ...(changed["child_ids"] as number[])] as number[];
        await odoo.call("res.partner", "unlink", { ids: gone, effect: "write" });
      },
    );
  });

  liveTest(`${protocol}: a method that answers None is done and answers null`, async (live) => {
    using odoo = connect(live, { protocol });
    await withPartner(odoo.call, { name: "Wire archived" }, async (id) => {
      assert.equal(await odoo.call("res.partner", "action_archive", { ids: [id], effect: "act" }), null);
      const row = first(await odoo.call("res.partner", "read", { ids: [id], params: { fields: ["active"] } }));
      assert.equal(row["active"], false);
    });
  });

  liveTest(`${protocol}: parameters that go by position arrive where they belong`, async (live) => {
    using odoo = connect(live, { protocol });
    const domain = [["is_company", "=", true]];
    const ids = await odoo.call("res.partner", "search", { params: { domain, limit: 3, order: "id desc" } });
    assert(Array.isArray(ids) && ids.length === 3 && Number(ids[0]) > Number(ids[2]));
    assert(Number(await odoo.call("res.partner", "search_count", { params: { domain } })) >= 3);
    const named = await odoo.call("res.partner", "name_search", { params: { domain, limit: 2 } });
    assert(Array.isArray(named) && named.length === 2);
    const defaults = await odoo.call("res.partner", "default_get", { params: { fields: ["type", "lang"] } });
    assert(isObject(defaults) && defaults["type"] === "contact");
    const fields = await odoo.call("res.partner", "fields_get", { params: { attributes: ["type"] } });
    assert(isObject(fields));
    assert.deepEqual(fields["name"], { type: "char" });
    const group = { fields: ["id"], groupby: ["is_company"], lazy: false };
    assert(Array.isArray(await odoo.call("res.partner", "read_group", { params: { domain, ...group } })));
    const list = await odoo.call("res.partner.category", "create", {
      params: { vals_list: [{ name: "A" }, { name: "B" }] },
      effect: "write",
    });
    assert(Array.isArray(list) && list.length === 2);
    assert.equal(await odoo.call("res.partner.category", "unlink", { ids: list as number[], effect: "write" }), true);
  });

  liveTest(
    `${protocol}: mistakes end in the right Failure, with Odoo's words where they are for people`,
    async (live) => {
      using odoo = connect(live, { protocol });
      const fail = async (model: string, method: string, options: CallOptions) => {
        const { code, message, applied, retryable } = await failureOf(odoo.call(model, method, options));
        assert.deepEqual([applied, retryable], ["no", false]);
        assert.doesNotMatch(message, /Traceback|dist-packages|LINE 1/);
        return `${code} ${message}`;
      };
      const search = (params: JsonObject) => fail("res.partner", "search_read", { params });
      const write = (vals: JsonObject) => fail("res.partner", "write", { ids: [1], params: { vals }, effect: "write" });
      assert.match(await fail("no.such.model", "search", { params: { domain: [] } }), /^E005 .*no\.such\.model/);
      assert.match(await fail("res.partner", "no_such_method", { ids: [1] }), /^E005 .*no_such_method/);
      assert.match(await fail("res.partner", "_compute_display_name", { ids: [1] }), /^E003 Private methods/);
      assert.match(await search({ domain: [], fields: ["nosuch"] }), /^E004 .*res\.partner has no field nosuch/);
      assert.match(await search({ domain: [["nosuch", "=", 1]] }), /^E004 .*nosuch/);
      assert.match(await search({ domain: [["name", "~~", "a"]] }), /^E004 .*~~/);
      assert.match(await search({ domain: ["|", ["name", "=", "a"]] }), /^E004 .*domain is malformed/);
      assert.match(await search({ domain: "name = a" }), /^E004 .*domain is malformed/);
      assert.match(await search({ domain: [], nosuch: 1 }), /^E004 .*nosuch/);
      assert.match(await write({ nosuch: 1 }), /^E004 .*nosuch/);
      assert.match(await write({ type: "nosuch" }), /^E004 .*nosuch/);
      assert.match(await write({ color: 9999999999 }), /^E004 .*out of range/);
      assert.match(await write({ date: "31/12/2024" }), /^E004/);
      assert.match(
        await fail("res.partner", "write", { ids: [99999999], params: { vals: { name: "x" } }, effect: "write" }),
        /^E005 Record does not exist/,
      );
      assert.match(
        await fail("res.country", "create", { params: { vals_list: {} }, effect: "write" }),
        /^E004 .*(mandatory|required)/s,
      );
    },
  );
}

liveTest("the same reads answer the same over both protocols", async (live) => {
  const answers = await Promise.all(PROTOCOLS.map(async (protocol) => {
    using odoo = connect(live, { protocol });
    const read = (model: string, fields: string[]) =>
      odoo.call(model, "search_read", { params: { domain: [], fields, order: "id", limit: 200 } });
    return [
      await read("sale.order", [
        "name",
        "partner_id",
        "amount_total",
        "date_order",
        "order_line",
        "note",
        "validity_date",
      ]),
      await read("res.users", ["login", "groups_id", "company_ids", "signature", "image_128"]),
      await odoo.call("res.partner", "fields_get", {
        params: { attributes: ["type", "string", "selection", "relation", "help"] },
      }),
    ];
  }));
  assert.deepEqual(answers[1], answers[0]);
});

liveTest(
  "a text with characters that XML lacks is refused over XML-RPC and kept over JSON-RPC, and both read it",
  async (live) => {
    using json = connect(live, { protocol: "jsonrpc" });
    using xml = connect(live, { protocol: "xmlrpc" });
    const ref = "a\u0001b\uFFFEc";
    await withPartner(json.call, { name: "Wire control", ref }, async (id) => {
      const read = { ids: [id], params: { fields: ["ref"] } };
      assert.deepEqual(await json.call("res.partner", "read", read), [{ id, ref }]);
      assert.deepEqual(await xml.call("res.partner", "read", read), [{ id, ref }]);
      const write: CallOptions = { ids: [id], params: { vals: { ref } }, effect: "write" };
      const failure = await failureOf(xml.call("res.partner", "write", write));
      assert.deepEqual([failure.code, failure.applied], ["E004", "no"]);
    });
  },
);
