import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { type BatchAnswer, createUndoKeeper, type Operation, runBatch, undoChange } from "../../src/change/mod.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { agreeing } from "../change/company.ts";
import { failureOf } from "../odoo/calls.ts";
import { connectLive } from "../support/live_connection.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, cleanEnv, connectStdio, RUN } from "../support/server.ts";

const partner = (name: string, more: JsonObject = {}): Operation => ({
  op: "create",
  model: "res.partner",
  values: { name, ...more },
});
const tag = (name: string): Operation => ({ op: "create", model: "crm.tag", values: { name } });

function options() {
  const own = agreeing(100_000);
  const undo = createUndoKeeper({ store: own.store, caller: "local", keepMs: 60_000 });
  return { ...own, actions: { allow: [], deny: [] }, undo };
}

async function search(odoo: Odoo, model: string, domain: Json): Promise<number[]> {
  const context = { active_test: false };
  return await odoo.call(model, "search", { params: { domain, order: "id" }, context, cache: "never" }) as number[];
}

async function rows(odoo: Odoo, model: string, ids: number[], fields: string[]): Promise<JsonObject[]> {
  return await odoo.call(model, "read", { ids, params: { fields }, cache: "never" }) as JsonObject[];
}

function idsOf({ items }: BatchAnswer, model: string): number[] {
  return items.flatMap((item) => item.model === model && item.op === "create" ? item.records ?? [] : []).map(({ id }) =>
    id
  );
}

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  liveTest(`different values for many records are one transaction over ${protocol}`, async (live) => {
    await using main = connectLive(live, protocol);
    const { odoo } = main;
    const name = `Batch rows ${crypto.randomUUID().slice(0, 8)}`;
    const made = await runBatch(odoo, { operations: [1, 2, 3].map((n) => partner(`${name} ${n}`)) }, options());
    const ids = idsOf(made, "res.partner");
    main.keep("res.partner", ids);
    const values = (n: number) => ({
      phone: n === 1 ? null : `+32 ${n}`,
      country_id: n === 2 ? null : "Belgium",
      is_company: n === 1,
      category_id: n === 3 ? [] : ["Services"],
      credit_limit: n / 2,
      comment: n === 1 ? 'line\nbreak; "quotes", %s' : null,
    });
    const write = (n: number): Operation => ({
      op: "update",
      model: "res.partner",
      ids: [ids[n - 1]!],
      values: values(n),
    });
    main.sent.length = 0;
    const answer = await runBatch(odoo, { operations: [1, 2, 3].map(write) }, options());
    assert.deepEqual([answer.complete, main.changes()], [true, ["load"]]);
    const now = await rows(odoo, "res.partner", ids, Object.keys(values(1)));
    assert.deepEqual(now.map((row) => row["phone"]), [false, "+32 2", "+32 3"]);
    assert.deepEqual(now.map((row) => Array.isArray(row["country_id"])), [true, false, true]);
    assert.deepEqual(now.map((row) => row["is_company"]), [true, false, false]);
    assert.deepEqual(now.map((row) => (row["category_id"] as Json[]).length), [1, 1, 0]);
    assert.deepEqual(now.map((row) => row["credit_limit"]), [0.5, 1, 1.5]);
    assert.equal(now[0]!["comment"], 'line\nbreak; "quotes", %s');

    // A record can't be its own parent: Odoo keeps none of them.
    const parent = (n: number, parent_id: number): Operation => ({ ...write(n), values: { parent_id } });
    const refused = await failureOf(
      runBatch(odoo, { operations: [parent(1, ids[1]!), parent(2, ids[2]!), parent(3, ids[2]!)] }, options()),
    );
    assert.match(refused.message, /^Nothing of the batch was kept: /);
    const after = await rows(odoo, "res.partner", ids, ["parent_id"]);
    assert.deepEqual(after.map((row) => row["parent_id"]), [false, false, false]);
  });
}

liveTest("a quotation and its lines are one transaction, and each line is told by its id", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const order: Operation = { op: "create", model: "sale.order", values: { partner_id: "Azure Interior" } };
  const line = (place: number, quantity: number): Operation => ({
    op: "create",
    model: "sale.order.line",
    values: { order_id: `$${place}.id`, product_id: 6, product_uom_qty: quantity },
  });
  const operations = [order, line(1, 1), line(1, 2), order, line(4, 3)];
  const answer = await runBatch(odoo, { operations }, options());
  main.keep("sale.order", idsOf(answer, "sale.order"));
  assert.deepEqual([answer.complete, main.changes()], [true, ["create"]]);
  const lines = idsOf(answer, "sale.order.line");
  const read = await rows(odoo, "sale.order.line", lines, ["order_id", "product_uom_qty"]);
  const [first, second] = idsOf(answer, "sale.order");
  assert.deepEqual(read.map((row) => [(row["order_id"] as Json[])[0], row["product_uom_qty"]]), [
    [first, 1],
    [first, 2],
    [second, 3],
  ]);
  const missing: Operation = { ...line(1, 1), values: { order_id: "$1.id", product_id: 999_999 } };
  const before = (await search(odoo, "sale.order", [])).length;
  await failureOf(runBatch(odoo, { operations: [order, missing] }, options()));
  assert.equal((await search(odoo, "sale.order", [])).length, before);
});

