import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import { makeCursor, readCursor, readOffset } from "../../src/ask/cursor.ts";
import { failureOf } from "../odoo/calls.ts";

Deno.test("a cursor leads back to its place in its list", async () => {
  await fc.assert(fc.asyncProperty(fc.nat(), fc.jsonValue(), async (offset, list) => {
    const cursor = await makeCursor(offset, list as null);
    assert.match(cursor, /^[\w-]+$/);
    assert.equal(await readCursor(cursor, list as null), offset);
  }));
});

Deno.test("a cursor of another list is refused, and so is anything else", async () => {
  const cursor = await makeCursor(20, ["res.partner", []]);
  assert.match((await failureOf(readCursor(cursor, ["sale.order", []]))).message, /another question/);
  await fc.assert(fc.asyncProperty(fc.string(), async (text) => {
    const failure = await failureOf(readCursor(text, []));
    assert.ok(failure instanceof Failure && failure.code === "E004");
  }));
  for (const forged of ["[-1]", "[1.5]", '{"0":1}', "[99999999999]"]) {
    assert.equal((await failureOf(readCursor(btoa(forged), []))).code, "E004");
  }
});

Deno.test("a page starts at a cursor or an offset, not both", async () => {
  assert.equal(await readOffset({}, []), 0);
  assert.equal(await readOffset({ offset: 40 }, []), 40);
  assert.equal((await failureOf(readOffset({ offset: -1 }, []))).code, "E004");
  assert.equal((await failureOf(readOffset({ offset: 1, cursor: await makeCursor(1, []) }, []))).code, "E004");
});
