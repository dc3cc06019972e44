import assert from "node:assert/strict";
import { denoDir } from "../support/deno_dir.ts";
import { spokenOdoo } from "../support/spoken_odoo.ts";
import { runProgram } from "./program.ts";

Deno.test("doctor --report is Markdown without hosts, databases, users, people or folders", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, spokenOdoo());
  const state = await Deno.makeTempDir();
  try {
    const env = {
      ODOO_URL: `http://localhost:${server.addr.port}`,
      ODOO_DB: "acme",
      ODOO_USERNAME: "ada",
      ODOO_PASSWORD: "right",
      HOME: state,
      DENO_DIR: await denoDir(),
      XDG_STATE_HOME: `${state}/state`,
    };
    const { code, stdout } = await runProgram(["doctor", "--report"], { env });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^odoo-mcp [\d.]+ \(source\), Deno [\d.]+, \S+\n\n\| check \| verdict \| time \| found \|\n/);
    assert.match(stdout, /^\| default: login \| ok \| \d+ ms \| user id 7 \|$/m);
    assert.match(stdout, /^\| default: user \| ok \|.*NAME \(NAME\), NAME, Europe\/London/m);
    for (const own of ["localhost", "acme", "Lovelace", "(ada)", "Acme Ltd", "right", state]) {
      assert.ok(!stdout.split("| found |")[1]!.replaceAll("rights", "").includes(own), own);
    }
  } finally {
    await server.shutdown();
    await Deno.remove(state, { recursive: true });
  }
});
