/** The whole program through its front door: a process of its own, real clients, the demo company behind it. */
import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { Client as ClientV1 } from "mcp-v1/client/index.js";
import { StdioClientTransport as StdioV1 } from "mcp-v1/client/stdio.js";
import { StreamableHTTPClientTransport as HttpV1 } from "mcp-v1/client/streamableHttp.js";
import { call, cleanEnv, connectHttp, connectStdio, type Era, RUN, startHttp } from "../support/server.ts";

const ERAS: Era[] = ["2025-11-25", "2026-07-28"];

for (const era of ERAS) {
  Deno.test(`a ${era} client lists and calls tools over stdio`, async () => {
    await using client = await connectStdio(["serve", "--demo"], { era });
    const { tools } = await client.listTools();
    assert.ok(tools.some((tool) => tool.name === "search_records"));
    const found = await call(client, "search_records", { model: "res.partner", limit: 3 });
    assert.equal(found.isError, false, found.text);
    assert.equal(found.data.rows!.length, 3);
    assert.equal(found.data.has_more, true);
  });

  Deno.test(`a ${era} client creates, changes and deletes over HTTP`, async () => {
    await using server = await startHttp(["--demo"]);
    await using client = await connectHttp(server.url, era);
    const created = await call(client, "create_record", { model: "res.partner", values: { name: "Front Door" } });
    assert.equal(created.isError, false, created.text);
    const id = Number(created.data.ids![0]);
    const changed = await call(client, "update_record", { model: "res.partner", ids: [id], values: { city: "Ghent" } });
    assert.equal(changed.isError, false, changed.text);
    assert.match(changed.text, /Ghent/);
    const refused = await call(client, "delete_record", { model: "res.partner", ids: [id] });
    assert.equal(refused.data.code, "E010", refused.text);
    const plan = refused.data.details!.plan;
    const deleted = await call(client, "delete_record", { model: "res.partner", ids: [id], plan });
    assert.equal(deleted.isError, false, deleted.text);
    const gone = await call(client, "get_record", { model: "res.partner", ids: [id] });
    assert.deepEqual(gone.data.missing, [id]);
  });
}

Deno.test("a client of SDK v1 works over stdio and over HTTP", async () => {
  const stdio = new ClientV1({ name: "v1", version: "1.0.0" });
  await stdio.connect(new StdioV1({ command: Deno.execPath(), args: [...RUN, "serve", "--demo"], env: cleanEnv() }));
  assert.ok((await stdio.listTools()).tools.length > 10);
  const result = await stdio.callTool({ name: "get_context", arguments: {} });
  assert.notEqual(result.isError, true);
  await stdio.close();

  await using server = await startHttp(["--demo"]);
  const http = new ClientV1({ name: "v1", version: "1.0.0" });
  await http.connect(new HttpV1(server.url) as Parameters<ClientV1["connect"]>[0]);
  const counted = await http.callTool({ name: "count_records", arguments: { model: "res.partner" } });
  assert.notEqual(counted.isError, true);
  await http.close();
});

Deno.test("the answer stands complete in the text and in the structured content", async () => {
  await using client = await connectStdio(["serve", "--demo"]);
  const { data, text } = await call(client, "search_records", { model: "res.partner", fields: ["name"], limit: 5 });
  for (let row = 0; row < 5; row++) assert.ok(text.includes(String(data.rows![row]![1])), text);
});

Deno.test("an error is an error, with its code and what to do", async () => {
  await using client = await connectStdio(["serve", "--demo"]);
  const cases: [string, Record<string, unknown>, string, RegExp][] = [
    ["search_records", { model: "res.partnr" }, "E005", /res\.partner/],
    ["search_records", { model: "res.partner", fields: ["nmae"] }, "E004", /name/],
    ["search_records", { model: "res.partner", domain: "[('name','=','x')]" }, "E004", /domain/],
    ["search_records", { model: "res.partner", domain: [["name", "likes", "x"]] }, "E004", /likes/],
    ["search_records", { model: "res.partner", domain: [["name", "="]] }, "E004", /2 parts/],
    ["search_records", { model: "res.partner", fields: [] }, "E004", /fields/],
    ["search_records", { model: "res.partner", limit: 1_000_000 }, "E012", /500/],
    ["search_records", { model: "res.partner", limit: -1 }, "E004", /limit/],
    ["search_records", { model: "res.partner", colour: 1 }, "E004", /colour/],
    ["search_records", { model: "res.partner", plan: "x" }, "E004", /plan/],
    ["search_records", { model: "ir.config_parameter" }, "E011", /ir\.config_parameter/],
    ["get_record", { model: "res.partner", ids: ["seven"] }, "E004", /ids/],
    ["get_record", { model: "res.partner", ids: [2 ** 40] }, "E004", /ids/],
    ["update_record", { model: "sale.order", ids: [1], values: { state: "sale" } }, "E004", /action/],
    ["update_record", { model: "res.users", ids: [2], values: { password: "x" } }, "E004", /password/],
    ["run_action", { model: "sale.order", ids: [1], action: "_write" }, "E011", /_write/],
    ["run_action", { model: "sale.order", ids: [1], action: "unlink" }, "E011", /unlink/],
    ["create_record", { model: "res.partner", values: { nmae: "x" } }, "E004", /nmae/],
  ];
  for (const [tool, args, code, words] of cases) {
    const answer = await call(client, tool, args);
    const label = `${tool} ${JSON.stringify(args)}: ${answer.text}`;
    assert.equal(answer.isError, true, label);
    assert.equal(answer.data.code, code, label);
    assert.match(answer.text, words, label);
    assert.doesNotMatch(answer.text, /\.ts:\d|node_modules|Traceback/, label);
  }
});

