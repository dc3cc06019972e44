import assert from "node:assert/strict";
import { isAllowed, packagesOf } from "../../scripts/licences.ts";

Deno.test("a licence is allowed when one of its choices is, and each of its parts", () => {
  for (const good of ["MIT", "(MIT OR GPL-3.0-only)", "GPL-3.0-only OR ISC", "(MIT AND BSD-3-Clause)"]) {
    assert.equal(isAllowed(good), true, good);
  }
  for (const bad of ["GPL-3.0-only", "MIT AND AGPL-3.0", "none given", "", "SEE LICENSE IN FILE"]) {
    assert.equal(isAllowed(bad), false, bad);
  }
});

Deno.test("packages are read from the lock file with scope and without peers", () => {
  const npm = { "zod@4.6.7": {}, "@a/b@1.2.3": {}, "@a/c@1.0.0-rc.1_zod@4.6.7_@d+e@1.0.0": {} };
  assert.deepEqual(packagesOf({ npm }), [
    { name: "zod", version: "4.6.7" },
    { name: "@a/b", version: "1.2.3" },
    { name: "@a/c", version: "1.0.0-rc.1" },
  ]);
});
