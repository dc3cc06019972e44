/** The executable on a real Odoo: what a person does with it on the first day. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import assert from "node:assert/strict";
import { findSource, takeExecutable } from "../binary/executable.ts";
import { run } from "../binary/program.ts";
import { liveTest } from "../support/live.ts";
import { odooItself } from "../support/odoo_itself.ts";
import { call, cleanEnv, connectHttp, startHttp } from "../support/server.ts";

const source = await findSource();
if ("missing" in source) console.error(`SKIPPED: the executable on a real Odoo: ${source.missing}`);

liveTest("the executable: doctor, a session over stdio with a change and its undo, one over HTTP", async (live, t) => {
  if ("missing" in source) return;
  await using executable = await takeExecutable(source);
  const { path } = executable;
  const state = await Deno.makeTempDir({ prefix: "odoo-mcp-state-" });
  const { url, database, username, password } = live;
  const env = {
    ODOO_URL: url,
    ODOO_DB: database,
    ODOO_USERNAME: username,
    ODOO_PASSWORD: password,
    XDG_STATE_HOME: state,
  };
  const odoo = await odooItself(live);
  try {
    await t.step("doctor finds nothing wrong", async () => {
      const { code, stdout } = await run(path, ["doctor", "--json"], { env });
      assert.deepEqual([code, JSON.parse(stdout).ok], [0, true], stdout);
    });

    await t.step("over stdio it creates and takes back, which Odoo confirms", async () => {
      const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
      await client.connect(new StdioClientTransport({ command: path, args: [], env: cleanEnv(env) }));
      try {
        const name = `Executable ${crypto.randomUUID()}`;
        const made = await call(client, "create_record", { model: "res.partner", values: [{ name }] });
        assert.equal(made.isError, false, made.text);
        const id = Number(made.data["ids"]![0]);
        assert.equal((await odoo.read("res.partner", id, ["name"]))["name"], name);
        const undone = await call(client, "undo", { token: made.data["undo"]!["token"] });
        assert.equal(undone.isError, false, undone.text);
        assert.deepEqual(await odoo.ask("res.partner", "search", [[["id", "=", id]]]), []);
      } finally {
        await client.close();
      }
    });

    await t.step("over HTTP it counts as Odoo does", async () => {
      await using server = await startHttp(["--mode", "read-only"], env, "127.0.0.1", { command: path, args: [] });
      await using client = await connectHttp(server.url);
      const counted = await call(client, "count_records", { model: "res.country" });
      assert.equal(counted.data["count"], await odoo.ask("res.country", "search_count", [[]]));
      assert.equal(await server.stop(), 0);
    });
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}, "missing" in source);
