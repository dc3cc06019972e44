import assert from "node:assert/strict";
import { cleanEnv, RUN } from "../support/server.ts";
import { findPython } from "../support/python.ts";

const folder = new URL("../../scripts/examples/", import.meta.url).pathname;
const SERVER = [Deno.execPath(), ...RUN, "demo", "--serve"];

const python = await findPython();
if ("missing" in python) console.error(`SKIPPED: the Python client: ${python.missing}`);

async function output(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, env: cleanEnv(env), clearEnv: true })
    .output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The three best customers of the demo company, whoever asks. */
function mustNameCustomers(said: string): void {
  const [tools, title, head, ...rest] = said.split("\n");
  assert.match(tools ?? "", /^\d+ tools$/);
  assert.equal(title, "Best customers:");
  assert.equal(head, "partner_id\tcurrency_id\tamount_untaxed:sum");
  assert.equal(rest.filter((line) => /#\d+\tEUR #1\t\d/.test(line)).length, 3, said);
}

Deno.test("the TypeScript client asks the demo company", async () => {
  mustNameCustomers(await output(Deno.execPath(), ["run", "-A", `${folder}client.ts`, ...SERVER]));
});

Deno.test({
  name: "the Python client asks the demo company",
  ignore: "missing" in python,
  fn: async () => {
    if ("path" in python) mustNameCustomers(await output(python.path, [`${folder}client.py`, ...SERVER]));
  },
});

Deno.test("the scheduled report is a table of last week's sales, or what went wrong", async () => {
  const place = await Deno.makeTempDir();
  try {
    const quoted = [Deno.execPath(), ...RUN].map((arg) => `'${arg}'`).join(" ");
    await Deno.writeTextFile(`${place}/odoo-mcp`, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
    const env = { PATH: `${place}:${Deno.env.get("PATH")}` };
    const args = ["run", "--no-prompt", "--allow-run=odoo-mcp", `${folder}weekly_report.ts`];
    const lines = (await output(Deno.execPath(), [...args, "--demo"], env)).trim().split("\n");
    assert.match(lines[0]!, /^\| Salesperson \| .*\| Count \|$/);
    assert.match(lines[1]!, /^(\| --- )+\|$/);
    assert.ok(lines.every((line) => line.split("|").length === lines[0]!.split("|").length));

    const failed = await new Deno.Command(Deno.execPath(), { args, env: cleanEnv(env), clearEnv: true, cwd: place })
      .output();
    assert.equal(failed.code, 1);
    assert.match(new TextDecoder().decode(failed.stderr), /E001|E004/);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});
