import assert from "node:assert/strict";

const root = new URL("../..", import.meta.url).pathname;
const support = new URL("../support/live.ts", import.meta.url).href;

/** Runs `scripts/test.ts` on one file with this text; answers the exit code and all lines of stdout. */
async function runTests(path: string, text: string, env: Record<string, string> = {}) {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-test-" });
  try {
    await Deno.mkdir(`${folder}/tests/live`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", `${root}scripts/test.ts`, `${folder}/${path}`, "--no-check"],
      env: { NO_COLOR: "1", ...env },
    }).output();
    return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const THREE = 'Deno.test("a", () => {}); Deno.test("b", async (t) => void await t.step("c", () => {}));' +
  'Deno.test({ name: "d", ignore: true, fn() {} });';

Deno.test("the last line tells how many tests passed, failed and were skipped", async () => {
  const { code, lines } = await runTests("tests/x_test.ts", THREE);
  assert.equal(code, 0);
  assert.equal(lines.at(-1), "2 passed, 0 failed, 1 skipped");
});

Deno.test("a failing test, a file that does not load and a leak at the end all fail the run", async () => {
  for (
    const [text, last] of [
      [`${THREE} Deno.test("e", () => { throw new Error("no"); });`, "2 passed, 1 failed, 1 skipped"],
      ['import "./lacking.ts";', "0 passed, 1 failed, 0 skipped"],
      [`${THREE} addEventListener("unload", () => { throw new Error("late"); });`, "2 passed, 1 failed, 1 skipped"],
    ] as const
  ) {
    const { code, lines } = await runTests("tests/x_test.ts", text);
    assert.deepEqual([code, lines.at(-1)], [1, last]);
  }
});

Deno.test("tests see no setting of the person's own Odoo", async () => {
  const text = 'Deno.test("a", () => { if (Deno.env.has("ODOO_URL")) throw new Error("seen"); });';
  const { code } = await runTests("tests/x_test.ts", text, { ODOO_URL: "http://127.0.0.1:9" });
  assert.equal(code, 0);
});

const LIVE = `import { liveTest } from "${support}";
liveTest("a", ({ url, database }) => { if (url + database !== "http://127.0.0.1:9own") throw new Error(url); });`;

Deno.test("live tests run against the Odoo given, and their number is told", async () => {
  const odoo = { ODOO_URL: "http://127.0.0.1:9/", ODOO_DB: "own", ODOO_USER: "me", ODOO_PASSWORD: "secret" };
  const { code, lines } = await runTests("tests/live/x_test.ts", LIVE, odoo);
  assert.deepEqual(lines.slice(-2), [
    "live tests run against Odoo of unknown version: 1",
    "1 passed, 0 failed, 0 skipped",
  ]);
  assert.equal(code, 0);
  assert.ok(!lines.join("\n").includes("secret"));
});

Deno.test("live tests that cannot run although they should are told loudly and fail the run", async () => {
  const { code, lines } = await runTests("tests/live/x_test.ts", LIVE, { ODOO_URL: "http://127.0.0.1:9" });
  assert.ok(lines.some((line) => line.startsWith("SKIPPED: 1 live tests: ODOO_URL, ODOO_DB")));
  assert.deepEqual([code, lines.at(-1)], [1, "0 passed, 1 failed, 1 skipped"]);
});
