import assert from "node:assert/strict";
import * as fc from "fast-check";
import { barLine } from "../../src/cli/progress.ts";

Deno.test("a bar tells how far a call is, and what it does", () => {
  assert.equal(
    barLine({ done: 50, total: 100, message: "created" }, 80),
    `${"█".repeat(12)}${"░".repeat(12)} 50 of 100 created`,
  );
  assert.equal(barLine({ done: 3, total: 0 }, 80), `${"░".repeat(24)} 3 of 0`);
});

Deno.test("a bar never wraps, and no message moves the cursor", () => {
  const progress = fc.record({ done: fc.nat(), total: fc.nat(), message: fc.string() });
  fc.assert(fc.property(progress, fc.integer({ min: 1, max: 200 }), (one, columns) => {
    const line = barLine(one, columns);
    assert.ok(line.length < columns);
    assert.doesNotMatch(line, /\p{Cc}/u);
  }));
});
