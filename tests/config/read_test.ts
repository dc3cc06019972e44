import assert from "node:assert/strict";

const READ = new URL("../../src/config/mod.ts", import.meta.url).href;

/** Loads settings in a process of its own, in a folder of its own, with just these permissions. */
async function read(
  flags: Record<string, string>,
  { files = {}, env = {}, allow = ["--allow-read", "--allow-env"] }: {
    files?: Record<string, string | Uint8Array>;
    env?: Record<string, string>;
    allow?: string[];
  } = {},
): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeFile(
        `${folder}/${name}`,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    const script = `import { readSettings } from ${JSON.stringify(READ)};
      const loaded = readSettings(${JSON.stringify(flags)});
      console.log(JSON.stringify("problems" in loaded ? loaded.problems.map(({ message }) => message) : loaded.settings.instances));`;
    await Deno.writeTextFile(`${folder}/script.ts`, script);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--config", config, ...allow, "script.ts"],
      cwd: folder,
      clearEnv: true,
      env: {
        ...Object.fromEntries(["HOME", "PATH", "DENO_DIR"].flatMap((name) => {
          const value = Deno.env.get(name);
          return value === undefined ? [] : [[name, value]];
        })),
        ...env,
      },
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("settings come from the file that --config names, the environment and .env of the working directory", async () => {
  const text = await read({ config: "c.json" }, {
    files: { "c.json": '{"odoo":{"url":"https://x.example"}}', ".env": "ODOO_DB=prod\n" },
    env: { ODOO_API_KEY: "hunter2" },
  });
  const { default: odoo } = JSON.parse(text);
  assert.deepEqual([odoo.url, odoo.database, odoo.api_key], ["https://x.example", "prod", "********"]);
});

Deno.test("the config file may be named by a variable", async () => {
  const files = { "c.json": '{"odoo":{"url":"https://x.example"}}' };
  assert.match(await read({}, { files, env: { ODOO_MCP_CONFIG: "c.json" } }), /x\.example/);
});

Deno.test("a config file that can't be read says why", async () => {
  assert.match(await read({ config: "c.json" }), /Cannot read the config file c\.json: it does not exist/);
  assert.match(await read({ config: "." }), /it is a directory/);
  assert.match(await read({ config: "" }), /its name is missing/);
  assert.match(await read({ config: "c.json" }, { files: { "c.json": "" } }), /c\.json: the file is empty/);
  const utf16 = { "c.json": new Uint8Array([0xff, 0xfe, 0x7b, 0x00]) };
  assert.match(await read({ config: "c.json" }, { files: utf16 }), /it is not UTF-8 text/);
});

Deno.test("without permission for files and variables nothing is asked for, and only the config file is missed", async () => {
  assert.equal((await read({}, { allow: [] })).trim(), "{}");
  assert.match(await read({ config: "c.json" }, { allow: [] }), /Deno was not given --allow-read for it/);
});

Deno.test("variables granted one by one are used", async () => {
  const text = await read({}, {
    allow: ["--allow-env=ODOO_URL,ODOO_API_KEY"],
    env: { ODOO_URL: "https://x.example", ODOO_API_KEY: "hunter2", ODOO_DB: "hidden" },
  });
  assert.match(text, /x\.example/);
  assert.doesNotMatch(text, /hidden|hunter2/);
});

Deno.test("a certificate file is read for the Worker, or refused with its setting", async () => {
  const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
  const env = { ODOO_URL: "https://x.example", ODOO_MCP_ODOO_CA_FILE: "ca.pem" };
  assert.equal(JSON.parse(await read({}, { files: { "ca.pem": pem }, env })).default.ca, pem);
  const missing = /Cannot read ca\.pem \(odoo\.ca_file from variable ODOO_MCP_ODOO_CA_FILE\): it does not exist/;
  assert.match(await read({}, { env }), missing);
  assert.match(await read({}, { files: { "ca.pem": "no" }, env }), /it holds no PEM certificate/);
});
