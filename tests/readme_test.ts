/** What README's security part tells people to write and to type can be written and typed. */
import assert from "node:assert/strict";
import { explainerOf } from "../src/app.ts";
import { readArgs } from "../src/cli/args.ts";
import { loadSettings } from "../src/config/mod.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
const security = readme.slice(readme.indexOf("\n## Security\n"), readme.indexOf("\n## How it is built\n"));

function blocks(language: string): string[] {
  return [...security.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].filter((one) => one[1] === language).map((one) =>
    one[2]!
  );
}

Deno.test("every JSON of the security part is a config, or a list of expectations that the roles before it meet", () => {
  const all = blocks("json");
  assert.ok(all.length >= 5);
  let roles = loadSettings({});
  for (const text of all) {
    const json = JSON.parse(text);
    if (!Array.isArray(json)) {
      // A config that stands there for itself may leave out the Odoo.
      const loaded = loadSettings({
        file: { path: "config.json", text },
        env: { ODOO_URL: "https://odoo.example.com" },
      });
      assert.ok("settings" in loaded, `${text}: ${JSON.stringify(loaded)}`);
      if (text.includes('"roles"')) roles = loaded;
      continue;
    }
    assert.ok("settings" in roles);
    const ask = explainerOf(roles.settings);
    for (const { expect, ...question } of json) assert.equal(ask(question).verdict, expect, JSON.stringify(question));
  }
});

Deno.test("every command of the security part has flags that exist, and settings that fit together", () => {
  const lines = blocks("sh").flatMap((text) => text.split("\n")).filter((line) => line.startsWith("odoo-mcp "));
  assert.ok(lines.length >= 8);
  for (const line of lines) {
    const { flags, unknown } = readArgs(line.replace(/ +#.*| < .*/, "").split(/ +/).slice(1));
    assert.deepEqual(unknown, [], line);
    assert.ok("settings" in loadSettings({ args: flags }), line);
  }
});

Deno.test("every test that the threat table names exists", async () => {
  const named = [...security.matchAll(/`(tests\/[\w/]+\.ts)`/g)].map((one) => one[1]!);
  assert.ok(named.length > 30);
  for (const path of new Set(named)) assert.ok((await Deno.stat(new URL(`../${path}`, import.meta.url))).isFile, path);
});
