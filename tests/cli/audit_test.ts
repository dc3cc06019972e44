import assert from "node:assert/strict";
import { turnOver } from "../../src/cli/audit_turnover.ts";
import { openLedger } from "../../src/lib/ledger.ts";
import { lineKey } from "../../src/lib/signed_lines.ts";
import { call, connectStdio, startHttp } from "../support/server.ts";
import { runProgram } from "./program.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A demo server has written: two reads, a create, an update, one that Odoo refuses and one that policy refuses. */
async function work(file: string): Promise<void> {
  await using client = await connectStdio(["serve", "--demo", "--mode", "open", "--audit-file", file]);
  await call(client, "count_records", { model: "res.partner" });
  await call(client, "search_records", { model: "sale.order", limit: 3 });
  const made = await call(client, "create_record", { model: "res.partner", values: { name: "Canary Ltd" } });
  const ids = made.data.ids;
  await call(client, "update_record", { model: "res.partner", ids, values: { city: "Canary City" } });
  await call(client, "update_record", { model: "res.partner", ids: [999_999], values: { city: "x" } });
  await call(client, "search_records", { model: "ir.config_parameter" });
  await client.readResource({ uri: "odoo://record/res.partner/1" });
}

Deno.test("what was done is shown and verified, and no value stands in the file", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/audit.jsonl`;
    await work(file);
    const text = await Deno.readTextFile(file);
    assert.doesNotMatch(text, /Canary/i);
    assert.match(text, /"client":"test 1\.0\.0"/);

    const verified = await runProgram(["audit", "verify", "--audit-file", file]);
    assert.deepEqual([verified.code, verified.stderr], [0, ""]);
    assert.match(verified.stdout, /^ok +audit\.jsonl: \d+ lines, numbers 1 to \d+$/m);

    const show = async (...args: string[]) =>
      JSON.parse((await runProgram(["audit", "show", "--json", "--audit-file", file, ...args])).stdout);
    const all: { kind: string; tool: string; code?: string }[] = await show();
    const outcomes = all.filter(({ kind }) => kind === "outcome").map(({ tool, code }) => `${tool} ${code}`);
    assert.deepEqual(outcomes, [
      "count_records ok",
      "search_records ok",
      "create_record ok",
      "update_record ok",
      "update_record E005",
      "search_records E011",
    ]);
    assert.equal(all.filter(({ kind }) => kind === "read").length > 0, true, "the resource");
    assert.ok((await show("--model", "sale.order")).every(({ model }: { model: string }) => model === "sale.order"));
    assert.equal((await show("--tool", "create_record")).length, 2);
    assert.equal((await show("--caller", "nobody")).length, 0);
    assert.equal((await show("--since", "1h")).length, all.length);
    assert.equal((await show("--since", "2999-01-01")).length, 0);
    const table = await runProgram(["audit", "show", "--audit-file", file]);
    assert.match(table.stdout, /local +create_record +demo +ok +\d+ +res\.partner\.create \d+/);
  });
});

Deno.test("verify names the line that was changed, removed, moved, repeated or cut, and ends with 1", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/audit.jsonl`;
    await work(file);
    const text = await Deno.readTextFile(file);
    const lines = text.split("\n").slice(0, -1);
    const cases: [string, string, RegExp][] = [
      ["changed", text.replace(/"tool":"count_records"/, '"tool":"delete_record"'), /line 1: it was changed/],
      ["removed", lines.toSpliced(1, 1).join("\n") + "\n", /line 2: in front of it number 2 is missing/],
      ["first removed", lines.slice(1).join("\n") + "\n", /line 1: in front of it number 1 is missing/],
      [
        "last removed",
        lines.slice(0, -1).join("\n") + "\n",
        new RegExp(`from here on number ${lines.length} is missing`),
      ],
      ["swapped", [lines[1], lines[0], ...lines.slice(2)].join("\n") + "\n", /line 1: /],
      ["repeated", [lines[0], ...lines].join("\n") + "\n", /line 2: it stands in a wrong place/],
      ["one byte", text.slice(0, -1), new RegExp(`line ${lines.length}: it was cut short`)],
      ["emptied", "", /numbers 1 to \d+ are missing/],
      [
        "invented",
        `${text}{"n":99,"time":"2026-11-21T00:00:00Z"}\n`,
        new RegExp(`line ${lines.length + 1}: it was changed`),
      ],
    ];
    for (const [name, changed, words] of cases) {
      await Deno.writeTextFile(file, changed);
      const { code, stdout } = await runProgram(["audit", "verify", "--audit-file", file]);
      assert.equal(code, 1, name);
      assert.match(stdout, words, name);
    }
    await Deno.writeTextFile(file, text);
    const { stdout } = await runProgram(["audit", "verify", file, "--json"]);
    assert.equal(JSON.parse(stdout).ok, true);
    await Deno.remove(`${file}.head`);
    assert.match((await runProgram(["audit", "verify", file, "--audit-file", file])).stdout, /^ok/);
    assert.match((await runProgram(["audit", "verify", "--audit-file", file])).stdout, /head is missing/);
  });
});

