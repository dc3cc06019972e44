import assert from "node:assert/strict";
import { READING } from "../../src/cli/smoke/reading.ts";
import { junit } from "../../src/cli/smoke/junit.ts";
import type { Outcome } from "../../src/cli/smoke/run.ts";
import { SaxesParser } from "saxes";
import { runProgram } from "./program.ts";

interface Report {
  ok: boolean;
  checks: Outcome[];
}

Deno.test("smoke passes on the demo company, reading and writing, as a table with one line a check", async () => {
  const { code, stdout } = await runProgram(["smoke", "--demo", "--write"]);
  assert.equal(code, 0, stdout);
  for (const { name } of READING) assert.match(stdout, new RegExp(`^ok +${name} +\\d+ ms`, "m"));
  assert.match(stdout, /^ok +a confirmed delete leaves nothing behind/m);
  assert.match(stdout, /\n\d+ ok, 0 failed, 0 skipped\n$/);
});

Deno.test("smoke on an Odoo that does not answer fails once, skips what builds on it, and ends with 1", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  const env = { ODOO_URL: `http://127.0.0.1:${port}`, ODOO_DB: "x", ODOO_USERNAME: "a", ODOO_PASSWORD: "hunter2" };
  const { code, stdout, stderr } = await runProgram(["smoke", "--json"], { env });
  assert.equal(code, 1);
  const { ok, checks }: Report = JSON.parse(stdout);
  assert.equal(ok, false);
  const failed = checks.filter(({ verdict }) => verdict === "failed");
  assert.deepEqual(failed.map(({ name }) => name), ["Odoo answers who asks, and in which company"]);
  assert.match(failed[0]!.message, /^E001 /);
  assert.notEqual(failed[0]!.hint, "");
  assert.deepEqual(checks.slice(3).map(({ verdict }) => verdict), READING.slice(2).map(() => "skipped"));
  assert.doesNotMatch(stdout + stderr, /hunter2/);
});

Deno.test("smoke skips checks of tools the settings leave out, and says which", async () => {
  const { code, stdout } = await runProgram(["smoke", "--demo", "--exclude-tools", "analytics_query", "--json"]);
  assert.equal(code, 0);
  const { checks }: Report = JSON.parse(stdout);
  const skipped = checks.filter(({ verdict }) => verdict === "skipped");
  assert.deepEqual(skipped.map(({ message }) => message), ["the settings leave out analytics_query"]);
});

Deno.test("smoke refuses --write in mode read-only, a report without a name, and no Odoo at all", async () => {
  const cases: [string[], number, RegExp][] = [
    [["smoke", "--demo", "--write", "--mode", "read-only"], 2, /mode is read-only/],
    [["smoke", "--demo", "--junit="], 2, /needs a file's name/],
    [["smoke", "x"], 2, /takes flags only/],
    [["smoke"], 1, /no Odoo is configured\.\nSee odoo-mcp setup/],
    [["smoke", "--demo", "--junit", "no/such/folder/x.xml"], 1, /Cannot write the report/],
  ];
  for (const [args, expected, message] of cases) {
    const { code, stderr } = await runProgram(args);
    assert.equal(code, expected, args.join(" "));
    assert.match(stderr, message);
  }
});

Deno.test("JUnit XML is well-formed whatever Odoo's messages hold, and counts what failed and was skipped", () => {
  const nasty = '<b a="1">&\u0007\n]]>';
  const base = { instance: "default", ms: 1500, hint: "" };
  const xml = junit([
    { ...base, name: "fine", verdict: "ok", message: "" },
    { ...base, name: nasty, verdict: "failed", message: nasty, hint: nasty },
    { ...base, name: "left out", verdict: "skipped", message: nasty },
  ], new Date(0));
  const parser = new SaxesParser();
  const suites: Record<string, string>[] = [];
  const failures: (string | undefined)[] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "testsuite") suites.push(attributes);
    if (name === "failure") failures.push(attributes["message"]);
  });
  parser.write(xml).close();
  assert.deepEqual(suites.map(({ tests, failures, skipped, time }) => [tests, failures, skipped, time]), [
    ["3", "1", "1", "4.5"],
  ]);
  assert.deepEqual(failures, [nasty.replace("\u0007", "\uFFFD")]);
});
