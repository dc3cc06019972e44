import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { startOdoo } from "../odoo/http_odoo.ts";
import { findPython } from "../support/python.ts";
import { call, cleanEnv } from "../support/server.ts";
import { answerOf, COUNTED } from "./counting_odoo.ts";
import { build, mustBeSeen, mustCall, mustWork, type Program, run, talk } from "./program.ts";

const deno = Deno.execPath();
const python = await findPython();
if ("missing" in python) console.error(`SKIPPED: the Python client on the bundle: ${python.missing}`);

/** What README says to run, as arguments of Deno; its addresses stand in for those of a test. */
async function fromReadme(url: string, state: string, host: string): Promise<string[]> {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const command = /^deno (run [^`]*?\/odoo-mcp\.js)$/m.exec(readme)?.[1];
  assert.ok(command, "README names no command that runs the bundle from a URL");
  return command.replaceAll("\\\n", " ").replaceAll("$HOME/.local/state", state).replaceAll("odoo.example.com", host)
    .replace(/https:\S+$/, url).split(/\s+/);
}

/** Serves a folder as raw.githubusercontent.com does, below `/bundle/VERSION/`. */
function serveFolder(folder: string) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const name = new URL(request.url).pathname.replace(/^\/bundle\/[^/]+/, "");
    const body = await Deno.readTextFile(folder + name).catch(() => null);
    return body === null ? new Response(null, { status: 404 }) : new Response(body);
  });
}

Deno.test("the bundle works from disk and from a URL, with no more permissions than README names", async (t) => {
  const folder = await build({ command: deno, args: [] }, "bundle");
  const place = await Deno.makeTempDir({ prefix: "odoo-mcp-url-" });
  await using odoo = startOdoo((name) => ({ result: answerOf(name) }));
  const files = serveFolder(folder);
  // The name keeps it apart from the Odoo: that is 127.0.0.1, so no permission for the one serves the other.
  const url = `http://localhost:${files.addr.port}/bundle/latest/odoo-mcp.js`;
  const common = ["run", "--no-config", "--no-prompt", "--unstable-worker-options", "--allow-env"];
  let caches = 0;
  /** An empty cache for each start, as on a machine that has never seen the program. */
  const env = () => ({
    DENO_DIR: `${place}/cache${caches++}`,
    XDG_STATE_HOME: place,
    ODOO_URL: odoo.url,
    ODOO_DB: "db",
    ODOO_USERNAME: "admin",
    ODOO_PASSWORD: "secret",
  });
  const readme = async (): Promise<Program> => ({ command: deno, args: await fromReadme(url, place, "127.0.0.1") });
  try {
    await t.step("from disk", async () => {
      const read = `--allow-read=${folder}/odoo-mcp-worker.js`;
      await mustWork({ command: deno, args: [...common, read, `${folder}/odoo-mcp.js`] });
      await mustCall({ command: deno, args: [...common, "--allow-read", "--allow-run", `${folder}/odoo-mcp.js`] });
      const net = "--allow-net=127.0.0.1";
      await mustBeSeen({ command: deno, args: [...common, read, net, `${folder}/odoo-mcp.js`] });
    });

    await t.step("from a URL with README's flags and an empty cache, over the official TypeScript client", async () => {
      const { command, args } = await readme();
      for (const mode of ["legacy", "auto"] as const) {
        const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode } });
        await client.connect(new StdioClientTransport({ command, args, env: cleanEnv(env()) }));
        try {
          assert.ok((await client.listTools()).tools.length > 5);
          assert.equal((await call(client, "count_records", { model: "res.partner" })).data["count"], COUNTED);
          assert.ok((await client.listPrompts()).prompts.length > 0);
          assert.ok((await client.listResourceTemplates()).resourceTemplates.length > 0);
        } finally {
          await client.close();
        }
      }
      assert.ok((await Deno.stat(`${place}/odoo-mcp/store.db`)).isFile, "undo is kept in the folder README names");
    });

    await t.step("a permission less, and it says which", async () => {
      const { command, args } = await readme();
      const less = args.filter((arg) => !arg.startsWith("--allow-net"));
      const { code, stderr } = await talk({ command, args: less }, [], { env: env() });
      assert.equal(code, 1);
      assert.match(stderr, /E011 Cannot start the server[^]*connect 127\.0\.0\.1:\d+/);
    });

    await t.step("through a redirect to another host", async () => {
      const gate = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen: () => {} },
        (request) => Response.redirect(new URL(new URL(request.url).pathname.replace("latest", "v1"), url)),
      );
      try {
        const from = `127.0.0.1:${gate.addr.port}`;
        const both = `--allow-import=${from},localhost:${files.addr.port}`;
        const program = { command: deno, args: [...common, both, `http://${from}/bundle/latest/odoo-mcp.js`] };
        const { code, answers, stderr } = await talk(
          { ...program, args: [...program.args, "demo", "--serve"] },
          [{ method: "tools/list" }],
          { env: env() },
        );
        assert.equal(code, 0, stderr);
        assert.ok(Object.keys(answers.get(2)?.["tools"] ?? {}).length > 5);
      } finally {
        await gate.shutdown();
      }
    });

    await t.step("installed as a command", async () => {
      const [_run, ...flags] = await fromReadme(url, place, "127.0.0.1");
      const variables = { ...env(), DENO_INSTALL_ROOT: `${place}/installed`, PATH: Deno.env.get("PATH") ?? "" };
      const installing = await run(deno, ["install", "-g", "-n", "odoo-mcp", ...flags], { env: variables });
      assert.equal(installing.code, 0, installing.stderr);
      const program = { command: `${place}/installed/bin/odoo-mcp`, args: [] };
      const shell = { ...variables, PATH: `${deno.slice(0, deno.lastIndexOf("/"))}:${variables.PATH}` };
      const count = { method: "tools/call", params: { name: "count_records", arguments: { model: "res.partner" } } };
      const { code, answers, stderr } = await talk(program, [count], { env: shell });
      assert.equal(code, 0, stderr);
      assert.equal(answers.get(2)?.["structuredContent"]?.["count"], COUNTED);
    });

    await t.step({
      name: "over the official Python client",
      ignore: "missing" in python,
      fn: async () => {
        if ("missing" in python) return;
        const client = new URL("../../scripts/examples/client.py", import.meta.url).pathname;
        const { args } = await readme();
        const said = await run(python.path, [client, deno, ...args, "demo", "--serve"], { env: env() });
        assert.equal(said.code, 0, said.stderr);
        assert.match(said.stdout, /^\d+ tools\nBest customers:\n/);
      },
    });

    await t.step("over the Inspector's command line", async () => {
      const { args } = await readme();
      const inspector = ["run", "-A", "--no-config", "npm:@modelcontextprotocol/inspector@2.12.0", "--cli"];
      const server = [deno, ...args, "demo", "--serve"];
      const asked = ["--method", "tools/call", "--tool-name", "count_records", "--tool-arg", "model=res.partner"];
      const { code, stdout, stderr } = await run(deno, [...inspector, ...server, ...asked], { cwd: place });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /"count": \d+/);
    });
  } finally {
    await files.shutdown();
    await Deno.remove(folder, { recursive: true });
    await Deno.remove(place, { recursive: true });
  }
});
