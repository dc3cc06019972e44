import assert from "node:assert/strict";
import fc from "fast-check";
import { decide, type PolicyRules } from "../../src/guard/mod.ts";
import { BACK_DOORS, READ_METHODS } from "../../src/guard/methods.ts";
import { FLOOR_MODELS } from "../../src/guard/floor.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Call } from "../../src/odoo/mod.ts";

/** As open as settings can be. */
const OPEN: PolicyRules = {
  mode: "open",
  models: { allow: ["*"], deny: [] },
  fields: { hide: [] },
  actions: { allow: ["*"], deny: [] },
};

function call(model: string, method: string, params: JsonObject = {}, rest: Partial<Call> = {}): Call {
  return { model, method, params, context: {}, effect: "read", origin: "caller", ...rest };
}
const search = (model: string, domain: JsonObject[string], fields: string[] = ["display_name"]) =>
  call(model, "search_read", { domain, fields });
const write = (model: string, vals: JsonObject) => call(model, "write", { vals }, { ids: [1], effect: "write" });
const create = (model: string, vals: JsonObject) => call(model, "create", { vals_list: [vals] }, { effect: "write" });
const act = (model: string, method: string, params: JsonObject = {}) =>
  call(model, method, params, { ids: [1], effect: "act" });

function refused(rules: PolicyRules, tried: Call, rule?: string): void {
  const failure = decide(rules, tried);
  assert.ok(failure, `passed: ${tried.model}.${tried.method} ${JSON.stringify(tried.params)}`);
  assert.equal(failure.code, "E011");
  if (rule !== undefined) assert.equal(failure.details["rule"], rule);
}
function passes(rules: PolicyRules, tried: Call): void {
  assert.equal(decide(rules, tried)?.message, undefined);
}

Deno.test("everyday calls pass", () => {
  passes(OPEN, search("res.partner", ["|", ["name", "ilike", "a"], ["country_id.code", "=", "BE"]]));
  passes(OPEN, search("res.partner", [[1, "=", 1]]));
  passes(
    OPEN,
    call("sale.order", "read_group", {
      domain: [["state", "in", ["sale"]]],
      fields: ["amount_total:sum", "n:count_distinct(partner_id)"],
      groupby: ["date_order:month", "partner_id"],
      orderby: "date_order:month desc",
      lazy: false,
    }),
  );
  passes(
    OPEN,
    call("sale.order", "formatted_read_group", {
      domain: [],
      groupby: ["partner_id"],
      aggregates: ["amount_total:sum", "__count"],
      having: [["amount_total:sum", ">", 5]],
      order: "amount_total:sum desc",
    }),
  );
  passes(OPEN, call("res.partner", "fields_get", { attributes: ["type"] }));
  passes(OPEN, create("sale.order", { partner_id: 1, order_line: [[0, 0, { product_id: 2 }], [4, 5, 0]] }));
  passes(OPEN, write("res.partner", { name: "x", category_id: [[6, 0, [1]]] }));
  passes(OPEN, call("res.partner", "unlink", {}, { ids: [1], effect: "write" }));
  passes(OPEN, act("sale.order", "action_confirm"));
  passes(OPEN, write("res.users", { signature: "x", lang: "fr_FR" }));
});

Deno.test("read-only mode lets nothing but reads through", () => {
  const rules: PolicyRules = { ...OPEN, mode: "read-only" };
  passes(rules, search("res.partner", []));
  refused(rules, write("res.partner", { name: "x" }), "mode");
  refused(rules, create("res.partner", { name: "x" }), "mode");
  refused(rules, act("sale.order", "action_confirm"), "mode");
});

Deno.test("a method that is not known to read is no read, whatever the tool says", () => {
  for (const method of ["write", "create", "unlink", "action_confirm", "web_search_read", "web_read", "export_data"]) {
    refused(OPEN, call("res.partner", method), "floor:method");
  }
  for (const method of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    refused(OPEN, call("res.partner", method));
  }
});

