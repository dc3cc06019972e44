import assert from "node:assert/strict";
import { decide, type PolicyRules, withPolicy } from "../../src/guard/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { Call } from "../../src/odoo/mod.ts";

/** As open as settings can be. */
const OPEN: PolicyRules = {
  mode: "open",
  models: { allow: ["*"], deny: [] },
  fields: { hide: [] },
  actions: { allow: ["*"], deny: [] },
};
const KEY = `__odoo_mcp__.${"0a".repeat(20)}`;
const ONCE = { mode: "update", noupdate: true };

function load(fields: Json, data: Json, change: Partial<Call> = {}): Call {
  return {
    model: "res.partner",
    method: "load",
    params: { fields, data },
    context: ONCE,
    effect: "write",
    origin: "caller",
    ...change,
  };
}

Deno.test("an import creates under external ids of this server's own, and passes in no other form", () => {
  const plain = load(["id", "name", "country_id/.id"], [[KEY, "A", "20"], [`${KEY}_2`, "B", ""]]);
  assert.equal(decide(OPEN, plain), null);
  assert.equal(decide(OPEN, load(["id", "child_ids/name"], [[KEY, "A"], ["", "B"]])), null);
  const refused: [string, Call][] = [
    ["another module's id", load(["id", "name"], [["base.main_partner", "A"]])],
    ["another module's id in a later row", load(["id", "name"], [[KEY, "A"], ["base.main_partner", "B"]])],
    ["a name that is no hash", load(["id", "name"], [["__odoo_mcp__.x", "A"]])],
    ["no module", load(["id", "name"], [["0a".repeat(20), "A"]])],
    ["a second id column", load(["id", "id", "name"], [[KEY, "base.main_partner", "A"]])],
    ["a database id beside", load(["id", ".id", "name"], [[KEY, "1", "A"]])],
    ["an external id of a line", load(["id", "child_ids/id", "child_ids/name"], [[KEY, "base.main_partner", "A"]])],
    ["a database id of a line", load(["id", "child_ids/.id", "child_ids/name"], [[KEY, "1", "A"]])],
    ["no id", load(["name"], [["A"]])],
    ["an empty first id", load(["id", "name"], [["", "A"]])],
    ["Odoo's other spelling", load(["id", "country_id:id"], [[KEY, "base.be"]])],
    ["look-alike letters", load(["id", "nаme"], [[KEY, "A"]])],
    ["cells that are no texts", load(["id", "name"], [[KEY, 1]])],
    ["no rows", load(["id", "name"], [])],
    ["no table", load("id", [[KEY]])],
    ["writing over what is there", load(["id", "name"], [[KEY, "A"]], { context: {} })],
    ["writing over, half said", load(["id", "name"], [[KEY, "A"]], { context: { mode: "update" } })],
    ["as an action", load(["id", "name"], [[KEY, "A"]], { effect: "act" })],
    ["as a read", load(["id", "name"], [[KEY, "A"]], { effect: "read" })],
    ["by the server itself", load(["id", "name"], [[KEY, "A"]], { origin: "server" })],
    ["a secret field", load(["id", "signup_token"], [[KEY, "A"]])],
    ["a model of the floor", load(["id", "name"], [[KEY, "A"]], { model: "ir.cron" })],
    ["users", load(["id", "name"], [[KEY, "A"]], { model: "res.users" })],
    ["a further parameter", load(["id"], [[KEY]], { params: { fields: ["id"], data: [[KEY]], limit: 1 } })],
  ];
  for (const [label, tried] of refused) {
    assert.equal(decide(OPEN, tried)?.code, "E011", label);
  }
  assert.equal(decide({ ...OPEN, mode: "read-only" }, plain)?.details["rule"], "mode");
  assert.equal(decide({ ...OPEN, models: { allow: [], deny: ["res.partner"] } }, plain)?.code, "E011");
  assert.equal(decide({ ...OPEN, fields: { hide: ["res.partner.name"] } }, plain)?.details["rule"], "fields.hide");
});

Deno.test("lines of an import are followed as those of a create are", async () => {
  const schema: Record<string, JsonObject> = {
    "res.partner": {
      child_ids: { type: "one2many", relation: "res.partner" },
      name: { type: "char" },
      user_ids: {
        type: "one2many",
        relation: "res.users",
      },
    },
    "res.users": { login: { type: "char" }, lang: { type: "char" } },
  };
  const execute = withPolicy(OPEN)((call): Promise<Json> =>
    Promise.resolve(call.method === "fields_get" ? schema[call.model] ?? {} : { ids: [1], messages: [] })
  );
  const signal = new AbortController().signal;
  await execute(load(["id", "child_ids/name"], [[KEY, "A"]]), signal);
  for (const column of ["user_ids/lang", "child_ids/user_ids/lang", "user_ids/login"]) {
    const failure = await execute(load(["id", column], [[KEY, "A"]]), signal).catch((error: unknown) => error);
    assert.ok(failure instanceof Failure && failure.code === "E011", column);
  }
});

Deno.test("a create gives external ids of this server's own only: Odoo would move any other", () => {
  const create = (values: JsonObject): Call => ({
    model: "res.partner",
    method: "create",
    params: { vals_list: [values] },
    context: { _import_current_module: "__odoo_mcp__" },
    effect: "write",
    origin: "caller",
  });
  assert.equal(decide(OPEN, create({ name: "A", id: KEY })), null);
  for (const id of ["base.main_partner", 1, `${KEY}.x`, ["base.main_partner"]]) {
    assert.equal(decide(OPEN, create({ name: "A", id }))?.code, "E011");
  }
  assert.equal(decide(OPEN, create({ name: "A", child_ids: [[0, 0, { name: "B", id: KEY }]] }))?.code, "E011");
});

Deno.test("an import writes to records by database id, as a write may, and touches no line", () => {
  const rows = (fields: Json, data: Json, change: Partial<Call> = {}) =>
    load([".id", ...fields as Json[]], data, change);
  assert.equal(decide(OPEN, rows(["name", "country_id/.id"], [["7", "A", "20"], ["8", "B", ""]])), null);
  const refused: [string, Call][] = [
    ["a row without an id", rows(["name"], [["7", "A"], ["", "B"]])],
    ["an id that is none", rows(["name"], [["base.main_partner", "A"]])],
    ["an id with a sign", rows(["name"], [["-7", "A"]])],
    ["an external id beside", rows(["id", "name"], [["7", "base.main_partner", "A"]])],
    ["a second database id", rows([".id", "name"], [["7", "8", "A"]])],
    ["lines", rows(["child_ids/name"], [["7", "A"]])],
    ["lines by id", rows(["child_ids/.id", "child_ids/name"], [["7", "8", "A"]])],
    ["Odoo's other spelling", rows(["country_id:id"], [["7", "base.be"]])],
    ["rows of another length", rows(["name"], [["7", "A", "B"]])],
    ["no rows", rows(["name"], [])],
    ["without the words that keep it from creating", rows(["name"], [["7", "A"]], { context: {} })],
    ["a secret field", rows(["signup_token"], [["7", "A"]])],
    ["a model of the floor", rows(["name"], [["7", "A"]], { model: "ir.cron" })],
    ["users", rows(["login"], [["2", "A"]], { model: "res.users" })],
  ];
  for (const [label, tried] of refused) assert.equal(decide(OPEN, tried)?.code, "E011", label);
  const closed: PolicyRules = { ...OPEN, models: { allow: ["*"], deny: ["res.partner"] } };
  assert.equal(decide(closed, rows(["name"], [["7", "A"]]))?.code, "E011");
});