Deno.test("a file is put away each day and when it is too large, dropped when it is too old, and the chain goes on", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/audit.jsonl`;
    const secret = "s".repeat(40);
    const key = await lineKey(secret);
    const write = (time: string) => {
      const ledger = openLedger(file, key);
      ledger.append({ time, kind: "outcome", tool: "x" }, false);
      ledger.close();
    };
    const turn = (now: string, maxBytes = 1e9, keepDays = 30) =>
      turnOver({ file, key, maxBytes, keepDays, now: new Date(now) });
    const names = () =>
      [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /jsonl$/.test(name)).sort();
    write("2026-11-19T10:00:00.000Z");
    turn("2026-11-19T23:00:00Z");
    assert.deepEqual(names(), ["audit.jsonl"]);
    turn("2026-11-20T00:01:00Z");
    write("2026-11-20T10:00:00.000Z");
    turn("2026-11-20T11:00:00Z", 10);
    write("2026-11-20T12:00:00.000Z");
    turn("2026-11-21T00:00:01Z");
    write("2026-11-21T10:00:00.000Z");
    assert.deepEqual(names(), [
      "audit-2026-11-19.jsonl",
      "audit-2026-11-20-2.jsonl",
      "audit-2026-11-20.jsonl",
      "audit.jsonl",
    ]);
    const verify = async () => {
      const { stdout } = await runProgram(["audit", "verify", "--json", "--audit-file", file], {
        env: { ODOO_MCP_AUDIT_KEY: secret },
      });
      const { ok, files } = JSON.parse(stdout);
      return [ok, files.map(({ first, last }: { first: number; last: number }) => `${first}-${last}`).join(" ")];
    };
    assert.deepEqual(await verify(), [true, "1-2 3-4 5-6 7-7"]);

    const old = new Date("2020-01-01");
    await Deno.utime(`${folder}/audit-2026-11-19.jsonl`, old, old);
    turn("2026-11-21T11:00:00Z");
    assert.deepEqual(await verify(), [true, "3-4 5-6 7-8"]);
    await Deno.remove(`${folder}/audit-2026-11-20.jsonl`);
    assert.deepEqual((await verify())[0], false, "a file that nobody dropped is missed");
  });
});

Deno.test("while the audit file can't be written, changes are refused with E014 and reads answered", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/audit.jsonl`;
    let said = "";
    await using client = await connectStdio(["serve", "--demo", "--mode", "open", "--audit-file", file], {
      onStderr: (text) => said += text,
    });
    await call(client, "count_records", { model: "res.partner" });
    await Deno.remove(file);
    await Deno.mkdir(file);
    const write = { model: "res.partner", values: { name: "x" } };
    const refused = await call(client, "create_record", write);
    assert.deepEqual([refused.data.code, (refused.data.details!).rule], ["E014", "audit.required"]);
    assert.equal(
      (await call(client, "search_records", { model: "res.partner", domain: [["name", "=", "x"]] })).data.count,
      0,
    );
    await Deno.remove(file);
    const accepted = await call(client, "create_record", write);
    assert.equal(accepted.isError, false, accepted.text + said);
    assert.match(said, /Cannot write the audit file/);
  });
});

Deno.test({
  name: "several servers write one file at once and the chain holds; one that is killed leaves its intents",
  fn: async () => {
    await inFolder(async (folder) => {
      const file = `${folder}/audit.jsonl`;
      const args = ["--demo", "--mode", "open", "--audit-file", file];
      const clients = await Promise.all([1, 2, 3].map(() => connectStdio(["serve", ...args])));
      await Promise.all(clients.map(async (client) => {
        for (let at = 0; at < 20; at++) {
          await call(client, "create_record", { model: "res.partner", values: { name: `n${at}` } });
        }
      }));
      await Promise.all(clients.map((client) => client.close()));
      {
        await using server = await startHttp(args);
        assert.equal(await server.stop("SIGKILL") === 0, false);
      }
      const { code, stdout } = await runProgram(["audit", "verify", "--json", "--audit-file", file]);
      assert.deepEqual([code, JSON.parse(stdout).files[0].lines], [0, 120]);
    });
  },
});

Deno.test("a place that was asked for and can't be written warns and refuses changes; off writes nothing", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    let said = "";
    await using client = await connectStdio([
      "serve",
      "--demo",
      "--mode",
      "open",
      "--audit-file",
      `${folder}/file/a.jsonl`,
    ], {
      onStderr: (text) => said += text,
    });
    assert.equal(
      (await call(client, "create_record", { model: "res.partner", values: { name: "x" } })).data.code,
      "E014",
    );
    assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
    assert.match(said, /Changes are refused until it can be written/);
    await using other = await connectStdio(["serve", "--demo", "--mode", "open", "--audit-file", "off"]);
    assert.equal((await call(other, "create_record", { model: "res.partner", values: { name: "x" } })).isError, false);
  });
});

Deno.test("audit is used wrongly with 2, and without a key says so", async () => {
  for (
    const args of [[], ["shwo"], ["verify", "a", "b"], ["verify", "--since", "1h"], ["show"], [
      "show",
      "x",
      "--since",
      "soon",
    ]]
  ) {
    const { code, stdout } = await runProgram(["audit", ...args], { files: { x: "" } });
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
  }
  const { code, stderr } = await runProgram(["audit", "verify", "x"], { files: { x: "" } });
  assert.equal(code, 1);
  assert.match(stderr, /there is no key/);
});

Deno.test("audit where nothing was ever written says so, without a crash", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const env = { ODOO_URL: "https://odoo.invalid", ODOO_USERNAME: "a", ODOO_PASSWORD: "b", XDG_STATE_HOME: folder };
    const { code, stdout, stderr } = await runProgram(["audit", "show"], { env });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /Cannot read .*audit\.jsonl: it does not exist/);
    assert.doesNotMatch(stderr, /Uncaught/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
