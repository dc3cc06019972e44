import assert from "node:assert/strict";
import { createReadiness } from "../../src/app/readiness.ts";
import { Failure } from "../../src/lib/failure.ts";

const up = () => Promise.resolve();
const down = () => Promise.reject(new Failure("E002", "wrong password of production"));
const store = { get: () => Promise.resolve(null) };
const noStore = { get: () => Promise.reject(new Failure("E014", "redis.example.com is away")) };

Deno.test("a server is ready while one of its Odoos answers, and says what is missing without names", async () => {
  const cases = [
    [[up, up], store, { ready: true, missing: [] }],
    [[up, down], store, { ready: true, missing: ["an Odoo: AUTHENTICATION_ERROR"] }],
    [[down], store, { ready: false, missing: ["an Odoo: AUTHENTICATION_ERROR"] }],
    [[up], noStore, { ready: true, missing: ["the store: BUSY"] }],
    [[], store, { ready: false, missing: ["no Odoo is configured"] }],
  ] as const;
  for (const [probes, store, expected] of cases) {
    assert.deepEqual(await createReadiness({ probes: [...probes], store, hasOther: false })(), expected);
  }
  assert.deepEqual(await createReadiness({ probes: [], store, hasOther: true })(), { ready: true, missing: [] });
});

Deno.test("however many ask, Odoo is asked once in five seconds", async () => {
  let asked = 0;
  const ready = createReadiness({ probes: [() => Promise.resolve(++asked)], store, hasOther: false });
  await Promise.all(Array.from({ length: 50 }, ready));
  await ready();
  assert.equal(asked, 1);
});
