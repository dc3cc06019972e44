import assert from "node:assert/strict";
import { runProgram } from "../cli/program.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { odooItself } from "../support/odoo_itself.ts";

function env(odoo: LiveOdoo, login: { username: string; password: string } = odoo): Record<string, string> {
  return { ODOO_URL: odoo.url, ODOO_DB: odoo.database, ODOO_USERNAME: login.username, ODOO_PASSWORD: login.password };
}

liveTest("smoke passes every check on a real Odoo, writing too, and leaves nothing behind", async (odoo) => {
  const itself = await odooItself(odoo);
  const folder = await Deno.makeTempDir();
  try {
    const report = `${folder}/smoke.xml`;
    const { code, stdout } = await runProgram(["smoke", "--write", "--junit", report], { env: env(odoo) });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /\n\d+ ok, 0 failed, 0 skipped\n$/);
    assert.match(await Deno.readTextFile(report), /<testsuites tests="\d+" failures="0"/);
    const left = await itself.search("res.partner", [["name", "like", "odoo-mcp smoke"]], {
      context: { active_test: false },
    });
    assert.deepEqual(left, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

liveTest("smoke tells a user without rights which check Odoo refuses, and what to do", async (odoo) => {
  const limited = env(odoo, { username: "limited", password: "limited" });
  const { code, stdout } = await runProgram(["smoke", "--write"], { env: limited });
  assert.equal(code, 1, stdout);
  assert.match(stdout, /^FAIL +a create that is sent twice makes one record.*E003 .*\n +→ /m);
  assert.match(stdout, /\n\d+ ok, 1 failed, 3 skipped\n$/);
});

liveTest("smoke with a wrong password fails at the login and tries nothing else", async (odoo) => {
  const wrong = env(odoo, { username: "nobody@example.com", password: "wrong" });
  const { code, stdout } = await runProgram(["smoke"], { env: wrong });
  assert.equal(code, 1, stdout);
  assert.match(stdout, /^FAIL +Odoo answers who asks.*E002/m);
  assert.match(stdout, /, 1 failed, \d+ skipped\n$/);
});
