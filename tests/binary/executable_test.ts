import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { workerPermissions } from "../../src/cli/permissions.ts";
import { loadSettings } from "../../src/config/mod.ts";
import { startOdoo } from "../odoo/http_odoo.ts";
import { call, connectHttp, startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";
import { answerOf, COUNTED } from "./counting_odoo.ts";
import { compileLike, type Executable, findSource, takeExecutable } from "./executable.ts";
import { mustBeSeen, mustCall, mustWork, run, session, talk } from "./program.ts";

/** A user who owns nothing here; only root may start programs as somebody else. */
const NOBODY = 65534;

const source = await findSource();
if ("missing" in source) console.error(`SKIPPED: the executable: ${source.missing}`);

/** Settings of an Odoo, as flags: for a start without any variable. */
function flagsFor(url: string): string[] {
  return ["--odoo-url", url, "--odoo-database", "db", "--odoo-username", "admin", "--odoo-password", "secret"];
}

const LIST = { method: "tools/list" };
const COUNT = { method: "tools/call", params: { name: "count_records", arguments: { model: "res.partner" } } };

const WITHOUT_NETWORK = "it needs no network of its own";
const PROBE = "code inside its Worker reaches no other host, port, file, variable or program";

/** A place without any network: root may make one, unless it is kept from that in a container. */
const canUnshare = await run("unshare", ["--net", "true"]).then(({ code }) => code === 0, () => false);

/** Why a case can't be tried here. */
const SKIPPED: Record<string, string> = {
  ...(!canUnshare && { [WITHOUT_NETWORK]: "the network can't be taken away here (unshare --net)" }),
  ...("path" in source && { [PROBE]: "the probe is compiled anew, which takes the runtime, not ODOO_MCP_BIN" }),
};

const CASES: Record<string, (executable: Executable) => Promise<void>> = {
  "it says what it is": async ({ path }) => {
    const { code, stdout } = await run(path, ["version", "--json"], { env: {}, bare: true });
    assert.equal(code, 0);
    const said = JSON.parse(stdout);
    assert.equal(said.version, config.version);
    assert.equal(said.target, Deno.build.target);
  },

  "it serves the demo company over stdio, ends with its client, and calls itself": async ({ path }) => {
    await mustWork({ command: path, args: [] });
    await mustCall({ command: path, args: [] });
  },

  "it shows its page and its numbers over HTTP, and sends traces": async ({ path }) => {
    await mustBeSeen({ command: path, args: [] });
  },

  "it answers from an Odoo with no variable, no home, in a folder that it may not write": async ({ path, folder }) => {
    await using odoo = startOdoo((name) => ({ result: answerOf(name) }));
    const closed = `${folder}/closed`;
    const temporary = `${folder}/tmp`;
    await Deno.mkdir(closed, { mode: 0o555 });
    await Deno.mkdir(temporary);
    await Deno.chmod(temporary, 0o777);
    const started = Deno.uid() === 0 ? { cwd: closed, uid: NOBODY } : { cwd: closed };
    const { code, answers, stderr } = await talk({ command: path, args: flagsFor(odoo.url) }, [LIST, COUNT], {
      ...started,
      env: { TMPDIR: temporary },
      bare: true,
    });
    assert.equal(code, 0, stderr);
    assert.ok(Object.keys(answers.get(2)?.["tools"] ?? {}).length > 5);
    assert.equal(answers.get(3)?.["structuredContent"]?.["count"], COUNTED, stderr);
    assert.match(stderr, /last only until this server stops.*no home folder/);
    // V8's code cache would lie there under a name that others can foretell.
    assert.deepEqual((await Array.fromAsync(Deno.readDir(temporary))).map(({ name }) => name), []);
  },

  [WITHOUT_NETWORK]: async ({ path }) => {
    // Without any interface, not even the loopback.
    const program = { command: "unshare", args: ["--net", path, "demo", "--serve"] };
    const { code, answers, stderr } = await talk(program, [LIST, COUNT]);
    assert.equal(code, 0, stderr);
    assert.ok(Number(answers.get(3)?.["structuredContent"]?.["count"]) > 0);
  },

  "its doctor finds a working Odoo and one that is not there": async ({ path }) => {
    const odoo = startOdoo((name) => ({ result: answerOf(name) }));
    const good = await run(path, ["doctor", "--json", ...flagsFor(odoo.url)], { env: {}, bare: true });
    const reached = JSON.parse(good.stdout).checks as { name: string; verdict: string }[];
    const verdicts = new Map(reached.map(({ name, verdict }) => [name, verdict]));
    for (const name of ["tcp", "http", "odoo", "version"]) assert.equal(verdicts.get(name), "ok", good.stdout);
    await odoo[Symbol.asyncDispose]();
    const bad = await run(path, ["doctor", "--json", ...flagsFor(odoo.url)], { env: {}, bare: true });
    assert.equal(bad.code, 1);
    assert.equal(JSON.parse(bad.stdout).ok, false);
  },

  "over HTTP a call in flight is answered when it is told to stop": async ({ path }) => {
    const arrived = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const { service, method, args } = (await request.json()).params;
      const name = service === "object" ? `${args[3]}.${args[4]}` : `${service}.${method}`;
      if (name === "res.partner.search_count") {
        arrived.resolve();
        await held.promise;
      }
      return Response.json({ jsonrpc: "2.0", id: 1, result: answerOf(name) });
    });
    try {
      const flags = [...flagsFor(`http://127.0.0.1:${odoo.addr.port}`), "--mode", "read-only"];
      await using server = await startHttp(flags, {}, "127.0.0.1", { command: path, args: [] });
      await using client = await connectHttp(server.url);
      assert.ok((await client.listTools()).tools.length > 5);
      const counting = call(client, "count_records", { model: "res.partner" });
      // Where it fails at once, that is what the test should say.
      await Promise.race([arrived.promise, counting]);
      const stopped = server.stop();
      await until(() => Promise.resolve(server.log().includes("stopping")));
      held.resolve();
      assert.equal((await counting).data["count"], COUNTED);
      assert.equal(await stopped, 0);
    } finally {
      held.resolve();
      await odoo.shutdown();
    }
  },

  "SIGTERM ends it over stdio too": async ({ path }) => {
    const child = new Deno.Command(path, {
      args: ["demo", "--serve"],
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(session(LIST)));
    const reader = child.stdout.getReader();
    await reader.read(); // it serves
    child.kill("SIGTERM");
    while (!(await reader.read()).done);
    assert.equal((await child.status).code, 0);
    await writer.close().catch(() => {});
  },

  "it follows its Odoo nowhere, and never asks addresses of a cloud": async ({ path }) => {
    const asked: string[] = [];
    const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      asked.push(request.url);
      return Response.json({ jsonrpc: "2.0", id: 1, result: 7 });
    });
    const odoo = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => Response.redirect(`http://127.0.0.1:${other.addr.port}/jsonrpc`, 307),
    );
    try {
      const flags = flagsFor(`http://127.0.0.1:${odoo.addr.port}`);
      const { answers } = await talk({ command: path, args: flags }, [COUNT]);
      assert.equal(answers.get(2)?.["isError"], true);
      const cloud = await run(path, [...flagsFor("http://169.254.169.254"), "--odoo-allow-http", "true"]);
      assert.deepEqual([cloud.code, cloud.stdout], [1, ""]);
      assert.match(cloud.stderr, /E011 Cannot start the server[^]*169\.254\.169\.254/);
      assert.deepEqual(asked, []);
    } finally {
      await Promise.all([other.shutdown(), odoo.shutdown()]);
    }
  },

  [PROBE]: async ({ folder }) => {
    if (!("runtime" in source)) return;
    const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("other"));
    const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("odoo"));
    try {
      const [allowed, forbidden] = [odoo, other].map(({ addr }) => `http://127.0.0.1:${addr.port}/`);
      const loaded = loadSettings({ args: { "odoo-url": allowed! }, env: {} });
      assert.ok("settings" in loaded);
      const [launcher, worker] = ["probe_launcher.ts", "probe_worker.ts"].map((name) =>
        new URL(`../support/${name}`, import.meta.url).pathname
      );
      await compileLike(source.runtime, launcher!, worker!, `${folder}/probe`);
      const permissions = JSON.stringify(workerPermissions(loaded.settings));
      const { stdout, stderr } = await run(`${folder}/probe`, [permissions, allowed!, forbidden!]);
      const { allowed: reached, redirected: _, ...refused } = JSON.parse(stdout || JSON.stringify({ stderr }));
      assert.equal(reached, "done");
      assert.ok(Object.keys(refused).length > 8);
      for (const [attempt, outcome] of Object.entries(refused)) {
        assert.match(String(outcome), /NotCapable|PermissionDenied|TypeError/, `${attempt}: ${outcome}`);
      }
    } finally {
      await Promise.all([other.shutdown(), odoo.shutdown()]);
    }
  },
};

Deno.test({
  name: "the executable, away from its source",
  ignore: "missing" in source,
  fn: async (t) => {
    if ("missing" in source) return;
    await using executable = await takeExecutable(source);
    for (const [name, check] of Object.entries(CASES)) {
      const why = SKIPPED[name];
      if (why !== undefined) console.error(`SKIPPED: ${name}: ${why}`);
      await t.step({ name, ignore: why !== undefined, fn: () => check(executable) });
    }
  },
});
