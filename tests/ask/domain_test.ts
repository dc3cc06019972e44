import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import type { Json } from "../../src/lib/json.ts";
import { type Condition, MAX_DEPTH, mentions, parseDomain, toDomain } from "../../src/ask/domain.ts";

function refusal(input: unknown): Failure {
  try {
    parseDomain(input);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("Expected a refusal");
}

/** Whether a condition holds when each leaf holds or not by its field's name. */
function holds(condition: Condition, truth: Map<string, boolean>): boolean {
  switch (condition.kind) {
    case "leaf":
      return truth.get(condition.field) ?? false;
    case "not":
      return !holds(condition.node, truth);
    case "any":
      return holds(condition.node, truth) !== condition.negated;
    case "and":
      return condition.nodes.every((node) => holds(node, truth));
    case "or":
      return condition.nodes.some((node) => holds(node, truth));
  }
}

const names = ["a", "b", "c", "d"];
const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(...names).map((field): Condition => ({ kind: "leaf", field, op: "=", value: 1, at: "" })),
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), nodes: fc.array(tie("tree"), { maxLength: 4 }) }),
    fc.record({ kind: fc.constant("not" as const), node: tie("tree") }),
  ),
}));

Deno.test("any tree of conditions means the same after its way through Odoo's list form", () => {
  const truths = Array.from(
    { length: 16 },
    (_, bits) => new Map(names.map((name, at) => [name, (bits >> at & 1) === 1])),
  );
  fc.assert(fc.property(tree, (condition) => {
    const back = parseDomain(toDomain(condition));
    for (const truth of truths) assert.equal(holds(back, truth), holds(condition, truth));
    assert.deepEqual(toDomain(parseDomain(toDomain(back))), toDomain(back));
  }));
});

Deno.test("whatever comes in, parsing answers a tree or an E004", () => {
  const operators = fc.constantFrom("&", "|", "!", "=", "in", "x", "any", 1, null);
  const hostile = fc.oneof(
    fc.jsonValue(),
    fc.array(fc.oneof(operators, fc.tuple(fc.string(), operators, fc.jsonValue()), fc.jsonValue())),
  );
  fc.assert(fc.property(hostile, (input) => {
    try {
      toDomain(parseDomain(input));
    } catch (error) {
      assert.ok(error instanceof Failure, String(error));
      assert.equal(error.code, "E004");
    }
  }));
});

Deno.test("conditions side by side all hold, and prefix operators join what follows", () => {
  const domain: Json[] = [["a", "=", 1], "|", ["b", "=", 2], "!", ["c", "=", 3], ["d", "=", 4]];
  const condition = parseDomain(domain);
  assert.equal(condition.kind, "and");
  assert.deepEqual(toDomain(condition), domain);
  assert.deepEqual(toDomain(parseDomain([])), []);
});

Deno.test("a domain as a text is refused with the list form to write", () => {
  const failure = refusal("[('state','=','sale')]");
  assert.equal(failure.code, "E004");
  assert.match(failure.message, /a list, not a text/);
  assert.match(failure.hint, /\[\["state","=","sale"\]/);
});

Deno.test("one condition outside a list is refused with the list it belongs in", () => {
  assert.match(refusal(["name", "=", "x"]).message, /put it into a list/);
});

Deno.test("what can't be a domain is refused at its place", () => {
  const cases: [unknown, RegExp][] = [
    [{ a: 1 }, /not an object/],
    [null, /is a list/],
    [[["a", "="]], /domain\[0\]: it has 2 parts, not 3/],
    [[["a", "=", 1], ["b", "=", 1, 2]], /domain\[1\]: it has 4 parts/],
    [[[["a", "=", 1]]], /domain\[0\]: lists don't nest/],
    [[{ field: "a", op: "=", value: 1 }], /belongs into "where"/],
    [["&", ["a", "=", 1]], /domain\[0\]: "&" needs two conditions after it and has 1/],
    [["!"], /"!" needs a condition/],
    [["and", ["a", "=", 1]], /"and" is no logical operator/],
    [[["", "=", 1]], /no field name/],
    [[[1, "=", 2]], /no field name/],
    [[["a", 5, 1]], /operator is no text/],
    [[["a", "any", "x"]], /domain\[0\]\[2\]: a domain is a list/],
    [[["a", "any!", []]], /"any!" is no operator/],
    [[undefined], /is no condition/],
  ];
  for (const [input, message] of cases) assert.match(refusal(input).message, message, JSON.stringify(input));
});

Deno.test("an unknown operator comes back with the close ones", () => {
  const failure = refusal([["name", "ilke", "x"]]);
  assert.deepEqual((failure.details["closest"] as string[])[0], "ilike");
  assert.match(failure.hint, /Operators: = != /);
});

Deno.test("operators are read as people write them", () => {
  const written: [string, string][] = [["==", "="], ["<>", "!="], ["ILIKE", "ilike"], [" not  in ", "not in"]];
  for (const [text, op] of written) assert.deepEqual(toDomain(parseDomain([["a", text, [1]]])), [["a", op, [1]]]);
});

Deno.test("Odoo's own always and never are understood", () => {
  assert.deepEqual(toDomain(parseDomain([[1, "=", 1]])), []);
  assert.deepEqual(toDomain(parseDomain([[0, "=", 1]])), [[0, "=", 1]]);
  assert.deepEqual(toDomain(parseDomain(["|", [1, "=", 1], ["a", "=", 1]])), ["|", [1, "=", 1], ["a", "=", 1]]);
});

Deno.test("a long flat chain of | is not deep, real depth is refused", () => {
  const leaf: Json = ["a", "=", 1];
  const chain = [...Array<Json>(499).fill("|"), ...Array<Json>(500).fill(leaf)];
  assert.deepEqual(toDomain(parseDomain(chain)), chain);
  assert.match(refusal([...Array<Json>(50).fill("!"), leaf]).message, /nest at most 40/);
  const nested = Array.from({ length: 50 }).reduce<Json>((inner) => [["a", "any", inner]], [leaf]);
  assert.match(refusal(nested).message, new RegExp(`nest at most ${MAX_DEPTH}`));
  const alternating = Array.from({ length: 50 }).reduce<Json[]>(
    (inner, _, at) => [at % 2 === 0 ? "|" : "&", leaf, ...inner],
    [leaf],
  );
  assert.match(refusal(alternating).message, /nest at most 40/);
});

Deno.test("too many conditions or values are refused", () => {
  assert.match(refusal(Array<Json>(1001).fill(["a", "=", 1])).message, /at most 1000 conditions/);
  assert.match(
    refusal([["id", "in", Array.from({ length: 10_000 }, (_, id) => id + 1)]]).message,
    /at most 5000 values/,
  );
  const hidden = [["a", "any", [["id", "in", Array<Json>(3000).fill(1)]]], ["id", "in", Array<Json>(3000).fill(1)]];
  assert.match(refusal(hidden).message, /at most 5000 values/);
});

Deno.test("only the field itself counts as mentioned, no path to it", () => {
  assert.equal(mentions(parseDomain([["x", "=", 1], "!", ["active", "=", true]]), "active"), true);
  assert.equal(mentions(parseDomain([["partner_id.active", "=", true]]), "active"), false);
});
