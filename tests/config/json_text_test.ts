import assert from "node:assert/strict";
import fc from "fast-check";
import { readJson } from "../../src/config/json_text.ts";

Deno.test("every JSON value is read as JSON.parse reads it", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"), (json, indent) => {
    const text = JSON.stringify(JSON.parse(json), null, indent);
    const read = readJson(text);
    assert.ok("value" in read, text);
    assert.deepEqual(JSON.parse(JSON.stringify(read.value)), JSON.parse(text));
  }));
});

Deno.test("what JSON.parse refuses is refused too", () => {
  const value = fc.json({ maxDepth: 3 });
  fc.assert(fc.property(value, fc.nat(), fc.constantFrom("", ",", "}", '"', "x", "\n", ":", "\\"), (json, at, put) => {
    const cut = at % (json.length + 1);
    const broken = json.slice(0, cut) + put + json.slice(cut + 1);
    let parses = true;
    try {
      JSON.parse(broken);
    } catch {
      parses = false;
    }
    // Equal keys in one object are the one thing refused beyond JSON.parse.
    const read = readJson(broken);
    if (!parses) assert.ok("problem" in read, broken);
    else if ("problem" in read) assert.match(read.problem, /a key stands twice/);
  }));
});

Deno.test("a mistake is told with its line and column", () => {
  const cases: [string, string][] = [
    ["", "the file is empty; write {} for no settings, in line 1, column 1"],
    ['{\n  "a": 1,\n  "b" 2\n}', "a colon is expected after the key in line 3, column 7"],
    ['{\n  "a": 1\n  "b": 2\n}', "a comma or } is expected in line 3, column 3"],
    ['{"a": 1,}', "a comma stands before the end in line 1, column 9"],
    ['{\n// mine\n"a": 1}', "comments are not part of JSON: one stands in line 2, column 1"],
    ["{'a': 1}", "a key in double quotes is expected in line 1, column 2"],
    ['{"a": yes}', "a value is expected (texts stand in double quotes) in line 1, column 7"],
    ['{"a": 1', "the file ends too early in line 1, column 8"],
    ['{"a": 1}\n}', "there is more after the end of the object in line 2, column 1"],
    ['{"a": 1, "a": 2}', "a key stands twice in its object in line 1, column 10"],
    ['{"a": "C:\\path"}', "a text does not end, or has an unknown escape (write \\\\ for \\), in line 1, column 7"],
  ];
  for (const [text, problem] of cases) assert.deepEqual(readJson(text), { problem }, text);
});

Deno.test("a byte order mark, as Windows editors write it, is no mistake", () => {
  assert.ok("value" in readJson('\uFEFF{"a": 1}'));
});

Deno.test("deep nesting is refused, not a crash", () => {
  assert.match(JSON.stringify(readJson("[".repeat(100_000))), /nested too deeply/);
});

Deno.test("a mistake never quotes the text around it", () => {
  for (const text of ['{"password": "hunter2', '{"password": hunter2}', '{"password": "hunter2"; }', "{hunter2: 1}"]) {
    const read = readJson(text);
    assert.ok("problem" in read && !read.problem.includes("hunter2"), text);
  }
});

Deno.test("each key's line is known", () => {
  const read = readJson('{\n "odoo": {\n  "url": "x",\n\n  "database": "y" },\n "mode": "open"}');
  assert.ok("lines" in read);
  assert.deepEqual(Object.fromEntries(read.lines), { odoo: 2, "odoo.url": 3, "odoo.database": 5, mode: 6 });
});
