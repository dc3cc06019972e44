import assert from "node:assert/strict";
import { answerOf } from "../binary/counting_odoo.ts";
import { startOdoo } from "../odoo/http_odoo.ts";

const root = new URL("../../", import.meta.url).pathname;
const WORKFLOWS = [".github/workflows/ci.yml", ".github/workflows/release.yml", ".github/actions/smoke/action.yml"];
const EXAMPLE = "scripts/examples/smoke.yml";
const VALIDATOR = ["-y", "-p", "@action-validator/core@0.6.0", "-p", "@action-validator/cli@0.6.0", "action-validator"];

Deno.test("workflows and the action fit GitHub's schema", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const path of [...WORKFLOWS, EXAMPLE]) {
      // The validator's copy of the schema is older than this permission.
      const text = (await Deno.readTextFile(root + path)).replace(/^ *attestations: write\n/m, "");
      // It tells workflows from actions by their path.
      const file = `${folder}/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(file, text);
      const validate = async () => (await new Deno.Command("npx", { args: [...VALIDATOR, file] }).output()).code;
      assert.equal(await validate(), 0, path);
      if (path !== EXAMPLE) continue;
      await Deno.writeTextFile(file, text.replace(/^jobs:/m, "jibs:"));
      assert.notEqual(await validate(), 0, "it finds nothing wrong with anything");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("every action is pinned to a commit, with its version beside it", async () => {
  for (const path of WORKFLOWS) {
    const used = (await Deno.readTextFile(root + path)).split("\n").filter((line) =>
      /^\s*-?\s*uses: (?!\.\/)/.test(line)
    );
    for (const line of used) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, path);
  }
});

Deno.test("the example gives the action what it takes, and everything that it requires", async () => {
  const inputs = /^inputs:\n([^]*?)^\S/m.exec(await Deno.readTextFile(`${root}.github/actions/smoke/action.yml`))![1]!;
  const named = (text: string, indent: number) =>
    [...text.matchAll(new RegExp(`^ {${indent}}([\\w-]+):`, "gm"))].map(([, name]) => name!);
  const example = await Deno.readTextFile(root + EXAMPLE);
  const given = named(example.slice(example.indexOf("with:")), 10);
  assert.ok(given.length >= 4);
  assert.deepEqual(given.filter((name) => !named(inputs, 2).includes(name)), []);
  const required = [...inputs.matchAll(/^ {2}([\w-]+):\n(?: {4}.*\n)*? {4}required: true/gm)].map(([, name]) => name!);
  assert.deepEqual(required.filter((name) => !given.includes(name)), []);
  assert.deepEqual(required, ["url", "username", "api-key"]);
});

Deno.test("every task that a workflow runs is one of deno.json's", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  for (const path of WORKFLOWS) {
    const text = await Deno.readTextFile(root + path);
    for (const [, name] of text.matchAll(/deno@[\d.]+ task ([\w-]+)/g)) assert.ok(name! in tasks, `${path}: ${name}`);
    for (const [, name] of text.matchAll(/(scripts\/[\w/]+\.(?:sh|ps1))/g)) {
      assert.ok((await Deno.stat(root + name)).isFile, `${path}: ${name}`);
    }
  }
});

/** An executable that writes down how it was called, and ends with a code. */
async function smoke(
  code: number,
  env: Record<string, string>,
): Promise<{ code: number; called: string; said: string }> {
  const folder = await Deno.makeTempDir();
  await using odoo = startOdoo((name) => ({ result: answerOf(name) }));
  try {
    const program = `${folder}/odoo-mcp`;
    const script = `#!/bin/sh\necho "$ODOO_URL $ODOO_DB $*" > ${folder}/called\nexit ${code}\n`;
    await Deno.writeTextFile(program, script, { mode: 0o755 });
    const process = await new Deno.Command("bash", {
      args: [`${root}.github/actions/smoke/smoke.sh`],
      env: {
        ODOO_URL: odoo.url,
        ODOO_DB: "db",
        ODOO_USERNAME: "admin",
        ODOO_API_KEY: "key",
        WRITE: "false",
        JUNIT: "odoo-smoke.xml",
        EXECUTABLE: program,
        ODOO_MCP_VERSION: "",
        REPOSITORY: "someone/odoo-mcp",
        ...env,
      },
    }).output();
    const called = await Deno.readTextFile(`${folder}/called`).catch(() => "");
    const said = new TextDecoder().decode(process.stdout);
    return { code: process.code, called: called.replace(odoo.url, "URL").trim(), said };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the action asks for a read-only smoke test, for writes only where told, and ends as it ends", async () => {
  assert.deepEqual(await smoke(0, {}), { code: 0, called: "URL db smoke --junit odoo-smoke.xml", said: "" });
  assert.equal((await smoke(0, { WRITE: "true" })).called, "URL db smoke --junit odoo-smoke.xml --write");
  assert.equal((await smoke(1, {})).code, 1);
  const strange = await smoke(0, { WRITE: "yes" });
  assert.deepEqual([strange.code, strange.called], [2, ""]);
  assert.match(strange.said, /allowed are true and false/);
});

