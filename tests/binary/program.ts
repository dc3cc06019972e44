/** What every form of the program must do, asked the way a client asks: a process of its own, over stdio. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { startCollector } from "../support/collector.ts";
import { cleanEnv } from "../support/server.ts";

const root = new URL("../..", import.meta.url).pathname;

/** A command line that runs the program; its own arguments follow. */
export interface Program {
  command: string;
  args: string[];
}

/** How a program ended and what it wrote. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; `stdin` is all it gets to read. */
export async function run(
  command: string,
  args: string[],
  options: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Ended> {
  const child = new Deno.Command(command, {
    args,
    cwd: root,
    env: cleanEnv(options.env),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const writing = writer.write(new TextEncoder().encode(options.stdin ?? "")).then(() => writer.close()).catch(
    () => {},
  );
  const { code, stdout, stderr } = await child.output();
  await writing;
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Builds into a new folder, with `deno` or the like given as a command line; answers the folder. */
export async function build(
  deno: Program,
  what: "bundle" | "compile",
  env: Record<string, string> = {},
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: `odoo-mcp-${what}-` });
  const args = [...deno.args, "run", "--allow-all", "scripts/build.ts", what, "--out", folder];
  const { code, stderr } = await run(deno.command, args, { env });
  assert.equal(code, 0, stderr);
  return folder;
}

/** It says its version, answers a real client from the demo company, and ends with its client. */
export async function mustWork({ command, args }: Program): Promise<void> {
  const { code, stdout, stderr } = await run(command, [...args, "version"]);
  assert.equal(code, 0, stderr);
  assert.ok(stdout.split(/\s/).includes(config.version), stdout);
  await mustAnswer(command, args);
  await mustEndWithItsClient(command, args);
}

/** Its own command starts it once more and asks it, so it may run programs. */
export async function mustCall({ command, args }: Program): Promise<void> {
  const call = ["call", "count_records", '{"model": "res.partner"}', "--demo", "--json"];
  const { code, stdout, stderr } = await run(command, [...args, ...call]);
  assert.equal(code, 0, stderr);
  assert.ok(JSON.parse(stdout).count > 0, stdout);
}

/** Over HTTP it shows its page and its numbers, and sends traces: what loads only then is inside it too. */
export async function mustBeSeen({ command, args }: Program): Promise<void> {
  await using collector = startCollector();
  const serve = [
    "serve",
    "--demo",
    "--transport",
    "http",
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--log-format",
    "json",
  ];
  const child = new Deno.Command(command, {
    args: [...args, ...serve, "--telemetry-otlp", collector.url],
    env: cleanEnv(),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  const port = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += chunk;
      const found = /"port":(\d+)/.exec(said)?.[1];
      if (found !== undefined) port.resolve(found);
    }
    port.reject(new Error(said));
  })();
  const ask = async (path: string, body?: string) => {
    const response = await fetch(`http://127.0.0.1:${await port.promise}${path}`, {
      ...(body !== undefined && { method: "POST", body }),
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream, */*",
        "mcp-protocol-version": "2025-11-25",
      },
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  };
  const params = { name: "count_records", arguments: { model: "res.partner" } };
  assert.match(await ask("/mcp", JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })), /count/);
  assert.match(await ask("/metrics"), /odoo_mcp_tool_calls_total\{tool="count_records",code="ok",caller="local"\} 1/);
  assert.match(await ask("/"), /Content-Security-Policy/);
  assert.equal(JSON.parse(await ask("/status.json")).totals.calls, 1);
  child.kill("SIGTERM");
  const { code } = await child.status;
  await reading;
  assert.equal(code, 0, said);
  assert.ok(collector.spans.some(({ name }) => name === "tools/call count_records"), said);
}

async function mustAnswer(command: string, args: string[]): Promise<void> {
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StdioClientTransport({ command, args: [...args, "demo", "--serve"], env: cleanEnv() }));
  try {
    const { tools } = await client.listTools();
    assert.ok(tools.some(({ name }) => name === "search_records"));
    const search = { model: "res.partner", fields: ["name"], limit: 3 };
    const answer = await client.callTool({ name: "search_records", arguments: search });
    assert.notEqual(answer.isError, true, JSON.stringify(answer.content));
    assert.equal((answer.structuredContent as { rows: unknown[] }).rows.length, 3);
  } finally {
    await client.close();
  }
}

async function mustEndWithItsClient(command: string, args: string[]): Promise<void> {
  const client = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } };
  const messages = [
    { jsonrpc: "2.0", id: 1, method: "initialize", params: client },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { jsonrpc: "2.0", id: 2, method: "tools/list" },
  ];
  const stdin = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
  const { code, stdout, stderr } = await run(command, [...args, "demo", "--serve"], { stdin });
  assert.equal(code, 0, stderr);
  const answers = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(answers.map(({ jsonrpc, id }) => [jsonrpc, id]), [["2.0", 1], ["2.0", 2]]);
}