Deno.test("a read passes only parameters that can be checked", () => {
  refused(OPEN, call("res.partner", "search", { domain: [], specification: { password: {} } }), "unreadable");
  refused(OPEN, call("res.partner", "search", { domain: [], constructor: 1 }), "unreadable");
  refused(OPEN, call("res.partner", "search", { domain: "[('id', '=', 1)]" }), "unreadable");
  refused(OPEN, call("res.partner", "search", { domain: [["id", "=", 1, 2]] }), "unreadable");
  refused(OPEN, call("res.partner", "search", { domain: [["id", "inselect", ["SELECT 1", []]]] }), "unreadable");
});

Deno.test("read and search_read without fields would answer all of them: refused", () => {
  refused(OPEN, call("res.partner", "read", {}, { ids: [1] }), "all-fields");
  refused(OPEN, call("res.partner", "read", { fields: [] }, { ids: [1] }), "all-fields");
  refused(OPEN, call("res.partner", "search_read", { domain: [] }), "all-fields");
});

Deno.test("private methods and look-alike letters are refused under every effect", () => {
  for (const effect of ["read", "write", "act"] as const) {
    refused(OPEN, call("res.partner", "_write", {}, { effect }), "floor:private");
    for (
      const method of ["аction_confirm", "action_confirm\u200b", "unlink ", "ｗrite", "__class__", "a.b", "a-b", ""]
    ) {
      refused(OPEN, call("sale.order", method, {}, { effect }));
    }
    for (const model of ["res.раrtner", "res.partner ", "RES.PARTNER", "res..partner", "", "res.partner\n"]) {
      refused(OPEN, call(model, "search", { domain: [] }, { effect }));
    }
  }
});

Deno.test("no setting opens a back door", () => {
  const doors = ["web_save", "web_search_read", "copy_data", "copy", "update", "load", "run", "method_direct_trigger"];
  doors.push("name_create", "export_data", "message_post", "web_read_group", "with_user", "sudo", "execute_import");
  for (const method of doors) refused(OPEN, act("res.partner", method), "floor:back-door");
  for (const method of ["create", "write", "unlink", "read", "search", "search_read"]) {
    refused(OPEN, act("res.partner", method), "floor:method");
  }
  for (const { pattern } of BACK_DOORS) {
    refused(OPEN, act("res.partner", pattern.replaceAll("*", "x")), "floor:back-door");
  }
  for (const { pattern } of BACK_DOORS) assert.ok(!READ_METHODS.has(pattern));
});

Deno.test("an action is run only where the list allows it; deny wins", () => {
  const rules: PolicyRules = { ...OPEN, actions: { allow: ["sale.order.action_*"], deny: ["*.action_cancel"] } };
  passes(rules, act("sale.order", "action_confirm"));
  refused(rules, act("sale.order", "action_cancel"), "actions.deny");
  refused(rules, act("purchase.order", "button_confirm"), "actions.allow");
  refused({ ...OPEN, actions: { allow: [], deny: [] } }, act("sale.order", "action_confirm"), "actions.allow");
});

Deno.test("no setting opens a model of the floor", () => {
  for (const { pattern, refuses } of FLOOR_MODELS) {
    const model = pattern.replaceAll("*", "x").replace(/^x\./, "y.");
    for (const tried of [write(model, { name: "x" }), create(model, { name: "x" }), act(model, "action_go")]) {
      refused(OPEN, tried, "floor:model");
    }
    if (refuses === "everything") refused(OPEN, search(model, []), "floor:model");
    else passes(OPEN, search(model, []));
  }
  for (
    const model of ["ir.rule", "ir.model.access", "ir.actions.server", "ir.cron", "res.groups", "ir.module.module"]
  ) {
    refused(OPEN, write(model, { name: "x" }), "floor:model");
  }
  for (const model of ["ir.config_parameter", "res.users.apikeys", "ir.mail_server", "fetchmail.server"]) {
    refused(OPEN, search(model, []), "floor:model");
  }
  passes(OPEN, write("ir.attachment", { name: "x" }));
});