Deno.test("the action downloads from the repository that it is of, the version asked for", async () => {
  const folder = await Deno.makeTempDir();
  const ofIts = "/home/runner/_actions/someone/odoo-mcp/v1/.github/actions/smoke";
  const cases: [path: string, version: string, expected: string][] = [
    [ofIts, "", "someone/odoo-mcp/releases/latest/download/"],
    [ofIts, "0.1.0", "someone/odoo-mcp/releases/download/v0.1.0/"],
    ["/home/runner/here/.github/actions/smoke", "v2.0.0", "own/repository/releases/download/v2.0.0/"],
  ];
  try {
    await Deno.writeTextFile(`${folder}/curl`, `#!/bin/sh\necho "$*" > ${folder}/asked\nexit 22\n`, { mode: 0o755 });
    for (const [path, version, expected] of cases) {
      const { code } = await smoke(0, {
        EXECUTABLE: "",
        REPOSITORY: "own/repository",
        GITHUB_ACTION_PATH: path,
        ODOO_MCP_VERSION: version,
        PATH: `${folder}:${Deno.env.get("PATH")}`,
      });
      assert.equal(code, 22);
      const asked = await Deno.readTextFile(`${folder}/asked`);
      assert.ok(asked.trim().endsWith(`https://github.com/${expected}install.sh`), asked);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const git = await new Deno.Command("git", { args: ["--version"] }).output().then(() => true, () => false);
if (!git) console.error("SKIPPED: the branch that serves the bundle: git is not on this machine");

Deno.test(
  "each release's bundle is added to the branch that serves it, and is the latest",
  { ignore: !git },
  async () => {
    const folder = await Deno.makeTempDir();
    const run = async (cwd: string, command: string, ...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    };
    const dist = `${folder}/dist`;
    const repository = `${folder}/repository`;
    try {
      await Deno.mkdir(dist);
      await Deno.writeTextFile(`${dist}/THIRD_PARTY_LICENSES.txt`, "licences");
      await run(folder, "git", "init", "--quiet", "--bare", "origin.git");
      await run(folder, "git", "clone", "--quiet", "origin.git", "repository");
      const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
      await Deno.writeTextFile(`${repository}/main.ts`, "source");
      await run(repository, "git", "add", "main.ts");
      await run(repository, "git", ...author, "commit", "--quiet", "--message", "The source");
      for (const tag of ["v0.1.0", "v0.2.0", "v0.2.0"]) {
        await Deno.writeTextFile(`${dist}/odoo-mcp.js`, `// ${tag} ${crypto.randomUUID()}`);
        await run(repository, "bash", `${root}scripts/release/publish_bundle.sh`, dist, tag);
      }
      const list = (path: string) =>
        run(repository, "git", "--git-dir", `${folder}/origin.git`, "show", `bundle:${path}`);
      assert.match(await list(""), /\n\nlatest\/\nv0\.1\.0\/\nv0\.2\.0\/$/);
      assert.equal(await list("latest/odoo-mcp.js"), await Deno.readTextFile(`${dist}/odoo-mcp.js`));
      assert.match(await list("v0.1.0/odoo-mcp.js"), /^\/\/ v0\.1\.0 /);
      assert.equal(
        await run(repository, "git", "worktree", "list", "--porcelain").then((text) =>
          text.match(/^worktree/gm)?.length
        ),
        1,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
