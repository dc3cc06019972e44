import * as fc from "fast-check";
import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { type Fault, toFailure } from "../../src/odoo/fault.ts";
import { create, read } from "./calls.ts";
import { decode, recording, type Wire, WIRES } from "./codec/recordings.ts";

function fail(name: string, message: string, call = read()): Failure {
  return toFailure({ name, message }, call);
}

function recorded(wire: Wire, name: string): Failure {
  try {
    decode(wire, recording(wire, name));
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  return assert.fail(`${wire} ${name} holds no Failure`);
}

Deno.test("Odoo's business text is kept word for word, with its line breaks", () => {
  const text =
    "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n\n\tModel: X (x.y)  \n";
  for (const name of ["UserError", "ValidationError", "RedirectWarning"]) {
    const failure = fail(`odoo.exceptions.${name}`, text);
    assert.deepEqual([failure.code, failure.message, failure.retryable, failure.applied], ["E004", text, false, "no"]);
  }
});

Deno.test("a traceback inside a business text is left out", () => {
  const failure = fail(
    "odoo.exceptions.UserError",
    'Import failed.\n\nTraceback (most recent call last):\n  File "/x/y.py"',
  );
  assert.equal(failure.message, "Import failed.");
});

Deno.test("the jokes of 19 about access are told plainly, without what the user may not see", () => {
  assert.equal(
    recorded("19/json2", "access_error_rule").message,
    "Marc Demo (id=5) doesn't have 'read' access to:\n- Users API Keys (res.users.apikeys)",
  );
  const debug = "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n" +
    "Sorry, Marc Demo (id=5) doesn't have 'write' access to:\n- Sales Order, S00042, secret (sale.order: 42, company=My Company)\n\n" +
    "Blame the following rules:\n- Personal Orders\n\nIf you really, really need access, perhaps you can win over your friendly " +
    "administrator with a batch of freshly baked cookies.\n\nNote: this might be a multi-company issue. Switching company may " +
    "help - in Odoo, not in real life!";
  const failure = fail("odoo.exceptions.AccessError", debug);
  assert.equal(
    failure.message,
    "Marc Demo (id=5) doesn't have 'write' access to:\n- Sales Order (sale.order: 42, company=My Company)\n\n" +
      "Refused by these rules:\n- Personal Orders\n\nNote: this might be a multi-company issue. Switching company may help.",
  );
  assert.deepEqual(failure.details, { model: "sale.order", operation: "write" });
  assert.match(failure.hint, /company/);
});

Deno.test("a refusal names the model, the operation, the fields and the groups that would grant it", () => {
  for (const wire of ["14/jsonrpc", "14/xmlrpc"] as const) {
    assert.deepEqual(recorded(wire, "access_error_field").details, {
      model: "res.partner",
      operation: "read",
      fields: ["signup_expiration"],
      groups: ["Administration / Access Rights"],
    });
  }
  for (const wire of ["19/json2", "19/jsonrpc", "19/xmlrpc"] as const) {
    assert.deepEqual(recorded(wire, "access_error_field").details, {
      model: "res.partner",
      operation: "read",
      fields: ["account_move_count"],
      groups: ["Show Accounting Features - Readonly", "Accounting / Invoicing"],
    });
    assert.match(recorded(wire, "access_error_write").hint, /Access Rights/);
  }
});

Deno.test("a private method is told apart from a missing right", () => {
  for (const wire of WIRES) assert.match(recorded(wire, "err_private_method").hint, /begin with _/);
});

Deno.test("a cool-down, a refused credential and a deleted user do not look alike", () => {
  const reasons = ["auth_cooldown_execute", "execute_wrong_password", "execute_uid_missing_user"]
    .map((name) => recorded("14/xmlrpc", name).details["reason"]);
  assert.deepEqual(reasons, ["cooldown", "credentials", "user"]);
  assert.equal(recorded("14/jsonrpc", "auth_cooldown_execute").details["retry_after_s"], 60);
});

Deno.test("a wrong database is told as a setting's fault on every protocol", () => {
  for (const wire of ["14/jsonrpc", "14/xmlrpc", "19/json2", "19/jsonrpc"] as const) {
    const failure = recorded(wire, "auth_wrong_db");
    assert.deepEqual([failure.code, failure.retryable], ["E001", false]);
    assert.match(failure.hint, /odoo\.database/);
    assert.doesNotMatch(JSON.stringify(failure), /socket|PGSQL/);
  }
});

Deno.test("PostgreSQL being down is a connection error that may pass", () => {
  const text = 'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory';
  const failure = fail("psycopg2.OperationalError", text);
  assert.deepEqual([failure.code, failure.retryable], ["E001", true]);
  assert.doesNotMatch(JSON.stringify(failure), /var\/run/);
});

Deno.test("an unknown field is named with its model, wherever it was used", () => {
  const cases = [
    "err_field_in_fields",
    "err_field_in_order",
    "err_field_in_domain",
    "write_unknown_field",
    "err_field_in_domain_path",
  ];
  for (const wire of WIRES) {
    for (const name of cases) {
      const { code, details } = recorded(wire, name);
      const model = name.endsWith("path") ? "res.country" : "res.partner";
      assert.deepEqual([code, details], ["E004", { field: "nosuch", model }], `${wire} ${name}`);
    }
  }
});

Deno.test("a KeyError about something that was not sent is a bug in Odoo", () => {
  assert.equal(fail("builtins.KeyError", "nosuch", create()).code, "E999");
  assert.equal(fail("builtins.KeyError", "name", create()).code, "E004");
});

Deno.test("a wrong signature counts as the caller's mistake only for the method that was called", () => {
  const text = "search_read() got an unexpected keyword argument 'x'";
  assert.equal(fail("builtins.TypeError", text).code, "E004");
  assert.equal(fail("builtins.TypeError", `BaseModel.${text}`).code, "E004");
  assert.equal(fail("builtins.TypeError", "_inner() missing 1 required positional argument: 'x'").code, "E999");
});

Deno.test("an attribute missing inside Odoo is not taken for an unknown method", () => {
  assert.equal(fail("builtins.AttributeError", "'NoneType' object has no attribute 'search_read'").code, "E999");
  const failure = fail("builtins.AttributeError", "type object 'res.partner' has no attribute 'search_read'");
  assert.deepEqual([failure.code, failure.details], ["E005", { model: "res.partner", method: "search_read" }]);
});

Deno.test("a missing record is told with its model and ids, in any language", () => {
  const text = "L'enregistrement n'existe pas.\n(Enregistrement : res.partner(7, 8), Utilisateur : 2)";
  const failure = fail("odoo.exceptions.MissingError", text, read({ ids: [7, 8] }));
  assert.deepEqual([failure.code, failure.message], ["E005", text]);
  assert.deepEqual(failure.details, { model: "res.partner", ids: [7, 8] });
});

Deno.test("a missing record that the values refer to is told apart from one of the call's own", () => {
  assert.match(recorded("19/xmlrpc", "m2o_bad_id").hint, /refers to/);
  assert.doesNotMatch(recorded("19/xmlrpc", "write_deleted").hint, /refers to/);
  assert.match(recorded("14/xmlrpc", "m2o_bad_id").hint, /not there/);
  assert.equal(recorded("14/xmlrpc", "err_fk_unlink").hint, "");
});

Deno.test("the bare name of a constraint, all that 14 tells, comes with what it means", () => {
  const failure = recorded("14/jsonrpc", "err_unique");
  assert.equal(failure.message, "crm_tag_name_uniq");
  assert.match(failure.hint, /exists already/);
});

Deno.test("a contended record is a conflict that may pass, and was rolled back", () => {
  const names = ["SerializationFailure", "LockNotAvailable", "DeadlockDetected"].map((name) =>
    `psycopg2.errors.${name}`
  );
  for (const name of [...names, "odoo.exceptions.ConcurrencyError", "odoo.exceptions.LockError"]) {
    const { code, retryable, applied } = fail(name, "could not serialize access due to concurrent update\n");
    assert.deepEqual([code, retryable, applied], ["E008", true, "no"], name);
  }
});

Deno.test("SQL and paths never get out, and the cause keeps them for the log", () => {
  const texts: [string, string][] = [
    ["psycopg2.errors.UndefinedTable", 'relation "x" does not exist\nLINE 1: SELECT secret FROM x'],
    ["builtins.FileNotFoundError", "[Errno 2] No such file or directory: '/var/lib/odoo/filestore/x'"],
    ["builtins.RuntimeError", "SELECT secret FROM res_users WHERE id = 1"],
    ["builtins.RuntimeError", String.raw`C:\odoo\server\x.py`],
  ];
  for (const [name, message] of texts) {
    const failure = fail(name, message);
    assert.equal(failure.code, "E999");
    assert.doesNotMatch(JSON.stringify(failure), /secret|filestore|odoo\\\\server/);
    assert(String(failure.cause).includes(message));
  }
});

Deno.test("any fault becomes a Failure, and none of Odoo's own says that something may have happened", () => {
  const names = [
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.UserError",
    "psycopg2.OperationalError",
  ];
  const fault: fc.Arbitrary<Fault> = fc.record({
    name: fc.oneof(fc.constantFrom(...names, "builtins.KeyError", "builtins.TypeError", "constructor"), fc.string()),
    message: fc.string({ unit: "binary" }),
  });
  fc.assert(fc.property(fault, fc.constantFrom(read(), create(), null), (fault, call) => {
    assert.equal(toFailure(fault, call).applied, "no");
  }));
});
