import assert from "node:assert/strict";
import { runProgram } from "./program.ts";

Deno.test("call runs one tool on the demo company and prints its answer", async () => {
  const { code, stdout } = await runProgram(["call", "--demo", "count_records", '{"model":"res.partner"}']);
  assert.equal(code, 0);
  assert.match(stdout, /^count: [1-9]\d*$/m);
});

Deno.test("call --json prints the structured answer, and - reads arguments from stdin", async () => {
  const args = ["call", "search_records", "-", "--json", "--demo"];
  const { code, stdout } = await runProgram(args, { stdin: '{"model":"res.partner","fields":["name"],"limit":2}' });
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).rows.length, 2);
});

Deno.test("call ends with 1 when the tool answers an error, and when there is no such tool", async () => {
  const wrong = await runProgram(["call", "--demo", "count_records", '{"model":"res.partnr"}']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /E005/);
  const unknown = await runProgram(["call", "--demo", "count_record", "{}"]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stdout + unknown.stderr, /count_records/);
});

Deno.test("without any Odoo configured a call answers how to configure one", async () => {
  const { code, stdout } = await runProgram(["call", "count_records", '{"model":"res.partner"}']);
  assert.equal(code, 1);
  assert.match(stdout, /ODOO_URL[^]*demo --serve/);
});

Deno.test("tools lists what clients get, as a table and as JSON", async () => {
  const { code, stdout } = await runProgram(["tools", "--demo", "--mode", "read-only"]);
  assert.equal(code, 0);
  assert.match(stdout, /^search_records +reads /m);
  assert.doesNotMatch(stdout, /delete_record/);
  const listed: { name: string; inputSchema: unknown }[] = JSON.parse(
    (await runProgram(["tools", "--demo", "--json"])).stdout,
  );
  assert.ok(listed.find(({ name }) => name === "delete_record")?.inputSchema);
});

Deno.test("tools NAME tells what one tool is for and the shape of each argument, or the closest name", async () => {
  const { code, stdout } = await runProgram(["tools", "analytics_query", "--demo"]);
  assert.equal(code, 0);
  assert.match(stdout, /^analytics_query\b.*reads/);
  assert.match(stdout, /Never adds currencies together/);
  assert.match(stdout, /^ {2}model +text, required$/m);
  assert.match(stdout, /^ {2}measures +list of texts, required\n +"count" or "field:sum\|avg/m);
  assert.match(stdout, /^ {2}having +list of objects\n +e\.g\. \[\{"measure":"count"/m);
  assert.match(stdout, /^ {2}where +list of objects\n[^]*"value":"sale"/m);
  assert.match(stdout, /^ {2}compare +previous_period \| last_year$/m);
  assert.match(stdout, /^ {2}limit +whole number\b.*\n +.*Default 100/m);
  const where = (await runProgram(["tools", "complex_search", "--demo"])).stdout;
  assert.match(where, /^ {2}where +list of \{field, op, value, any, not\}, required$/m);
  const json = await runProgram(["tools", "count_records", "--demo", "--json"]);
  assert.equal(JSON.parse(json.stdout).name, "count_records");
  const strange = await runProgram(["tools", "count_record", "--demo"]);
  assert.deepEqual([strange.code, strange.stdout], [2, ""]);
  assert.match(strange.stderr, /no such tool.*Did you mean count_records/);
  assert.equal((await runProgram(["tools", "a", "b", "--demo"])).code, 2);
});

Deno.test("the demo is a conversation that goes as planned, and its variables do not change it", async () => {
  const { code, stdout, stderr } = await runProgram(["demo"], {
    env: { ODOO_URL: "https://x.example", ODOO_DB: "x", ODOO_MCP_MODE: "read-only", ODOO_MCP_CONFIRM: "off" },
  });
  assert.equal(code, 0, stdout + stderr);
  for (const tool of ["search_records", "get_record", "analytics_query", "create_record", "update_record"]) {
    assert.ok(stdout.includes(`     ${tool} {`), tool);
  }
  assert.match(stdout, /delete_record {"model": "crm\.lead"[^]*E010/);
  assert.match(stdout, /"mcpServers"/);
  assert.match(stdout, /claude mcp add odoo/);
  assert.doesNotMatch(stdout, /please report it/);
});

Deno.test("doctor says that no Odoo is configured, and ends with 1", async () => {
  const { code, stdout } = await runProgram(["doctor"]);
  assert.equal(code, 1);
  assert.match(stdout, /FAIL +config .*no Odoo is configured\n +→ Run odoo-mcp setup, or set ODOO_URL/);
});

Deno.test("doctor tells where it failed and what to do, for people and for programs", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  const env = { ODOO_URL: `http://127.0.0.1:${port}`, ODOO_USERNAME: "a", ODOO_PASSWORD: "hunter2" };
  const { code, stdout, stderr } = await runProgram(["doctor", "--json"], { env });
  assert.equal(code, 1);
  const { ok, checks } = JSON.parse(stdout);
  assert.equal(ok, false);
  const last: { name: string; verdict: string; message: string } = checks.at(-1);
  assert.deepEqual([last.name, last.verdict], ["tcp", "failed"]);
  assert.match(last.message, /nothing listens/);
  assert.doesNotMatch(stdout + stderr, /hunter2/);
});