Deno.test("users are neither created nor deleted, and their rights and credentials not written", () => {
  refused(OPEN, create("res.users", { name: "x" }), "floor:model");
  refused(OPEN, call("res.users", "unlink", {}, { ids: [2], effect: "write" }), "floor:model");
  for (const field of ["groups_id", "group_ids", "in_group_7", "sel_groups_1_2", "login", "company_ids", "active"]) {
    refused(OPEN, write("res.users", { [field]: 1 }), "floor:field");
  }
  refused(OPEN, write("res.users", { password: "x" }), "floor:secret");
  refused(OPEN, write("res.users", { new_password: "x" }), "floor:secret");
  refused(OPEN, write("res.company", { user_ids: [[4, 2, 0]] }), "floor:field");
});

const SECRETS = ["password", "new_password", "smtp_pass", "totp_secret", "access_token", "signup_token", "signup_url"];
SECRETS.push(
  "oauth_access_token",
  "x_api_key",
  "api_key_ids",
  "stripe_secret_key",
  "google_calendar_rtoken",
  "X_Studio_APIKEY",
  "pin",
);

Deno.test("secret fields are refused wherever a call can name them", () => {
  for (const secret of SECRETS) {
    const tries: Call[] = [
      call("res.partner", "read", { fields: ["name", secret] }, { ids: [1] }),
      search("res.partner", [], [secret]),
      search("res.partner", [[secret, "=like", "a%"]]),
      search("res.partner", [["user_ids." + secret, "=like", "a%"]]),
      search("res.partner", ["!", ["user_ids", "any", ["|", [secret, "=", "a"], ["id", "=", 1]]]]),
      search("res.partner", [["a", "any", [["b", "not any", [[secret, "=", "a"]]]]]]),
      call("res.partner", "search", { domain: [], order: `name desc, ${secret} asc` }),
      call("res.partner", "search_count", { domain: [[secret, "!=", false]] }),
      call("res.partner", "name_search", { name: "", domain: [[secret, "!=", false]] }),
      call("res.partner", "read_group", { domain: [], fields: [`n:max(${secret})`], groupby: ["name"] }),
      call("res.partner", "read_group", { domain: [], fields: [`${secret}:max`], groupby: ["name"] }),
      call("res.partner", "read_group", { domain: [], fields: [], groupby: secret }),
      call("res.partner", "read_group", { domain: [], fields: [], groupby: [], orderby: `${secret} desc` }),
      call("res.partner", "formatted_read_group", { domain: [], groupby: [`partner_id.${secret}`] }),
      call("res.partner", "formatted_read_group", { domain: [], aggregates: [`${secret}:array_agg`] }),
      call("res.partner", "formatted_read_group", { domain: [], having: [[`${secret}:max`, "=", 1]] }),
      call("res.partner", "fields_get", { allfields: [secret] }),
      call("res.partner", "default_get", { fields: [secret] }),
      call("res.partner", "onchange", {
        values: {},
        field_names: [],
        fields_spec: { a: { fields: { [secret]: {} } } },
      }),
      write("res.partner", { [secret]: "x" }),
      create("res.partner", { [secret]: "x" }),
      create("res.partner", { child_ids: [[0, 0, { [secret]: "x" }]] }),
      write("res.partner", { child_ids: [[1, 3, { user_ids: [[1, 2, { [secret]: "x" }]] }]] }),
      { ...create("res.partner", { name: "x" }), context: { [`default_${secret}`]: "x" } },
      act("res.partner", "action_go", { deep: [{ in: { [secret]: "x" } }] }),
    ];
    for (const tried of tries) refused(OPEN, tried, "floor:secret");
    refused(OPEN, {
      ...search("res.users", [], [secret]),
      method: "read",
      params: { fields: [secret] },
      origin: "server",
    });
  }
});

