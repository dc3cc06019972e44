import assert from "node:assert/strict";
import { dirname } from "node:path";
import { CLIENTS, type Home } from "../../../src/cli/setup/clients.ts";
import { entriesIn } from "../../../src/cli/setup/launch.ts";
import { denoDir } from "../../support/deno_dir.ts";
import { type Sayings, spokenOdoo } from "../../support/spoken_odoo.ts";
import { type Finished, runProgram } from "../program.ts";

const KEY = "canary-hunter2-key";

/** What a server asks beyond what `doctor` does. */
const MORE: Sayings = {
  "common.authenticate": ([database, login, secret]) =>
    database === "acme" && login === "ada" && secret === KEY ? 7 : false,
  "ir.module.module.search_read": [],
  "res.company.read": [{ id: 1, name: "Acme Ltd", currency_id: [1, "GBP"] }],
};

/** A person's machine: a home folder with every client in it, and an Odoo. */
interface Machine {
  home: Home;
  run(args: string[], env?: Record<string, string>): Promise<Finished>;
  read(file: string): string;
  /** Files of the home folder with their texts, without what Deno keeps there. */
  files(): Promise<Map<string, string>>;
}

/** `npx` keeps Deno where setup takes npx itself for the command, whose cache is not in this home folder. */
async function ownDeno(folder: string): Promise<string> {
  if (!/[\\/]_npx[\\/]/.test(Deno.execPath())) return Deno.execPath();
  await Deno.copyFile(Deno.execPath(), `${folder}/deno`);
  return `${folder}/deno`;
}

async function onMachine(run: (machine: Machine) => Promise<void>, sayings: Sayings = {}): Promise<void> {
  const folder = await Deno.makeTempDir();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    spokenOdoo({ ...MORE, ...sayings }),
  );
  const path = `${folder}/ada`;
  const home: Home = {
    os: "linux",
    home: path,
    appData: "",
    configHome: `${path}/.config`,
    codexHome: `${path}/.codex`,
  };
  const usual = {
    HOME: path,
    XDG_CONFIG_HOME: home.configHome,
    XDG_STATE_HOME: `${path}/.local/state`,
    CODEX_HOME: home.codexHome,
    DENO_DIR: await denoDir(),
    ODOO_URL: `http://localhost:${server.addr.port}`,
    ODOO_DB: "acme",
    ODOO_USERNAME: "ada",
    ODOO_API_KEY: KEY,
  };
  try {
    await Deno.mkdir(path);
    for (const client of CLIENTS) {
      if (client.id !== "claude-code") await Deno.mkdir(client.found(home), { recursive: true });
    }
    await Deno.writeTextFile(`${path}/.claude.json`, '{"numStartups": 3}');
    const deno = await ownDeno(folder);
    await run({
      home,
      run: (args, env) => runProgram(["setup", ...args], { env: { ...usual, ...env }, deno }),
      read: (file) => Deno.readTextFileSync(file),
      files: async () => new Map(await Array.fromAsync(filesBelow(path))),
    });
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

async function* filesBelow(folder: string): AsyncGenerator<[string, string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(`${folder}/${name}`);
    else yield [`${folder}/${name}`, new TextDecoder().decode(await Deno.readFile(`${folder}/${name}`))];
  }
}

Deno.test("setup connects every client: its file, no secret in it, a server that starts as the client starts it", async () => {
  await onMachine(async ({ home, run, read, files }) => {
    const { code, stdout, stderr } = await run(["--yes", "--json"]);
    assert.equal(code, 0, stdout + stderr);
    const { ok, config, clients }: { ok: boolean; config: string; clients: Record<string, string>[] } = JSON.parse(
      stdout,
    );
    assert.equal(ok, true);
    assert.deepEqual(clients.map(({ client }) => client), CLIENTS.map(({ id }) => id));
    for (const { proof } of clients) assert.match(proof!, /^\d+ tools; Ada Lovelace in Acme Ltd$/);
    for (const client of CLIENTS) {
      const { odoo } = await entriesIn(client, read(client.file(home)));
      assert.deepEqual(odoo?.args.slice(-3), ["serve", "--config", config], client.id);
    }
    assert.equal(JSON.parse(read(config)).odoo.api_key, "secret:odoo");
    for (const [file, text] of await files()) assert.ok(!text.includes(KEY), file);
    assert.doesNotMatch(stdout + stderr, new RegExp(KEY));
  });
});