Deno.test("an unknown tool is refused with the closest name", async () => {
  await using client = await connectStdio(["serve", "--demo"]);
  await assert.rejects(client.callTool({ name: "search_record", arguments: {} }), /search_records/);
});

Deno.test("a client that can ask a person is asked before a delete, and a no changes nothing", async () => {
  for (const era of ERAS) {
    for (const action of ["accept", "decline"] as const) {
      await using client = await connectStdio(["serve", "--demo"], { era, elicit: () => action });
      const before = await call(client, "count_records", { model: "mail.activity" });
      const { data } = await call(client, "search_records", { model: "mail.activity", fields: ["id"], limit: 1 });
      const answer = await call(client, "delete_record", { model: "mail.activity", ids: [data.rows![0]![0]] });
      const after = await call(client, "count_records", { model: "mail.activity" });
      const removed = Number(before.data.count) - Number(after.data.count);
      assert.equal(answer.isError, action === "decline", `${era} ${action}: ${answer.text}`);
      assert.equal(removed, action === "accept" ? 1 : 0, `${era} ${action}`);
    }
  }
});

Deno.test("resources, templates, prompts and completions answer from real fields", async () => {
  await using client = await connectStdio(["serve", "--demo"]);
  const { resources } = await client.listResources();
  assert.deepEqual(resources.map(({ uri }) => uri), ["odoo://models"]);
  assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 3);
  const read = async (uri: string) => JSON.stringify((await client.readResource({ uri })).contents);
  assert.match(await read("odoo://models"), /res\.partner/);
  assert.match(await read("odoo://model/sale.order"), /amount_total/);
  assert.match(await read("odoo://record/res.partner/1"), /display_name/);
  await assert.rejects(read("odoo://record/res.partner/999999"), /E005/);
  await assert.rejects(read("odoo://nowhere/res.partner/1"), /not found/i);

  const { prompts } = await client.listPrompts();
  assert.deepEqual(prompts.map(({ name }) => name), [
    "analyze_data",
    "generate_report",
    "clean_up_data",
    "explain_record",
  ]);
  const prompt = await client.getPrompt({
    name: "analyze_data",
    arguments: { model: "sale.order", question: "Who sells most?" },
  });
  assert.match(JSON.stringify(prompt.messages), /amount_total.*analytics_query/s);
  await assert.rejects(client.getPrompt({ name: "analyze_data", arguments: {} }), /model/);

  const ref = { type: "ref/prompt" as const, name: "analyze_data" };
  const models = await client.complete({ ref, argument: { name: "model", value: "sale.or" } });
  assert.ok(models.completion.values.includes("sale.order"), JSON.stringify(models));
});

Deno.test("a server without an Odoo starts, lists its tools and says how to configure one", async () => {
  await using client = await connectStdio(["serve"]);
  assert.ok((await client.listTools()).tools.length > 0);
  const answer = await call(client, "search_records", { model: "res.partner" });
  assert.equal(answer.data.code, "E001");
  assert.match(answer.text, /ODOO_URL/);
});

Deno.test("read-only mode lists no writing tool and calls none", async () => {
  await using client = await connectStdio(["serve", "--demo", "--mode", "read-only"]);
  const { tools } = await client.listTools();
  assert.ok(!tools.some(({ name }) => /create|update|delete|batch|run/.test(name)));
  await assert.rejects(client.callTool({ name: "create_record", arguments: {} }), /Unknown tool/);
});

Deno.test("max_tokens makes an answer smaller, which says how to go on; no change takes it", async () => {
  await using client = await connectStdio(["serve", "--demo"]);
  const ask = (more: Record<string, unknown>) =>
    call(client, "search_records", { model: "res.partner", limit: 30, ...more });
  const whole = await ask({});
  const small = await ask({ max_tokens: 400 });
  assert.ok(encode(small.text).length <= 400, `${encode(small.text).length} tokens`);
  assert.ok(Number(small.data.rows!.length) < Number(whole.data.rows!.length));
  assert.equal(small.data.has_more, true);
  const next = await ask({ max_tokens: 400, cursor: small.data.next });
  assert.deepEqual(next.data.rows![0], whole.data.rows![Number(small.data.rows!.length)]);
  for (const max_tokens of [2, 1.5, "400"]) {
    const refused = await ask({ max_tokens });
    assert.match(String(refused.data.message), /Cannot use max_tokens/);
  }
  const created = await call(client, "create_record", { model: "res.partner", values: { name: "X" }, max_tokens: 400 });
  assert.match(String(created.data.message), /max_tokens belongs to tools that read/);
});