Deno.test("names that only look like secrets stay open", () => {
  passes(OPEN, search("res.partner", [], ["secretary_id", "x_secretariat"]));
  passes(OPEN, search("purchase.report", [], ["delay_pass"]));
  passes(OPEN, search("res.partner", [], ["passport_id", "compass", "shopping_list", "mapping"]));
});

Deno.test("models.allow and models.deny hold for reading and writing; deny wins", () => {
  const rules: PolicyRules = { ...OPEN, models: { allow: ["sale.*", "res.partner"], deny: ["sale.order.line"] } };
  passes(rules, search("sale.order", []));
  refused(rules, search("sale.order.line", []), "models.deny");
  refused(rules, search("crm.lead", []), "models.allow");
  refused(rules, write("crm.lead", { name: "x" }), "models.allow");
  passes({ ...OPEN, models: { allow: [], deny: [] } }, search("crm.lead", []));
});

Deno.test("hidden fields are refused by name, for reading and writing", () => {
  const rules: PolicyRules = { ...OPEN, fields: { hide: ["res.partner.vat", "*.margin"] } };
  refused(rules, search("res.partner", [], ["vat"]), "fields.hide");
  refused(rules, search("res.partner", [["vat", "=", "x"]]), "fields.hide");
  refused(rules, write("res.partner", { vat: "x" }), "fields.hide");
  refused(rules, search("sale.order", [], ["margin"]), "fields.hide");
  passes(rules, search("res.company", [], ["vat"]));
});

Deno.test("the server's own reads come from a written table, past the lists but not past the floor", () => {
  const rules: PolicyRules = { ...OPEN, models: { allow: ["sale.*"], deny: ["res.*", "ir.*"] } };
  const server = { origin: "server" } as const;
  passes(rules, call("res.users", "read", { fields: ["name", "lang", "tz"] }, { ...server, ids: [2] }));
  passes(rules, call("ir.model.data", "check_object_reference", { module: "base", xml_id: "x" }, server));
  passes(rules, call("ir.model", "search_read", { domain: [["transient", "=", false]], fields: ["model"] }, server));
  refused(rules, call("res.partner", "search_read", { domain: [], fields: ["name"] }, server), "server");
  refused(rules, call("res.users", "write", { vals: {} }, { ...server, effect: "write" }), "server");
  refused(rules, call("res.users", "read", { fields: ["password"] }, server), "floor:secret");
});

Deno.test("commands that Python reads as numbers are followed too: false is 0, true is 1", () => {
  refused(OPEN, write("res.partner", { child_ids: [[false, 0, { password: "x" }]] }), "floor:secret");
  refused(OPEN, write("res.partner", { child_ids: [[true, 1, { password: "x" }]] }), "floor:secret");
  refused(OPEN, write("res.partner", { child_ids: [["0", {}, { password: "x" }]] }), "floor:secret");
});

Deno.test("whatever a call holds, the answer is a verdict and no crash", () => {
  const rules: PolicyRules = { ...OPEN, fields: { hide: ["*.hidden"] } };
  const effects = fc.constantFrom<Call["effect"]>("read", "write", "act");
  const methods = fc.oneof(
    fc.constantFrom(...READ_METHODS.keys(), "create", "write", "unlink", "action_x"),
    fc.string(),
  );
  const names = fc.constantFrom("domain", "fields", "groupby", "order", "vals", "vals_list", "values");
  const params = fc.dictionary(fc.oneof(names, fc.string()), fc.jsonValue({ maxDepth: 5 }));
  fc.assert(fc.property(effects, methods, fc.string(), params, (effect, method, model, given) => {
    const verdict = decide(rules, call(model, method, given as JsonObject, { effect }));
    assert.ok(verdict === null || (verdict instanceof Failure && verdict.code === "E011"));
  }));
});
