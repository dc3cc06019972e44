/** What the pages for people say must be so: links lead somewhere, JSON is accepted, commands exist and work. */
import assert from "node:assert/strict";
import { loadSettings } from "../../src/config/mod.ts";
import { answerOf, COUNTED } from "../binary/counting_odoo.ts";
import { talk } from "../binary/program.ts";
import { runProgram } from "../cli/program.ts";
import { startOdoo } from "../odoo/http_odoo.ts";

const root = new URL("../../", import.meta.url).pathname;
const read = (path: string) => Deno.readTextFile(root + path);
const PAGES = [
  "README.md",
  "CHANGELOG.md",
  ".github/CONTRIBUTING.md",
  ".github/SECURITY.md",
  "scripts/bench/README.md",
  "src/ask/QUESTIONS.md",
  "src/change/STORY.md",
  "src/config/README.md",
  "src/lib/ERRORS.md",
  "src/mcp/tools/README.md",
  "tests/README.md",
];

/** The texts of a page's code blocks in a language. */
function blocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp("^```" + language + "\\n([^]*?)^```", "gm"))].map(([, text]) => text!);
}

/** A heading's anchor as GitHub makes it. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-");
}

Deno.test("the pages made from the source are what the source says", async () => {
  const args = ["run", "--allow-read", "--allow-env", "scripts/docs.ts", "--check"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});

Deno.test("every link within the repository leads to a file, and to a heading that is there", async () => {
  const broken: string[] = [];
  for (const page of PAGES) {
    for (const [, link] of (await read(page)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path, heading] = link!.split("#");
      const target = path === "" ? root + page : new URL(path!, `file://${root}${page}`).pathname;
      const text = await Deno.readTextFile(target).catch(() => null);
      const headings = [...(text ?? "").matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchor(title!));
      if (text === null || (heading !== undefined && !headings.includes(heading))) broken.push(`${page}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("JSON in README is accepted where it says it goes", async () => {
  const parsed = blocks(await read("README.md"), "json").map((text) => JSON.parse(text));
  const clients = parsed.filter((one) => "mcpServers" in one);
  assert.equal(clients.length, 1);
  const { env } = clients[0].mcpServers.odoo;
  const loaded = loadSettings({ env: { ...env, ODOO_API_KEY: "key" } });
  assert.ok("settings" in loaded, JSON.stringify(loaded));
  assert.deepEqual(loaded.warnings, []);

  const files = parsed.filter((one) => !Array.isArray(one) && !("mcpServers" in one));
  files.push(...blocks(await read("src/config/README.md"), "json").map((text) => JSON.parse(text)));
  assert.ok(files.length >= 2);
  for (const file of files) {
    const settings = loadSettings({ file: { path: "config.json", text: JSON.stringify(file) }, env: {} });
    assert.ok("settings" in settings, JSON.stringify(settings));
  }
});

Deno.test("the client's arguments for the program from source are enough for it", async () => {
  const state = await Deno.makeTempDir();
  await using odoo = startOdoo((name) => ({ result: answerOf(name) }));
  try {
    const lists = blocks(await read("README.md"), "json").map((text) => JSON.parse(text));
    const args: string[] = lists.find((one) => Array.isArray(one) && one[0] === "run");
    const placed = args.map((arg) =>
      arg.replace("/home/me/.local/state", state).replace("/path/to/odoo-mcp/main.ts", `${root}main.ts`)
    );
    assert.notDeepEqual(placed, args);
    const count = { method: "tools/call", params: { name: "count_records", arguments: { model: "res.partner" } } };
    const program = { command: Deno.execPath(), args: ["run", "--no-prompt", ...placed.slice(1)] };
    const env = { XDG_STATE_HOME: state, ODOO_URL: odoo.url, ODOO_DB: "db", ODOO_USERNAME: "a", ODOO_PASSWORD: "b" };
    const { code, answers, stderr } = await talk(program, [count], { env });
    assert.equal(code, 0, stderr);
    assert.equal(answers.get(2)?.["structuredContent"]?.["count"], COUNTED);
    assert.doesNotMatch(stderr, /last only until this server stops/);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("commands and tasks that the pages name exist", async () => {
  const pages = await Promise.all(PAGES.map(read));
  const { tasks } = JSON.parse(await read("deno.json"));
  const named = (pattern: RegExp) =>
    new Set(pages.flatMap((page) => [...page.matchAll(pattern)].map(([, name]) => name!)));
  const missing = [...named(/(?:deno|deno@[\d.]+) task ([\w-]+)/g)].filter((name) => !(name in tasks));
  assert.deepEqual(missing, []);
  const commands = named(/(?:^|`)odoo-mcp ([a-z]+)/gm);
  assert.ok(commands.size >= 6);
  for (const command of commands) {
    const { code, stdout } = await runProgram([command, "--help"]);
    assert.equal(code, 0, command);
    assert.match(stdout, new RegExp(`odoo-mcp ${command}`));
  }
});

Deno.test("no two places say the version", async () => {
  const { version } = JSON.parse(await read("deno.json"));
  const files = ["README.md", "main.ts", "scripts/release/mcpb.ts", "scripts/install/install.sh", "src/cli/version.ts"];
  for (const file of files) {
    const lines = (await read(file)).split("\n").filter((line) => line.includes(version) && !line.includes("e.g."));
    assert.deepEqual(lines, [], file);
  }
});
