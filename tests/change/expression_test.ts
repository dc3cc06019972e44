import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate } from "../../src/change/expression.ts";
import type { Json } from "../../src/lib/json.ts";

const VALUES: Record<string, Json> = { state: "done", count: 2, active: false, ids: [1, 2], name: null, none: [] };
const value = (text: string) => evaluate(text, (name) => VALUES[name]);

Deno.test("what views say in Python is evaluated", () => {
  const cases: [string, Json][] = [
    ["state == 'done'", true],
    ['state != "done"', false],
    ["not active", true],
    ["count > 1 and not active", true],
    ["state in ('draft', 'sent') or count >= 2", true],
    ["state not in ['draft', 'done']", false],
    ["not (active or state == 'draft')", true],
    ["count == -2", false],
    ["count != 1.5", true],
    ["1 in ids", true],
    ["not none", true],
    ["name == False", true],
    ["name == None", true],
    ["True", true],
    ["1", 1],
    ["0", 0],
    ["(1)", 1],
    ["(1,)", [1]],
    ["()", []],
    ["{'default_a': count, 'b': [(6, 0, ids)], 'c': {}}", { default_a: 2, b: [[6, 0, [1, 2]]], c: {} }],
    ["'it\\'s'", "it's"],
  ];
  for (const [text, expected] of cases) assert.deepEqual(value(text), expected, text);
});

Deno.test("what is not known stays so, unless the rest decides", () => {
  for (const text of ["other == 1", "other and count", "active or other", "not other", "state < count", "parent.x"]) {
    assert.equal(value(text), undefined, text);
  }
  assert.equal(value("other and active"), false);
  assert.equal(value("other or count"), true);
  assert.deepEqual(value("{'a': other, 'b': 1}"), { b: 1 });
});

Deno.test("more than such an expression is not known, and never a crash", () => {
  for (
    const text of [
      "",
      "count +",
      "f(x)",
      "[1",
      "{1: 2}",
      "a b",
      "lambda: 1",
      "'open",
      "@",
      "((((",
      "x[0]",
      "1 if x else 2",
    ]
  ) {
    assert.equal(value(text), undefined, text);
  }
  assert.equal(value("(".repeat(10_000)), undefined);
  fc.assert(fc.property(fc.string(), (text) => void value(text)));
  const word = fc.constantFrom("not", "and", "or", "in", "(", ")", "[", "]", ",", "==", "a", "'x'", "1", "{", "}", ":");
  fc.assert(fc.property(fc.array(word), (words) => void value(words.join(" "))));
});
