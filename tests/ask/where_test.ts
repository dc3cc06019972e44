import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import { parseWhere, WHERE_OPS } from "../../src/ask/where.ts";

function refusal(input: unknown): Failure {
  try {
    parseWhere(input);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("Expected a refusal");
}

Deno.test("a list of conditions becomes a tree, nested as deep as it is written", () => {
  const condition = parseWhere([
    { field: "state", op: "=", value: "sale" },
    {
      any: [{ field: "a", op: "is_set" }, {
        all: [{ field: "b", value: 1 }, { not: [{ field: "c", op: "in", value: [1] }] }],
      }],
    },
  ]);
  assert.deepEqual(condition, {
    kind: "and",
    nodes: [
      { kind: "leaf", field: "state", op: "=", value: "sale", at: "where[0]" },
      {
        kind: "or",
        nodes: [
          { kind: "leaf", field: "a", op: "is_set", value: null, at: "where[1].any[0]" },
          {
            kind: "and",
            nodes: [
              { kind: "leaf", field: "b", op: "=", value: 1, at: "where[1].any[1].all[0]" },
              {
                kind: "not",
                node: { kind: "leaf", field: "c", op: "in", value: [1], at: "where[1].any[1].all[1].not[0]" },
              },
            ],
          },
        ],
      },
    ],
  });
});

Deno.test("a single condition may stand without a list", () => {
  assert.equal(parseWhere({ field: "a", op: ">", value: 1 }).kind, "leaf");
});

Deno.test("what can't be a where is refused at its place", () => {
  const cases: [unknown, RegExp][] = [
    ["state = sale", /where: it is a text/],
    [[["state", "=", "sale"]], /where\[0\]: it is a list/],
    [[{ op: "=", value: 1 }], /where\[0\]: "field" is missing/],
    [[{ field: "a", op: "=" }], /"value" is missing/],
    [[{ field: "a", op: "is_set", value: "x" }], /"is_set" takes no value/],
    [[{ feld: "a", op: "=", value: 1 }], /"feld" does not belong here/],
    [[{ any: [], not: {} }], /"not" does not belong here/],
    [[{ any: [] }], /where\[0\]\.any: it is an empty list/],
    [[{ any: [{ not: { field: "a", op: "~", value: 1 } }] }], /where\[0\]\.any\[0\]\.not\[0\]: "~" is no op/],
  ];
  for (const [input, message] of cases) assert.match(refusal(input).message, message, JSON.stringify(input));
});

Deno.test("an unknown op comes back with the close ones and all there are", () => {
  const failure = refusal([{ field: "a", op: "startswith", value: "x" }]);
  assert.deepEqual(failure.details["closest"], ["starts_with"]);
  for (const op of WHERE_OPS) assert.ok(failure.hint.includes(op));
});

Deno.test("fifty levels of nesting are refused", () => {
  const deep = Array.from({ length: 50 }).reduce<object>((inner) => ({ not: inner }), { field: "a", value: 1 });
  assert.match(refusal([deep]).message, /nest at most/);
});

Deno.test("whatever comes in, parsing answers a tree or an E004", () => {
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.record({
        field: fc.anything(),
        op: fc.oneof(fc.constantFrom(...WHERE_OPS), fc.jsonValue()),
        value: fc.jsonValue(),
      }),
      fc.record({ any: fc.array(tie("node")) }),
      fc.record({ not: tie("node") }),
    ),
  }));
  fc.assert(fc.property(fc.oneof(node, fc.array(node)), (input) => {
    try {
      parseWhere(input);
    } catch (error) {
      assert.ok(error instanceof Failure, String(error));
      assert.equal(error.code, "E004");
    }
  }));
});
