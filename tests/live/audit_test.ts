/** The audit of a server in front of a real Odoo: what was done stands in it, also when the server is killed over it. */
import assert from "node:assert/strict";
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import { runProgram } from "../cli/program.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, connectHttp, connectStdio, startHttp } from "../support/server.ts";

const VALUE = "canary-live-value";

interface Line {
  kind: string;
  tool: string;
  request: string;
  code?: string;
  method?: string;
  ids?: number[];
  changes?: { method: string; ids: number[]; code: string; before?: string; after?: string }[];
}

async function inFolder(run: (file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/audit.jsonl`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const environment = (live: LiveOdoo, url = live.url) => ({
  ODOO_URL: url,
  ODOO_DB: live.database,
  ODOO_USERNAME: live.username,
  ODOO_PASSWORD: live.password,
});

async function linesOf(file: string): Promise<Line[]> {
  const { code, stdout } = await runProgram(["audit", "verify", "--audit-file", file]);
  assert.equal(code, 0, stdout);
  return JSON.parse((await runProgram(["audit", "show", "--json", "--audit-file", file])).stdout);
}

liveTest(
  "a create, a change and its undo, an archive and a delete are told with ids and without a value",
  async (live) => {
    await inFolder(async (file) => {
      let said = "";
      {
        const args = ["serve", "--mode", "open", "--log-level", "debug", "--audit-file", file];
        await using client = await connectStdio(args, { env: environment(live), onStderr: (text) => said += text });
        const model = "res.partner";
        const made = await call(client, "create_record", {
          model,
          values: { name: VALUE, email: `${VALUE}@x.example` },
        });
        assert.equal(made.isError, false, made.text);
        const ids = made.data.ids;
        const changed = await call(client, "update_record", { model, ids, values: { city: VALUE } });
        const undone = await call(client, "undo", { token: (changed.data.undo!).token });
        assert.equal(undone.isError, false, undone.text);
        await call(client, "search_records", { model, domain: [["name", "=", VALUE]] });
        await call(client, "update_record", { model, ids, values: { category_id: [VALUE] } });
        await call(client, "delete_record", { model, ids });
      }
      const lines = await linesOf(file);
      const outcomes = lines.filter(({ kind }) => kind === "outcome");
      assert.deepEqual(outcomes.map(({ tool, code }) => `${tool} ${code}`), [
        "create_record ok",
        "update_record ok",
        "undo ok",
        "search_records ok",
        `update_record ${outcomes[4]?.code}`,
        "delete_record ok",
      ]);
      const [created, updated, undone] = outcomes.map(({ changes }) => changes?.[0]);
      assert.equal(created?.ids.length, 1);
      assert.deepEqual(updated?.ids, created?.ids);
      assert.ok(updated?.before !== undefined && updated.after !== undefined && updated.before !== updated.after);
      assert.equal(undone?.code, "ok");
      for (const { changes, request } of outcomes) {
        const intents = lines.filter((line) => line.kind === "intent" && line.request === request);
        assert.equal(intents.length, changes?.length ?? 0, "an intent for each change");
      }
      assert.doesNotMatch(await Deno.readTextFile(file) + said, /canary/);
      assert.ok(live.password.length < 8 || !said.includes(live.password));
    });
  },
);

liveTest("a server killed while Odoo writes leaves the intent, and audit show calls it unknown", async (live) => {
  await inFolder(async (file) => {
    const arrived = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const { pathname } = new URL(request.url);
      const body = await request.text();
      const answer = await fetch(`${live.url}${pathname}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      const text = await answer.text();
      if (body.includes('"create"')) {
        arrived.resolve();
        await held.promise;
      }
      return new Response(text, { headers: { "content-type": "application/json" } });
    });
    const name = `killed ${crypto.randomUUID()}`;
    const url = `http://127.0.0.1:${odoo.addr.port}`;
    const flags = ["--mode", "open", "--odoo-protocol", "jsonrpc", "--audit-file", file];
    await using server = await startHttp(flags, environment(live, url));
    const client = await connectHttp(server.url);
    const asked = call(client, "create_record", { model: "res.partner", values: { name } }).catch(() => null);
    await arrived.promise;
    await server.stop("SIGKILL");
    held.resolve();
    await asked;
    await client.close().catch(() => {});
    await odoo.shutdown();

    const uid = await login(live);
    const ask = async (method: string, args: unknown[]) =>
      JSON.parse(await jsonCall(live, uid, "res.partner", method, args, {})).result;
    const found: number[] = await ask("search", [[["name", "=", name]]]);
    await ask("unlink", [found]);
    assert.equal(found.length, 1, "Odoo did it");
    const [intent, ...more] = (await linesOf(file)).filter(({ kind }) => kind !== "read");
    assert.deepEqual([intent?.kind, intent?.method, more.length], ["intent", "create", 0]);
    const { stdout } = await runProgram(["audit", "show", "--audit-file", file]);
    assert.match(stdout, /create_record +default +unknown/);
  });
});

liveTest("changes of two servers at once, and their reads, make one chain", async (live) => {
  await inFolder(async (file) => {
    const clients = await Promise.all(
      [1, 2].map(() => connectStdio(["serve", "--mode", "open", "--audit-file", file], { env: environment(live) })),
    );
    await Promise.all(clients.map(async (client) => {
      for (let round = 0; round < 5; round++) {
        const made = await call(client, "create_record", { model: "res.partner", values: { name: "Audit test" } });
        await call(client, "delete_record", { model: "res.partner", ids: made.data.ids });
        await call(client, "count_records", { model: "res.partner" });
      }
    }));
    await Promise.all(clients.map((client) => client.close()));
    const outcomes = (await linesOf(file)).filter(({ kind }) => kind === "outcome");
    assert.deepEqual([outcomes.length, outcomes.filter(({ code }) => code === "ok").length], [30, 30]);
  });
});
