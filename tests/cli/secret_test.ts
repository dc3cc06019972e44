import assert from "node:assert/strict";
import { runsCommands, withSecrets } from "../../src/cli/secret_references.ts";
import { loadSettings, type Settings } from "../../src/config/mod.ts";
import { readCommand, splitCommand } from "../../src/lib/command_output.ts";
import { call, connectStdio } from "../support/server.ts";
import { runProgram } from "./program.ts";

const VALUE = "canary-hunter2-value";
const unix = Deno.build.os !== "windows";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function settings(env: Record<string, string>): Settings {
  const loaded = loadSettings({ env: { ODOO_URL: "https://odoo.invalid", ODOO_USERNAME: "a", ...env } });
  assert.ok("settings" in loaded, JSON.stringify(loaded));
  return loaded.settings;
}

Deno.test("a secret is set from stdin, listed without its value, used by its name, and its files are private", async () => {
  await inFolder(async (folder) => {
    const at = { ODOO_MCP_SECRETS_FILE: `${folder}/secrets.json` };
    const set = await runProgram(["secret", "set", "odoo"], { env: at, stdin: `${VALUE}\n` });
    assert.deepEqual([set.code, set.stdout], [0, ""], set.stderr);
    assert.ok(!set.stderr.includes(VALUE));
    const list = await runProgram(["secret", "list", "--json"], { env: at });
    assert.deepEqual(JSON.parse(list.stdout).map(({ name }: { name: string }) => name), ["odoo"]);
    for (const name of ["secrets.json", "secrets.json.key"]) {
      assert.ok(!(await Deno.readTextFile(`${folder}/${name}`)).includes(VALUE));
      if (unix) assert.equal((await Deno.stat(`${folder}/${name}`)).mode! & 0o777, 0o600, name);
    }
    const { instances } = await withSecrets(settings({ ...at, ODOO_PASSWORD: "secret:odoo" }));
    assert.equal(instances["default"]?.password?.reveal(), VALUE);

    await runProgram(["secret", "rotate"], { env: at });
    const again = await withSecrets(settings({ ...at, ODOO_API_KEY: "secret:odoo" }));
    assert.equal(again.instances["default"]?.api_key?.reveal(), VALUE);
    await runProgram(["secret", "remove", "odoo"], { env: at });
    await assert.rejects(withSecrets(settings({ ...at, ODOO_PASSWORD: "secret:odoo" })), /none of this name.*password/);
  });
});

Deno.test("the key may come from a variable or a command, and rotation takes the new one from stdin", async () => {
  await inFolder(async (folder) => {
    const file = { ODOO_MCP_SECRETS_FILE: `${folder}/secrets.json` };
    const [old, fresh] = ["o".repeat(40), "n".repeat(40)];
    const by = (key: string) => ({ ...file, ODOO_MCP_SECRETS_KEY: key });
    await runProgram(["secret", "set", "odoo"], { env: by(old), stdin: VALUE });
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["secrets.json"]);
    const rotated = await runProgram(["secret", "rotate"], { env: by(old), stdin: fresh });
    assert.equal(rotated.code, 0, rotated.stderr);
    const open = async (env: Record<string, string>) =>
      (await withSecrets(settings({ ...env, ODOO_PASSWORD: "secret:odoo" }))).instances["default"]?.password?.reveal();
    assert.equal(await open(by(fresh)), VALUE);
    await assert.rejects(open(by(old)), /the key is another one/);
    assert.equal(await open({ ...file, ODOO_MCP_SECRETS_COMMAND: `echo ${fresh}` }), VALUE);
    await assert.rejects(
      open({ ...by(fresh), ODOO_MCP_SECRETS_COMMAND: "echo x" }),
      /secrets\.key and secrets\.command/,
    );
  });
});

Deno.test({
  name: "a credentials file or key that everybody may read is refused, with what to do; a group may",
  ignore: !unix,
  fn: async () => {
    await inFolder(async (folder) => {
      const env = { ODOO_MCP_SECRETS_FILE: `${folder}/secrets.json` };
      await runProgram(["secret", "set", "odoo"], { env, stdin: VALUE });
      for (const name of ["secrets.json", "secrets.json.key"]) {
        for (const mode of [0o644, 0o604, 0o602, 0o660 | 0o4]) {
          await Deno.chmod(`${folder}/${name}`, mode);
          await assert.rejects(
            withSecrets(settings({ ...env, ODOO_PASSWORD: "secret:odoo" })),
            /everybody on this machine may.*chmod 600/,
          );
        }
        // As Kubernetes mounts a secret for a pod with an fsGroup.
        await Deno.chmod(`${folder}/${name}`, 0o440);
        await withSecrets(settings({ ...env, ODOO_PASSWORD: "secret:odoo" }));
      }
    });
  },
});

