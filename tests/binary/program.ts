/** What every form of the program must do, asked the way a client asks: a process of its own, over stdio. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
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
