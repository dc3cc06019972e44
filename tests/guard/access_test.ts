import assert from "node:assert/strict";
import { type Access, withAccess } from "../../src/guard/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Effect } from "../../src/odoo/mod.ts";

const ALLOWED: Record<Access, Effect[]> = {
  read: ["read"],
  write: ["read", "write"],
  destroy: ["read", "write"],
  act: ["read", "write", "act"],
};

for (const [access, allowed] of Object.entries(ALLOWED) as [Access, Effect[]][]) {
  Deno.test(`a tool declared ${access} gets ${allowed.join(", ")} and nothing beyond`, async () => {
    for (const effect of ["read", "write", "act"] as Effect[]) {
      const sent: string[] = [];
      const execute = withAccess(access)((call) => Promise.resolve(sent.push(call.method)));
      const call = { model: "m", method: "x", params: {}, context: {}, effect, origin: "caller" as const };
      const run = execute(call, new AbortController().signal);
      if (allowed.includes(effect)) await run;
      else await assert.rejects(run, (error) => error instanceof Failure && error.code === "E011");
      assert.deepEqual(sent, allowed.includes(effect) ? ["x"] : []);
    }
  });
}