Deno.test("setup is idempotent, keeps each file it changes, and --remove takes everything away again", async () => {
  await onMachine(async ({ home, run, read, files }) => {
    const settings =
      '// mine\n{\n    "theme": "One Dark", // dark\n    "context_servers": {\n        "x": {"command": "x"},\n    },\n}\n';
    const zed = CLIENTS.find(({ id }) => id === "zed")!.file(home);
    const codex = CLIENTS.find(({ id }) => id === "codex")!.file(home);
    await Deno.writeTextFile(zed, settings, { mode: 0o640 });
    await Deno.writeTextFile(codex, 'model = "m" # best\n');
    const before = await files();
    const args = ["--yes", "--clients", "zed,codex"];
    const first = await run(args);
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /^\+ +"odoo": \{$/m);
    assert.match(read(zed), /^\/\/ mine\n[^]*One Dark", \/\/ dark\n/);
    if (Deno.build.os !== "windows") assert.equal(Deno.statSync(zed).mode! & 0o777, 0o640);
    const backups = [...(await files()).keys()].filter((file) => file.includes(".backup-"));
    assert.deepEqual(backups.map((file) => file.replace(/\.backup-.*/, "")).sort(), [codex, zed].sort());
    assert.equal(read(backups.find((file) => file.startsWith(zed))!), settings);

    const settled = async () => new Map([...await files()].filter(([file]) => !file.includes("audit.jsonl")));
    const between = await settled();
    const again = await run(args);
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.equal(again.stdout.match(/: nothing to change$/gm)?.length, 3);
    assert.deepEqual(await settled(), between);

    const removed = await run(["--remove", "--yes"]);
    assert.equal(removed.code, 0, removed.stdout + removed.stderr);
    const after = await files();
    for (const [file, text] of before) assert.equal(after.get(file), text, file);
    const left = [...after.keys()].filter((file) => !before.has(file) && !file.includes(".backup-"));
    assert.deepEqual(left.map((file) => file.slice(dirname(home.home).length)).sort(), [
      "/ada/.local/state/odoo-mcp/audit.jsonl",
      "/ada/.local/state/odoo-mcp/audit.jsonl.head",
      "/ada/.local/state/odoo-mcp/audit.jsonl.key",
      "/ada/.local/state/odoo-mcp/secrets.json",
      "/ada/.local/state/odoo-mcp/secrets.json.key",
      "/ada/.local/state/odoo-mcp/store.db",
      "/ada/.local/state/odoo-mcp/store.db.key",
    ]);
    assert.deepEqual(JSON.parse(read(`${home.home}/.local/state/odoo-mcp/secrets.json`)).secrets, {});
  });
});

Deno.test("a file that can't be read stays as it is, the others are written, and what to add by hand is told", async () => {
  await onMachine(async ({ home, run, read }) => {
    const gemini = CLIENTS.find(({ id }) => id === "gemini")!.file(home);
    await Deno.writeTextFile(gemini, '{ "broken": hunter3 ');
    const { code, stdout } = await run(["--yes", "--clients", "gemini,cursor"]);
    assert.equal(code, 1);
    assert.equal(read(gemini), '{ "broken": hunter3 ');
    assert.match(stdout, /^FAIL +Gemini CLI: .*it is no JSON: .* in line 1\n +→ .*under mcpServers: \{"odoo":/m);
    assert.match(stdout, /^ok +Cursor: \d+ tools/m);
    assert.doesNotMatch(stdout, /hunter3/);
  });
});

Deno.test("a connection that does not work is told of layer by layer, and nothing is written", async () => {
  await onMachine(async ({ run, files }) => {
    const before = await files();
    const { code, stderr } = await run(["--yes"], { ODOO_API_KEY: "canary-hunter2-wrong" });
    assert.equal(code, 1);
    assert.match(stderr, /^FAIL +login .*no such user with this API key\.\n +→ [^]*Nothing was written/m);
    assert.deepEqual(await files(), before);
  });
});

Deno.test("a script must give what is needed, and known names", async () => {
  await onMachine(async ({ run, files }) => {
    const before = await files();
    const cases: [string[], Record<string, string>, number, RegExp][] = [
      [["--yes"], { ODOO_URL: "" }, 1, /odoo\.url is missing/],
      [["--yes"], { ODOO_API_KEY: "" }, 1, /ODOO_API_KEY or ODOO_PASSWORD is missing/],
      [["--yes", "--clients", "emacs"], {}, 2, /--clients emacs: it knows claude-desktop/],
      [["--yes", "--entry", "a b"], {}, 2, /--entry/],
      [["--yes", "--odoo-url", "x.example"], {}, 1, /has no scheme/],
    ];
    for (const [args, env, expected, message] of cases) {
      const { code, stderr } = await run(args, env);
      assert.equal(code, expected, args.join(" "));
      assert.match(stderr, message);
    }
    assert.deepEqual(await files(), before);
  });
});

Deno.test("a new key replaces the old one, and what flags say of the Odoo is kept in the config file", async () => {
  const fresh = "canary-hunter2-fresh";
  await onMachine(async ({ home, run, read }) => {
    assert.equal((await run(["--yes", "--clients", "none"])).code, 0);
    const config = `${home.configHome}/odoo-mcp/config.json`;
    const second = await run(["--yes", "--clients", "none", "--odoo-language", "fr_FR", "--mode", "read-only"], {
      ODOO_API_KEY: fresh,
    });
    assert.equal(second.code, 0, second.stdout + second.stderr);
    const { odoo, mode } = JSON.parse(read(config));
    assert.deepEqual([odoo.language, odoo.api_key, mode], ["fr_FR", "secret:odoo", "read-only"]);
    const again = await run(["--yes", "--clients", "none", "--config", config], { ODOO_API_KEY: "" });
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.match(again.stdout, /nothing to change/);
  }, {
    "common.authenticate": ([, , secret]) => secret === KEY || secret === fresh ? 7 : false,
  });
});

Deno.test("each client's file is where its maker says, on each system", () => {
  const at = (os: Home["os"], home: string, appData = "", configHome = `${home}/.config`): Home => {
    return { os, home, appData, configHome, codexHome: `${home}/.codex` };
  };
  const linux = at("linux", "/home/ada");
  const mac = at("darwin", "/Users/ada");
  const windows = at("windows", "C:/Users/ada", "C:/Users/ada/AppData/Roaming");
  const files = Object.fromEntries(CLIENTS.map(({ id, file }) => [id, [linux, mac, windows].map(file)]));
  const support = "/Users/ada/Library/Application Support";
  const roaming = "C:/Users/ada/AppData/Roaming";
  const everywhere = (name: string) => [`/home/ada/${name}`, `/Users/ada/${name}`, `C:/Users/ada/${name}`];
  assert.deepEqual(files, {
    "claude-desktop": ["/home/ada/.config", support, roaming].map((one) => `${one}/Claude/claude_desktop_config.json`),
    "claude-code": everywhere(".claude.json"),
    cursor: everywhere(".cursor/mcp.json"),
    vscode: ["/home/ada/.config", support, roaming].map((one) => `${one}/Code/User/mcp.json`),
    codex: everywhere(".codex/config.toml"),
    gemini: everywhere(".gemini/settings.json"),
    zed: ["/home/ada/.config/zed", "/Users/ada/.config/zed", `${roaming}/Zed`].map((one) => `${one}/settings.json`),
    windsurf: everywhere(".codeium/windsurf/mcp_config.json"),
    continue: everywhere(".continue/mcpServers/odoo-mcp.json"),
    lmstudio: everywhere(".lmstudio/mcp.json"),
  });
  for (const { source } of CLIENTS) assert.ok(URL.canParse(source));
});
