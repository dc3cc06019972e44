import assert from "node:assert/strict";
import { runProgram } from "./program.ts";

Deno.test("wrong use ends with 2, says what is wrong with the closest name, and leaves stdout empty", async () => {
  const cases: [string[], RegExp][] = [
    [["sevre"], /Cannot run "sevre": there is no such command\. Did you mean serve\?/],
    [["--htp-port", "3"], /Cannot understand --htp-port: .*Did you mean --http-port/],
    [["serve", "--mode", "gurded"], /mode from flag --mode: "gurded" is not one of .* Did you mean guarded\?/],
    [["serve", "x"], /serve takes flags only/],
    [["serve", "--json"], /Cannot understand --json/],
    [["call"], /the tool is missing/],
    [["call", "get_context", "{"], /not a JSON object/],
    [["call", "get_context", "[]"], /not a JSON object/],
    [["call", "get_context", "{}", "{}"], /too many arguments/],
    [["version", "--mode", "open"], /Cannot understand --mode/],
    [["config", "shwo"], /config knows show, check and schema/],
    [["help", "cal"], /Did you mean call\?/],
    [["--transport", "http", "--host", "0.0.0.0"], /there is no authentication/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runProgram(args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, message);
    assert.equal(stdout, "");
  }
});

Deno.test("settings that can't be used end with 1 and every reason, and no secret", async () => {
  const { code, stdout, stderr } = await runProgram(["serve", "--config", "c.json"], {
    files: { "c.json": '{"odoo": {"url": "x.example", "password": "hunter2 "}}' },
    env: { ODOO_MCP_HTTP_PORT: "many" },
  });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /odoo\.url from c\.json line 1: "x\.example" has no scheme\. Write https:\/\/x\.example/);
  assert.match(stderr, /http\.port from variable ODOO_MCP_HTTP_PORT: "many" is not a whole number/);
  assert.doesNotMatch(stderr, /hunter2/);
});

Deno.test("config show tells each value and its source, secrets starred", async () => {
  const options = {
    files: { "c.json": '{\n "mode": "open"\n}', ".env": "ODOO_API_KEY=hunter2\n" },
    env: { ODOO_URL: "https://x.example" },
  };
  const args = ["config", "show", "--config", "c.json", "--http-port", "1"];
  const { code, stdout, stderr } = await runProgram(args, options);
  assert.equal(code, 0);
  assert.match(stdout, /^mode +open +c\.json line 2$/m);
  assert.match(stdout, /^http\.port +1 +flag --http-port$/m);
  assert.match(stdout, /^odoo\.url +https:\/\/x\.example +variable ODOO_URL$/m);
  assert.match(stdout, /^odoo\.api_key +\*{8} +\.env line 1 \(ODOO_API_KEY\)$/m);
  assert.match(stdout, /^transport +stdio +default$/m);
  const json = await runProgram([...args, "--json"], options);
  const listed: { setting: string }[] = JSON.parse(json.stdout);
  assert.deepEqual(listed.find(({ setting }) => setting === "instances.default.api_key"), {
    setting: "instances.default.api_key",
    value: "********",
    source: ".env line 1 (ODOO_API_KEY)",
  });
  assert.doesNotMatch(stdout + stderr + json.stdout + json.stderr, /hunter2/);
});

Deno.test("config check ends with 0 or 1, with the problems for people and for programs", async () => {
  assert.equal((await runProgram(["config", "check"])).code, 0);
  const bad = await runProgram(["config", "check", "--mode", "x"]);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /"x" is not one of/);
  const json = await runProgram(["config", "check", "--mode", "x", "--json"]);
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.stdout).problems[0].setting, "mode");
});

Deno.test("config schema is JSON Schema", async () => {
  const { code, stdout } = await runProgram(["config", "schema"]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).properties.http.properties.port.maximum, 65535);
});

Deno.test("every command has help with examples, and help names every setting", async () => {
  const overview = await runProgram(["--help"]);
  assert.equal(overview.code, 0);
  const listed = overview.stdout.split(/^(?:Commands|Guides)\b.*$/m)[1] ?? "";
  const commands = [...listed.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!);
  assert.ok(commands.includes("serve") && commands.length >= 8);
  for (const name of commands) {
    const { code, stdout } = await runProgram([name, "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /Examples\n {2}odoo-mcp/, name);
  }
  const { stdout } = await runProgram(["help", "settings"]);
  assert.match(stdout, /--http-port {2}ODOO_MCP_HTTP_PORT/);
  assert.match(stdout, /--instances-\{name\}-api-key/);
});

Deno.test("version prints one line, or JSON", async () => {
  const { stdout, code } = await runProgram(["--version"]);
  assert.equal(code, 0);
  assert.match(stdout, /^odoo-mcp \d+\.\d+\.\d+ \(Deno [\d.]+, [\w-]+\)\n$/);
  assert.match(JSON.parse((await runProgram(["version", "--json"])).stdout).version, /^\d+\.\d+\.\d+$/);
});
