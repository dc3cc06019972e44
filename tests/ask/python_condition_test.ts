import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePython } from "../../src/ask/python_condition.ts";
import { conditionText, readCondition, simplify, truthOf } from "../../src/ask/view_condition.ts";

function text(expression: string): string | null {
  const condition = parsePython(expression);
  return condition === null ? null : conditionText(condition);
}

Deno.test("expressions of views are read: comparisons, lists, and, or, not, brackets", () => {
  const cases: [string, string][] = [
    ["state != 'draft'", 'state != "draft"'],
    ['state not in ["draft", "sent"] or not id', 'state not in ["draft","sent"] or not (id)'],
    ["state in ('draft', 'sent',)", 'state in ["draft","sent"]'],
    ["(a or b) and c", "(a or b) and c"],
    ["invoice_count == 0", "invoice_count = 0"],
    ["'draft' == state", 'state = "draft"'],
    ["not not locked", "locked"],
    ["parent.state == 'sale'", 'parent.state = "sale"'],
    ["amount >= -1.5", "amount >= -1.5"],
    ["name == 'it\\'s'", `name = "it's"`],
    ["active == False", "not active"],
    ["locked == True", "locked"],
  ];
  for (const [expression, expected] of cases) assert.equal(text(expression), expected, expression);
});

Deno.test("what says more than comparisons is unknown as a whole, never half understood", () => {
  const cases = [
    "a + b == 3",
    "len(lines) > 2",
    "context.get('x')",
    "a if b else c",
    "a == b",
    "state ==",
    "state in ('draft'",
    "state 'draft'",
    "a.b().c",
    "",
    "[x for x in y]",
    "a is None",
    "(".repeat(5000),
  ];
  for (const expression of cases) assert.equal(parsePython(expression), null, expression.slice(0, 20));
  assert.equal(conditionText(readCondition("len(lines) > 2")), "len(lines) > 2");
  assert.equal(truthOf(simplify(readCondition("len(lines) > 2"), { lines: true })), null);
});

Deno.test("no text of a view breaks the reader", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (any) => void parsePython(any)));
  const word = fc.constantFrom(
    "state",
    "not",
    "in",
    "(",
    ")",
    "[",
    "]",
    ",",
    "'a'",
    "==",
    "!=",
    "or",
    "and",
    "1",
    "True",
  );
  fc.assert(fc.property(fc.array(word, { maxLength: 20 }), (words) => void parsePython(words.join(" "))));
});

Deno.test("what is left of a condition does not change its truth", () => {
  const field = fc.constantFrom("state", "locked", "done");
  const leaf = fc.record({
    kind: fc.constant("leaf" as const),
    field,
    op: fc.constantFrom("=", "!=", "in", "not in"),
    value: fc.constantFrom("draft", "sent", true, false),
    at: fc.constant(""),
  });
  const { tree } = fc.letrec<{ tree: Parameters<typeof simplify>[0] }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        nodes: fc.array(tie("tree"), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant("not" as const), node: tie("tree") }),
    ),
  }));
  const value = fc.constantFrom("draft", "sent", true, false);
  fc.assert(fc.property(tree, value, value, value, (condition, state, locked, done) => {
    const all = truthOf(simplify(condition, { state, locked, done }));
    const steps = simplify(simplify(simplify(condition, { state }), { locked }), { done });
    assert.notEqual(all, null);
    assert.equal(truthOf(steps), all);
  }));
});
