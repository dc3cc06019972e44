import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import { makeCursor, readCursor, readOffset } from "../../src/ask/cursor.ts";

/** The Failure something throws. */
function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("Expected a Failure, got an answer");
}

Deno.test("a cursor leads back to its place in its list", () => {
  fc.assert(fc.property(fc.nat(), fc.jsonValue(), (offset, list) => {
    const cursor = makeCursor(offset, list as null);
    assert.match(cursor, /^[\w-]+$/);
    assert.equal(readCursor(cursor, list as null), offset);
  }));
});

Deno.test("a cursor of another list is refused, and so is anything else", () => {
  const cursor = makeCursor(20, ["res.partner", []]);
  assert.match(failureOf(() => readCursor(cursor, ["sale.order", []])).message, /another question/);
  fc.assert(fc.property(fc.string(), (text) => {
    assert.equal(failureOf(() => readCursor(text, [])).code, "E004");
  }));
  for (const forged of ["[-1]", "[1.5]", '{"0":1}', "[99999999999]"]) {
    assert.equal(failureOf(() => readCursor(btoa(forged), [])).code, "E004");
  }
});

Deno.test("a page starts at a cursor or an offset, not both", () => {
  assert.equal(readOffset({}, []), 0);
  assert.equal(readOffset({ offset: 40 }, []), 40);
  assert.equal(failureOf(() => readOffset({ offset: -1 }, [])).code, "E004");
  assert.equal(failureOf(() => readOffset({ offset: 1, cursor: makeCursor(1, []) }, [])).code, "E004");
});
