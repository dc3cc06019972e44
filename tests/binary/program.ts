/** What every form of the program must do, asked the way a client asks: a process of its own, over stdio. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { startCollector } from "../support/collector.ts";
import { cleanEnv, type Tree } from "../support/server.ts";

const root = new URL("../..", import.meta.url).pathname;

/** A command line that runs the program; its own arguments follow. */
export interface Program {
  command: string;
  args: string[];
}

/** A request of MCP without its id. */
export interface Request {
  method: string;
  params?: object;
}

/** How a program ended and what it wrote. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** How a program is started: by default with a clean environment, in this repository, by this user. */
export interface Start {
  /** Beside what is usual; with `bare`, all there is. */
  env?: Record<string, string>;
  bare?: boolean;
  stdin?: string;
  cwd?: string;
  uid?: number;
}

/** Runs a program to its end; `stdin` is all it gets to read. */
export async function run(command: string, args: string[], start: Start = {}): Promise<Ended> {
  const child = spawn(command, args, start);
  const writing = new Blob([start.stdin ?? ""]).stream().pipeTo(child.stdin).catch(() => {/* it ended unread */});
  const { code, stdout, stderr } = await child.output();
  await writing;
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

function spawn(command: string, args: string[], { env = {}, bare = false, cwd = root, uid }: Start) {
  return new Deno.Command(command, {
    args,
    cwd,
    env: bare ? env : cleanEnv(env),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    ...(uid !== undefined && { uid, gid: uid }),
  }).spawn();
}

/** What a program answered over stdio, by the requests' ids, and how it ended once its client had gone. */
export interface Talked {
  code: number;
  answers: Map<number, Tree>;
  stderr: string;
}

/** Opens a session over stdio, waits for the answers to all requests (ids from 2 on), and goes away. */
export async function talk(program: Program, requests: Request[], start: Start = {}): Promise<Talked> {
  const child = spawn(program.command, program.args, start);
  const stderr = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(session(...requests))).catch(() => {/* it ended unread */});
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    // Closing stdin earlier would cancel what is under way.
    if (text.split("\n").length - 1 > requests.length) await writer.close().catch(() => {});
  }
  const { code } = await child.status;
  return { code, answers: text === "" ? new Map() : answers(text), stderr: await stderr };
}

/** What a client of the 2025 protocol sends to open a session and to make requests, a line each. */
export function session(...requests: Request[]): string {
  const client = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } };
  const messages = [
    { id: 1, method: "initialize", params: client },
    { method: "notifications/initialized" },
    ...requests.map((request, index) => ({ id: index + 2, ...request })),
  ];
  return messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
}

/** The answers of such a session by their ids; fails on a line of anything else. */
export function answers(stdout: string): Map<number, Tree> {
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  for (const { jsonrpc, id } of lines) assert.deepEqual([jsonrpc, typeof id], ["2.0", "number"], stdout);
  return new Map(lines.map(({ id, ...rest }) => [id, rest.result ?? rest.error]));
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
  const { code, stdout, stderr } = await run(command, [...args, "demo", "--serve"], {
    stdin: session({ method: "tools/list" }),
  });
  assert.equal(code, 0, stderr);
  assert.deepEqual([...answers(stdout).keys()], [1, 2]);
}
