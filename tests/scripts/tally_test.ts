import assert from "node:assert/strict";
import { plan, readSummary } from "../../scripts/tally.ts";

Deno.test("a summary gives its counts, without the steps", () => {
  assert.deepEqual(readSummary("ok | 12 passed (40 steps) | 0 failed (2ms)\n"), { passed: 12, failed: 0, skipped: 0 });
  const full = "FAILED | 2 passed (1 step) | 3 failed (2 steps) | 1 ignored | 4 measured | 5 filtered out (41ms)\n";
  assert.deepEqual(readSummary(full), { passed: 2, failed: 3, skipped: 1 });
});

Deno.test("a coloured summary gives its counts", () => {
  const text = "\x1b[0m\x1b[31mFAILED\x1b[0m | 2 passed | 1 failed | 1 ignored \x1b[0m\x1b[38;5;245m(41ms)\x1b[0m\n";
  assert.deepEqual(readSummary(text), { passed: 2, failed: 1, skipped: 1 });
});

Deno.test("what a test prints is not taken for the summary", () => {
  assert.deepEqual(readSummary("ok | 9 passed | 0 failed\nFAILED | 1 passed | 1 failed (1ms)\n\nerror: Test failed"), {
    passed: 1,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("a run that never reached its summary has none", () => {
  assert.equal(readSummary("error: Module not found"), null);
});

Deno.test("without paths all tests run, the live ones apart", () => {
  assert.deepEqual(plan([]), { offline: ["tests"], live: ["tests/live"], flags: [] });
  assert.deepEqual(plan(["tests/", "--filter", "x"]), {
    offline: ["tests"],
    live: ["tests/live"],
    flags: ["--filter", "x"],
  });
});

Deno.test("a path of a room needs no Odoo, a path of tests/live does", () => {
  assert.deepEqual(plan(["tests/ask"]), { offline: ["tests/ask"], live: [], flags: [] });
  assert.deepEqual(plan(["./tests/live/wire_test.ts", "-q"]), {
    offline: [],
    live: ["tests/live/wire_test.ts"],
    flags: ["-q"],
  });
});