liveTest("undo takes a real batch back when one fails, and names the numbers that were drawn", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const name = `Batch undo ${crypto.randomUUID().slice(0, 8)}`;
  const [own] = idsOf(await runBatch(odoo, { operations: [partner(name, { color: 3 })] }, options()), "res.partner");
  main.keep("res.partner", [own!]);
  const operations: Operation[] = [
    partner(`${name} A`),
    { op: "update", model: "res.partner", ids: [own!], values: { color: 9 } },
    {
      op: "create",
      model: "sale.order",
      values: { partner_id: "$1.id", order_line: { create: [{ product_id: 6 }] } },
    },
    { op: "action", model: "sale.order", ids: ["$3.id"], action: "action_confirm" },
    tag(`${name} tag`),
    tag(`${name} tag`),
    partner(`${name} B`),
  ];
  const answer = await runBatch(odoo, { operations, on_error: "undo" }, options());
  const statuses = answer.items.map(({ status }) => status);
  assert.deepEqual(
    statuses,
    ["undone", "undone", "undone", "undone", "undone", "failed", "not_tried"],
    JSON.stringify(answer),
  );
  assert.match(answer.taken_back!.remains!.join(), /mails it sent stay sent/);
  assert.match(answer.taken_back!.remains!.join(), /numbers that were drawn stay used: S\d+/);
  assert.deepEqual(await search(odoo, "res.partner", [["name", "=like", `${name} %`]]), []);
  assert.deepEqual(await search(odoo, "crm.tag", [["name", "=like", `${name} %`]]), []);
  assert.equal((await rows(odoo, "res.partner", [own!], ["color"]))[0]!["color"], 3);
});

liveTest("a chunk with bad ones among it keeps the good ones and names the bad ones", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const name = `Batch chunk ${crypto.randomUUID().slice(0, 8)}`;
  const twice = [13, 77];
  const operations = Array.from({ length: 100 }, (_, n) => tag(`${name} ${twice.includes(n) ? n - 1 : n}`));
  const answer = await runBatch(odoo, { operations, on_error: "continue" }, options());
  main.keep("crm.tag", await search(odoo, "crm.tag", [["name", "=like", `${name} %`]]));
  assert.deepEqual([answer.counts.done, answer.counts.failed], [98, 2]);
  assert.deepEqual(answer.items.find(({ status }) => status === "failed")?.item, "14, 78");
  assert.ok(main.changes().length < 32, `${main.changes().length} calls`);
  const stopped = await runBatch(odoo, { operations: operations.toReversed(), on_error: "stop" }, options());
  assert.equal(stopped.counts.done, 0, "all these tags are there already");
});

liveTest("an answer about a hundred operations takes few tokens, and one token takes them all back", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const name = `Batch lean ${crypto.randomUUID().slice(0, 8)}`;
  const own = options();
  const answer = await runBatch(odoo, {
    operations: Array.from({ length: 100 }, (_, n) => partner(`${name} ${n}`)),
    on_error: "stop",
  }, own);
  const ids = await search(odoo, "res.partner", [["name", "=like", `${name} %`]]);
  main.keep("res.partner", ids);
  assert.equal(ids.length, 100);
  const tokens = encode(JSON.stringify(answer)).length;
  assert.ok(tokens < 300, `${tokens} tokens`);
  assert.ok(answer.undo !== undefined && "token" in answer.undo);
  assert.equal((await undoChange(odoo, { token: answer.undo.token }, own)).complete, true);
  const domain = [["name", "=like", `${name} %`]];
  assert.equal(await odoo.call("res.partner", "search_count", { params: { domain }, cache: "never" }), 0);
});

liveTest("with a key a batch is made once, on another server and with another store too", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const name = `Batch once ${crypto.randomUUID().slice(0, 8)}`;
  const own = { ...options(), idempotencyKey: crypto.randomUUID() };
  const operations = Array.from({ length: 150 }, (_, n) => partner(`${name} ${n}`));
  const request = { operations, on_error: "stop" as const };
  const first = await runBatch(odoo, request, own);
  const ids = await search(odoo, "res.partner", [["name", "=like", `${name} %`]]);
  main.keep("res.partner", ids);
  assert.equal(ids.length, 150);
  assert.deepEqual(main.changes(), ["load", "load"]);
  main.sent.length = 0;
  assert.equal((await runBatch(odoo, request, own)).repeated, true);
  assert.deepEqual(main.changes(), []);
  const elsewhere = await runBatch(odoo, request, { ...own, store: memoryStore() });
  assert.deepEqual(elsewhere.items, first.items);
  assert.equal((await search(odoo, "res.partner", [["name", "=like", `${name} %`]])).length, 150);
});

