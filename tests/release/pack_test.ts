import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import assert from "node:assert/strict";
import { pack } from "../../scripts/release/archives.ts";
import { makeManifest, packMcpb } from "../../scripts/release/mcpb.ts";
import { compiledTargets, executableOf, TARGETS } from "../../scripts/release/targets.ts";
import { answerOf, COUNTED } from "../binary/counting_odoo.ts";
import { startOdoo } from "../odoo/http_odoo.ts";
import { call, cleanEnv, RUN, type Tree } from "../support/server.ts";

const TARGET = "x86_64-unknown-linux-gnu";

/** A folder as `dist` is, whose executable is this program from source. */
async function makeDist(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "odoo-mcp-dist-" });
  const command = [Deno.execPath(), ...RUN].map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${path}/${executableOf(TARGET)}`, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  await Deno.writeTextFile(`${path}/THIRD_PARTY_LICENSES.txt`, "licences");
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("an archive holds the executable and the licences, and is the same each time", async () => {
  await using dist = await makeDist();
  const archive = await pack(dist.path, TARGET);
  const first = await Deno.readFile(archive);
  await pack(dist.path, TARGET);
  assert.deepEqual(await Deno.readFile(archive), first);
  const { stdout } = await new Deno.Command("tar", { args: ["-tvzf", archive] }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assert.deepEqual(lines.map((line) => line.split(/\s+/).at(-1)), ["LICENSE", "THIRD_PARTY_LICENSES.txt", "odoo-mcp"]);
  assert.match(lines[2]!, /^-rwxr-xr-x/);
});

Deno.test("only what was compiled is packed, and what is missing is named", async () => {
  await using dist = await makeDist();
  assert.deepEqual(await compiledTargets(dist.path, []), [TARGET]);
  await assert.rejects(compiledTargets(dist.path, ["aarch64-apple-darwin"]), /has no odoo-mcp-aarch64-apple-darwin/);
  await assert.rejects(compiledTargets(dist.path, ["amiga"]), /Cannot pack for amiga: targets are x86_64/);
});

Deno.test("the bundle for Claude Desktop is one to its maker, and works as filled in", async () => {
  await using dist = await makeDist();
  await using odoo = startOdoo((name) => ({ result: answerOf(name) }));
  const packed = await packMcpb(dist.path, TARGET); // its maker's tool validates before it packs
  const unpacked = `${dist.path}/unpacked`;
  const { success } = await new Deno.Command("npx", {
    args: ["-y", "@anthropic-ai/mcpb@2.1.2", "unpack", packed, unpacked],
  }).output();
  assert.ok(success);
  const manifest: Tree = JSON.parse(await Deno.readTextFile(`${unpacked}/manifest.json`));
  const form: Record<string, string> = {
    url: odoo.url,
    username: "admin",
    api_key: "key",
    database: "db",
    mode: "guarded",
  };
  const fill = (text: string) =>
    text.replaceAll("${__dirname}", unpacked).replace(/\$\{user_config\.(\w+)\}/g, (_, name: string) => form[name]!);
  const { command, args, env } = manifest["server"]!["mcp_config"]! as unknown as {
    command: string;
    args: string[];
    env: Record<string, string>;
  };
  for (const database of ["db", ""]) { // what stays empty counts as not set
    form["database"] = database;
    const filled = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(new StdioClientTransport({ command: fill(command), args, env: cleanEnv(filled) }));
    try {
      const names = (await client.listTools()).tools.map(({ name }) => name);
      const told = Object.values(manifest["tools"]!).map((tool) => tool["name"] as unknown as string);
      assert.deepEqual(names.filter((name) => !told.includes(name)), []);
      if (database !== "") {
        assert.equal((await call(client, "count_records", { model: "res.partner" })).data["count"], COUNTED);
      }
    } finally {
      await client.close();
    }
  }
});

Deno.test("every target's manifest names its system and its program, and hides the key", () => {
  for (const target of TARGETS) {
    const manifest = makeManifest(target) as Tree;
    const windows = target.includes("windows");
    assert.equal(String(manifest["server"]!["entry_point"]).endsWith(".exe"), windows, target);
    const system = windows ? "win32" : target.includes("darwin") ? "darwin" : "linux";
    assert.deepEqual(manifest["compatibility"]!["platforms"], [system]);
    assert.equal(manifest["user_config"]!["api_key"]!["sensitive"], true);
  }
});
