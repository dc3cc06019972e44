import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { Secret } from "../../src/lib/secret.ts";
import { withoutSecrets } from "../../src/odoo/without_secrets.ts";

const said = (secret: string, failure: Failure) => withoutSecrets(failure, [new Secret(secret)]) as Failure;

Deno.test("a secret is starred in message, hint and details, and the rest of the Failure stays", () => {
  const secret = 'hunter2 "quoted"';
  const failure = new Failure("E004", `Cannot use ${secret}`, {
    hint: `not ${JSON.stringify([secret])}`,
    details: { list: [{ [secret]: secret }], count: 2 },
    applied: "unknown",
    retryable: true,
  });
  const clean = said(secret, failure);
  assert.equal(clean.message, "Cannot use ********");
  assert.equal(clean.hint, 'not ["********"]');
  assert.deepEqual(clean.details, { list: [{ "********": "********" }], count: 2 });
  assert.deepEqual([clean.code, clean.applied, clean.retryable], ["E004", "unknown", true]);
});

Deno.test("a Failure without the secret is the same one, and so is any other error", () => {
  const failure = new Failure("E999", "Cannot do it");
  assert.equal(said("hunter2-hunter2", failure), failure);
  const error = new Error("hunter2-hunter2");
  assert.equal(withoutSecrets(error, [new Secret("hunter2-hunter2")]), error);
});

Deno.test("a password that may be a word of the text does not turn it into stars", () => {
  const failure = new Failure("E003", "Ask an administrator");
  assert.equal(said("admin", failure).message, "Ask an administrator");
});