/** A server that is not asked for confirmations, with a store that outlives it. */
async function startServer(live: LiveOdoo, state: string) {
  const env = {
    ODOO_URL: live.url,
    ODOO_DB: live.database,
    ODOO_USERNAME: live.username,
    ODOO_PASSWORD: live.password,
    XDG_STATE_HOME: state,
  };
  const process = new Deno.Command(Deno.execPath(), {
    args: [...RUN, "--mode", "open"],
    env: cleanEnv(env),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = process.stdin.getWriter();
  const say = (message: JsonObject) => writer.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  await say({
    jsonrpc: "2.0",
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
  });
  await say({ jsonrpc: "2.0", method: "notifications/initialized" });
  return { process, say, writer, env };
}

for (
  const [on_error, more] of [["rollback", {}], ["undo", {}], ["stop", {}], ["continue", {
    email: "x@example.com",
  }]] as const
) {
  liveTest(
    `a server killed in the middle of 200 creates (${on_error}) ends with exactly 200 when it is repeated`,
    async (live) => {
      await using main = connectLive(live, "jsonrpc");
      const { odoo } = main;
      const state = await Deno.makeTempDir({ prefix: "odoo-mcp-batch-" });
      const name = `Batch killed ${crypto.randomUUID().slice(0, 8)}`;
      const domain = [["name", "=like", `${name} %`]];
      const args = {
        operations: Array.from({ length: 200 }, (_, n) => partner(`${name} ${n}`, more)),
        on_error,
        idempotency_key: crypto.randomUUID(),
      };
      try {
        const { process, say, writer, env } = await startServer(live, state);
        const params = { name: "batch_operation", arguments: args as unknown as Json };
        await say({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
        // Killed once Odoo has begun: as soon as the first records are there, or while the only call is under way.
        const end = Date.now() + 20_000;
        if (on_error === "rollback") await new Promise((resolve) => setTimeout(resolve, 1500));
        else while ((await search(odoo, "res.partner", domain)).length === 0 && Date.now() < end) { /* look again */ }
        process.kill("SIGKILL");
        await process.status;
        await writer.abort().catch(() => {});
        await process.stdout.cancel();
        const before = (await search(odoo, "res.partner", domain)).length;
        await using client = await connectStdio(["--mode", "open"], { env });
        const { isError, data } = await call(client, "batch_operation", args);
        const ids = await search(odoo, "res.partner", domain);
        main.keep("res.partner", ids);
        assert.equal(isError, false, JSON.stringify(data));
        assert.equal(ids.length, 200);
        assert.equal(data.complete, true);
        assert.equal((data.counts as unknown as { done: number }).done, 200);
        if (on_error !== "rollback") assert.ok(before >= 100, `${before} were there when it was killed`);
      } finally {
        await Deno.remove(state, { recursive: true });
      }
    },
  );
}

liveTest("a client that cancels stops a batch between its calls, and a repeat with the key goes on", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const name = `Batch cancelled ${crypto.randomUUID().slice(0, 8)}`;
  const domain = [["name", "=like", `${name} %`]];
  const env = {
    ODOO_URL: live.url,
    ODOO_DB: live.database,
    ODOO_USERNAME: live.username,
    ODOO_PASSWORD: live.password,
  };
  await using client = await connectStdio(["--mode", "open"], { env });
  const args = {
    operations: Array.from({ length: 500 }, (_, n) => partner(`${name} ${n}`)),
    on_error: "continue",
    idempotency_key: crypto.randomUUID(),
  };
  const control = new AbortController();
  const cancelled = client.callTool({ name: "batch_operation", arguments: args }, {
    signal: control.signal,
    onprogress: () => control.abort(),
  });
  await assert.rejects(cancelled);
  // What is under way comes to its end; nothing begins after that.
  let count = -1;
  for (let again = 0; again < 20; again++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = (await search(odoo, "res.partner", domain)).length;
    if (now === count) break;
    count = now;
  }
  assert.ok(count % 100 === 0 && count < 500, `${count} records`);
  const { data, text } = await call(client, "batch_operation", args);
  main.keep("res.partner", await search(odoo, "res.partner", domain));
  assert.equal(data.complete, true, text);
  assert.equal((await search(odoo, "res.partner", domain)).length, 500);
});
