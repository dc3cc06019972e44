import assert from "node:assert/strict";
import { CASES, diagnosedAll, told } from "../support/doctor_cases.ts";

Deno.test("doctor finds what is broken in each of many situations, and says what to do", async (t) => {
  const [now, before] = [await diagnosedAll(), told()];
  assert.deepEqual(Object.keys(before), CASES.map(({ name }) => name));
  assert.ok(CASES.length > 40);
  for (const { name } of CASES) {
    await t.step(name, () => assert.equal(now[name], before[name]));
  }
});

Deno.test("each failure of doctor is followed by what to do, but for settings, whose message says it", () => {
  for (const [name, text] of Object.entries(told())) {
    const failures = [...text.matchAll(/^FAIL {2}(\S+).*\n(.*)$/gm)];
    for (const [, check, next] of failures) {
      assert.ok(check === "config" || next!.startsWith("      → "), `${name}: ${check}`);
    }
  }
});