Deno.test("a command gives any secret; what it says on stderr, its failure and its slowness show no secret", async () => {
  const taken = await withSecrets(settings({ ODOO_PASSWORD: `command:sh -c "echo ${VALUE}"` }));
  assert.equal(taken.instances["default"]?.password?.reveal(), VALUE);
  const cases: [string, RegExp][] = [
    [`sh -c "echo ${VALUE} >&2; exit 3"`, /exit code 3/],
    [`sh -c "echo ${VALUE}; exit 3"`, /exit code 3/],
    ["true", /printed nothing/],
    [`printf '${VALUE}\\nmore\\n'`, /more than a line/],
    ["no-such-program-anywhere", /no program no-such-program-anywhere/],
    ["yes", /could not be run/],
  ];
  for (const [command, words] of cases) {
    const error = await readCommand(command, "a secret").catch((one: unknown) => one);
    assert.match(String(error), words);
    assert.ok(!String(error).includes(VALUE), command);
  }
  await assert.rejects(readCommand("sleep 60", "a secret", 200), /longer than 0\.2 s/);
  assert.deepEqual(splitCommand(`op read "op://a b/c" --x='y z' w`), ["op", "read", "op://a b/c", "--x=y z", "w"]);
});

Deno.test("a .env file may not make the program run a command", () => {
  for (const text of ["ODOO_PASSWORD=command:rm -rf x", "ODOO_MCP_SECRETS_COMMAND=rm -rf x"]) {
    const loaded = loadSettings({ env: { ODOO_URL: "https://x.example" }, dotenv: { path: ".env", text } });
    assert.ok("problems" in loaded && /may not make this program run/.test(JSON.stringify(loaded.problems)), text);
  }
  assert.equal(runsCommands(settings({ ODOO_PASSWORD: "command:x" })), true);
  assert.equal(runsCommands(settings({ ODOO_PASSWORD: "x" })), false);
});

Deno.test("a server whose secret can't be had does not start, and says which setting", async () => {
  const env = { ODOO_URL: "https://odoo.invalid", ODOO_USERNAME: "a", ODOO_PASSWORD: "secret:missing" };
  const { code, stdout, stderr } = await runProgram(["serve"], { env });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /secret missing.*instances\.default\.password|no key in/s);
});

Deno.test("the server logs in with the secret that a setting names", async () => {
  await inFolder(async (folder) => {
    let body = "";
    const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      body += await request.text();
      return Response.json({ jsonrpc: "2.0", id: 1, result: { server_version: "14.0", server_version_info: [14, 0] } });
    });
    const env = { ODOO_MCP_SECRETS_FILE: `${folder}/secrets.json` };
    await runProgram(["secret", "set", "odoo"], { env, stdin: VALUE });
    let said = "";
    {
      await using client = await connectStdio(["serve", "--log-level", "debug"], {
        env: {
          ...env,
          ODOO_URL: `http://127.0.0.1:${odoo.addr.port}`,
          ODOO_DB: "x",
          ODOO_USERNAME: "a",
          ODOO_PASSWORD: "secret:odoo",
        },
        onStderr: (text) => said += text,
      });
      said += (await call(client, "count_records", { model: "res.partner" })).text;
    }
    await odoo.shutdown();
    assert.ok(body.includes(VALUE), body);
    assert.ok(!said.includes(VALUE) && !said.includes("secret:odoo"), said);
  });
});

Deno.test("secret is used wrongly with 2, an empty value and a broken file with 1", async () => {
  for (const args of [[], ["set"], ["list", "x"], ["set", "a", "b"], ["set", "A B"], ["set", "../x"]]) {
    assert.equal((await runProgram(["secret", ...args])).code, 2, args.join(" "));
  }
  assert.equal((await runProgram(["secret", "set", "a"], { stdin: "" })).code, 1);
  const { code, stderr } = await runProgram(["secret", "list", "--secrets-file", "s.json"], {
    files: { "s.json": "{" },
  });
  assert.equal(code, 1);
  assert.match(stderr, /everybody on this machine|not written by odoo-mcp secret/);
});
