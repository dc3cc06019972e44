import assert from "node:assert/strict";
import { runProgram } from "../cli/program.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { odooItself } from "../support/odoo_itself.ts";
import { cleanEnv, RUN } from "../support/server.ts";

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

liveTest("the GitHub Action checks a real Odoo with the real program, and leaves its report", async (odoo) => {
  const folder = await Deno.makeTempDir();
  try {
    const program = `${folder}/odoo-mcp`;
    const started = [Deno.execPath(), ...RUN].map((part) => `'${part}'`).join(" ");
    await Deno.writeTextFile(program, `#!/bin/sh\nexec ${started} "$@"\n`, { mode: 0o755 });
    const { code, stdout } = await new Deno.Command("bash", {
      args: [new URL("../../.github/actions/smoke/smoke.sh", import.meta.url).pathname],
      env: {
        ...cleanEnv({ ODOO_URL: odoo.url, ODOO_DB: odoo.database, ODOO_USERNAME: odoo.username }),
        ODOO_API_KEY: odoo.password,
        WRITE: "false",
        JUNIT: `${folder}/report.xml`,
        EXECUTABLE: program,
        ODOO_MCP_VERSION: "",
        REPOSITORY: "someone/odoo-mcp",
      },
      clearEnv: true,
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.equal(code, 0, said);
    assert.match(said, /\n\d+ ok, 0 failed/);
    assert.match(await Deno.readTextFile(`${folder}/report.xml`), /<testsuites tests="\d+" failures="0"/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
