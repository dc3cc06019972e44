import assert from "node:assert/strict";
import fc from "fast-check";
import { diff } from "../../../src/cli/setup/diff.ts";
import { editJson } from "../../../src/cli/setup/edit_json.ts";
import { editToml } from "../../../src/cli/setup/edit_toml.ts";
import { parse as parseToml, stringify } from "smol-toml";

const ENTRY = { command: "odoo-mcp", args: ["serve", "--config", "/home/ada/c.json"], env: { DENO_DIR: "/x" } };
const JSON_PATH = ["mcpServers", "odoo"];
const TOML_PATH = ["mcp_servers", "odoo"];

/** The text after an edit, which must be possible. */
async function edited(edit: typeof editJson, text: string, path: string[], value: typeof ENTRY | undefined) {
  const answer = await edit(text, path, value);
  if ("problem" in answer) throw new Error(answer.problem);
  return answer.text;
}

Deno.test("JSON with comments, trailing commas, tabs, Windows line ends or a byte order mark keeps them", async () => {
  const texts = [
    '// mine\n{\n\t"a": 1, // one\n\t"mcpServers": {\n\t\t"x": {"command": "x"}, /* y */\n\t},\n}\n',
    '{\r\n  "mcpServers": {\r\n    "x": { "command": "x" }\r\n  }\r\n}\r\n',
    '\uFEFF{"mcpServers":{}}',
    '{"a":1}',
    "{}",
    '{\n  "mcpServers": {\n    "x": {}\n  },\n  "z": null\n}',
  ];
  for (const text of texts) {
    const after = await edited(editJson, text, JSON_PATH, ENTRY);
    assert.equal(after.includes("\r\n"), text.includes("\r\n"));
    assert.equal(after.replaceAll("\r\n", "").includes("\n") && text.includes("\r\n"), false);
    for (const comment of text.match(/\/\/.*|\/\*.*\*\//g) ?? []) assert.ok(after.includes(comment));
    assert.equal(await edited(editJson, after, JSON_PATH, ENTRY), after, "the second time there is nothing to do");
    const back = await edited(editJson, after, JSON_PATH, undefined);
    const strip = (one: string) => one.replace(/\s+/g, "").replace(/,?"mcpServers":\{\}/, "");
    assert.equal(strip(back), strip(text));
  }
});

Deno.test("what stood there before comes back to the letter when the entry is removed", async () => {
  const text = '{\n    "theme": "dark", // at night\n    "mcpServers": {\n        "x": {"command": "x"},\n    },\n}\n';
  assert.equal(await edited(editJson, await edited(editJson, text, JSON_PATH, ENTRY), JSON_PATH, undefined), text);
  const toml =
    '# mine\nmodel = "m" # the best\n\n[mcp_servers.x]\ncommand = "x"\n\n# work\n[profiles.a]\nb = 2026-01-01\n';
  assert.equal(await edited(editToml, await edited(editToml, toml, TOML_PATH, ENTRY), TOML_PATH, undefined), toml);
});

Deno.test("any JSON object keeps all its other values", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(0, 2, 4, "\t"),
      async (other, indent) => {
        const { mcpServers: _, ...own } = JSON.parse(JSON.stringify(other));
        const text = JSON.stringify(own, null, indent);
        const after = await edited(editJson, text, JSON_PATH, ENTRY);
        assert.deepEqual(JSON.parse(after), { ...own, mcpServers: { odoo: ENTRY } });
        assert.deepEqual(JSON.parse(await edited(editJson, after, JSON_PATH, undefined)), { ...own, mcpServers: {} });
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("any TOML document keeps all its other values, and its comments", async () => {
  const value = fc.oneof(fc.integer({ min: -1e9, max: 1e9 }), fc.boolean(), fc.string(), fc.array(fc.string()));
  const table = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), value, { maxKeys: 3 });
  const document = fc.record({
    top: table,
    mcp_servers: fc.dictionary(fc.stringMatching(/^[a-c]{1,3}$/), table, { minKeys: 1, maxKeys: 3 }),
    profiles: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), table, { maxKeys: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(document, async ({ top, ...rest }) => {
      const own = JSON.parse(JSON.stringify({ ...top, ...rest }));
      const text = `# first\n${stringify(own)}\n# last\n`;
      const after = await edited(editToml, text, TOML_PATH, ENTRY);
      const servers = { ...own.mcp_servers, odoo: ENTRY };
      assert.deepEqual(JSON.parse(JSON.stringify(parseToml(after))), { ...own, mcp_servers: servers });
      assert.ok(after.startsWith("# first\n") && after.includes("\n# last\n"));
      assert.equal(await edited(editToml, after, TOML_PATH, ENTRY), after);
    }),
    { numRuns: 200 },
  );
});

Deno.test("an entry is replaced where it stands, with the tables below it", async () => {
  const text = '[mcp_servers.odoo]\ncommand = "old"\n[mcp_servers.odoo.env]\nKEY = "x"\n\n# other\n[other]\na = 1\n';
  const after = await edited(editToml, text, TOML_PATH, ENTRY);
  assert.match(after, /^\[mcp_servers\.odoo\]\ncommand = "odoo-mcp"\n[^]*\n\n# other\n\[other\]\na = 1\n$/);
  assert.doesNotMatch(after, /KEY|old/);
});

Deno.test("what can't be read, or holds something else at that place, is refused and not quoted", async () => {
  const json = ['{ "a": hunter2 }', "[1]", '"text"', '{"mcpServers": ["hunter2"]}', '{"a": 1}}', "{ broken"];
  for (const text of json) {
    const answer = await editJson(text, JSON_PATH, ENTRY);
    assert.ok("problem" in answer, text);
    assert.doesNotMatch(answer.problem, /hunter2/);
  }
  const toml = ["a = hunter2", "[a", 'mcp_servers = { odoo = { command = "x" } }', 'mcp_servers.odoo.command = "x"'];
  for (const text of toml) {
    const answer = await editToml(text, TOML_PATH, ENTRY);
    assert.ok("problem" in answer, text);
    assert.doesNotMatch(answer.problem, /hunter2/);
  }
});

Deno.test("a difference shows what changes and nothing beside it, also in a file of one line", () => {
  assert.deepEqual(diff("a\nb\nc\n", "a\nB\nc\n"), ["- b", "+ B"]);
  assert.deepEqual(diff("", "a\n"), ["+ a"]);
  assert.deepEqual(diff("same\n", "same\n"), []);
  const long = (inner: string) =>
    `{"token":"hunter2","x":"${"x".repeat(300)}","mcpServers":{${inner}},"other":"hunter2"}`;
  const shown = diff(long(""), long('"odoo":{}'));
  assert.deepEqual(shown, ['+ …"odoo":{}…']);
});
