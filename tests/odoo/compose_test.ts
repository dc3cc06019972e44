import assert from "node:assert/strict";
import { sleep } from "../../src/lib/abort.ts";
import type { Json } from "../../src/lib/json.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { Secret } from "../../src/lib/secret.ts";
import { bindOdoo, composeInstance, createRpc, createSession, type InstanceOptions } from "../../src/odoo/mod.ts";
import { failureOf, never } from "./calls.ts";
import { type Reaction, startOdoo } from "./http_odoo.ts";

const ANN: Json = [{
  id: 2,
  name: "Ann",
  login: "ann",
  lang: "en_US",
  tz: false,
  company_id: [1, "Here"],
  company_ids: [1],
}];

/** Reacts to the session's own reads as Odoo does, and to the rest as told. */
function ann(react: (name: string, times: number) => Reaction): (name: string, times: number) => Reaction {
  return (name, times) => name === "res.users.read" ? { result: ANN } : react(name, times);
}

/** The whole composition on the real wire. */
function connect(url: string, change: Partial<InstanceOptions> = {}) {
  const rpc = createRpc({ baseUrl: url });
  const session = createSession({
    database: "d",
    username: "ann",
    password: new Secret("secret"),
    protocol: "jsonrpc",
  }, rpc);
  const instance = composeInstance({
    name: "main",
    webUrl: url,
    odoo: { max_connections: 4 },
    limits: { read_ms: 5000, write_ms: 5000, queue: 10 },
    cache: { records_ttl_s: 0, schema_ttl_s: 3600, max_entries: 100 },
    metrics: createMetrics(),
    retry: { initialDelayMs: 100, maxDelayMs: 200 },
    source: session,
    ...change,
  });
  const { version, user } = instance;
  const odoo = bindOdoo({
    instance: "main",
    webUrl: url,
    execute: instance.execute("ann"),
    version,
    user,
    signal: never,
  });
  const create = () =>
    odoo.call("res.partner", "create", { params: { vals_list: [{ name: "Ann" }] }, effect: "write" });
  return { instance, odoo, create, [Symbol.dispose]: () => rpc.close() };
}

const countOf = (seen: string[], name: string) => seen.filter((one) => one === name).length;

Deno.test("a timed-out create is not sent twice", async () => {
  await using server = startOdoo(ann(() => "hang"));
  using main = connect(server.url, { limits: { read_ms: 5000, write_ms: 300, queue: 10 } });
  const failure = await failureOf(main.create());
  assert.deepEqual([failure.code, countOf(server.seen, "res.partner.create")], ["E009", 1]);
  assert.match(failure.message, /Cannot tell whether res\.partner\.create happened: .*no answer within 0\.3 s/);
});

Deno.test("a create whose connection is dropped is not sent twice", async () => {
  await using server = startOdoo(ann(() => "drop"));
  using main = connect(server.url);
  const failure = await failureOf(main.create());
  assert.deepEqual([failure.code, countOf(server.seen, "res.partner.create")], ["E009", 1]);
});

Deno.test("a create refused before it left is sent again", async () => {
  const first = startOdoo(ann(() => ({ result: 1 })));
  using main = connect(first.url, { retry: { initialDelayMs: 1000, maxDelayMs: 2000 } });
  await main.odoo.call("res.partner", "search_count");
  await first[Symbol.asyncDispose]();
  // Until the pool sees its connection closed, the create would leave on that one, and be uncertain.
  await sleep(50, never);
  const created = main.create();
  await using again = startOdoo(ann(() => ({ result: 9 })), first.port);
  assert.equal(await created, 9);
  assert.equal(countOf(again.seen, "res.partner.create"), 1);
});

Deno.test("a read on a connection that a load balancer had dropped is answered", async () => {
  await using server = startOdoo(ann((_, times) => times === 1 ? "drop" : { result: 5 }));
  using main = connect(server.url, { retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
  assert.equal(await main.odoo.call("res.partner", "search_count"), 5);
});

Deno.test("a dead Odoo is told as such, then as busy, and heals by itself", async () => {
  const first = startOdoo(ann(() => ({ result: 1 })));
  await first[Symbol.asyncDispose]();
  using main = connect(first.url, {
    retry: { initialDelayMs: 1, maxDelayMs: 2 },
    circuit: { failures: 3, openMs: 100, maxOpenMs: 100 },
  });
  const dead = await failureOf(main.odoo.call("res.partner", "search_count"));
  assert.deepEqual([dead.code, dead.retryable], ["E001", true]);
  assert.equal((await failureOf(main.instance.user(never))).code, "E014");
  await using _ = startOdoo(ann(() => ({ result: 5 })), first.port);
  assert.equal((await main.instance.ping(never)).major, 14);
  for (let tries = 0;; tries++) {
    const again = connectAgain(main.instance);
    const answer = await again.call("res.partner", "search_count").catch((error) => error.code);
    if (answer === 5) break;
    assert.ok(answer === "E014" && tries < 100, String(answer));
    await sleep(50, never);
  }
});

function connectAgain(instance: ReturnType<typeof connect>["instance"]) {
  const { name, webUrl, version, user } = instance;
  return bindOdoo({ instance: name, webUrl, execute: instance.execute("ann"), version, user, signal: never });
}

Deno.test("at most max_connections requests reach Odoo at once, and a queued write that times out never does", async () => {
  await using server = startOdoo(ann((name) => name === "res.partner.create" ? { result: 1 } : "hang"));
  using main = connect(server.url, {
    odoo: { max_connections: 2 },
    limits: { read_ms: 60_000, write_ms: 300, queue: 10 },
  });
  await main.odoo.user();
  const control = new AbortController();
  const { version, user } = main.instance;
  const execute = main.instance.execute("ann");
  const reading = bindOdoo({ instance: "main", webUrl: null, execute, version, user, signal: control.signal });
  const reads = [1, 2, 3].map((limit) =>
    failureOf(reading.call("res.partner", "search_count", { params: { domain: [["id", "=", limit]] } }))
  );
  while (countOf(server.seen, "res.partner.search_count") < 2) await sleep(5, never);
  const failure = await failureOf(main.create());
  assert.deepEqual([failure.code, failure.applied], ["E007", "no"]);
  assert.equal(countOf(server.seen, "res.partner.search_count"), 2);
  assert.equal(countOf(server.seen, "res.partner.create"), 0);
  control.abort();
  for (const read of reads) assert.equal((await read).details["cancelled"], true);
});
