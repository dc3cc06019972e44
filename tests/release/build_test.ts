import assert from "node:assert/strict";
import { TARGETS } from "../../scripts/release/targets.ts";
import { type Ended, run } from "../binary/program.ts";

const other = TARGETS.find((target) => target !== Deno.build.target)!;

function build(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return run(Deno.execPath(), ["run", "--allow-read", "--allow-env", "scripts/build.ts", ...args], { env });
}

Deno.test("a target that there is none of is refused with those that there are", async () => {
  for (const args of [["compile", "amiga"], ["bundle", other], ["sing"], []]) {
    const { code, stderr } = await build(args);
    assert.equal(code, 2, args.join(" "));
    for (const target of TARGETS) assert.ok(stderr.includes(target), target);
  }
});

Deno.test("a runtime that can't be the right one is refused before anything is made", async () => {
  const wrong = await build(["compile", other], { DENORT_BIN: Deno.execPath() });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, new RegExp(`Cannot compile for ${other} with DENORT_BIN: that is one runtime`));
  const missing = await build(["compile"], { DENORT_BIN: "/nowhere/denort" });
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /DENORT_BIN names no file/);
});
