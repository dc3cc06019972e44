import assert from "node:assert/strict";
import fc from "fast-check";
import { createDemo } from "../../src/demo/mod.ts";
import {
  BUILT_IN_ROLES,
  createRoles,
  decide,
  type PolicyRules,
  readNarrowing,
  refuseInstance,
  type RoleEntry,
  withinCompanies,
  withPolicy,
} from "../../src/guard/mod.ts";
import { HANGING } from "../../src/guard/hanging.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { Call, Execute } from "../../src/odoo/mod.ts";
import { refusal } from "../demo/ask.ts";

const OPEN: PolicyRules = {
  mode: "open",
  models: { allow: [], deny: [] },
  fields: { hide: [] },
  actions: { allow: ["*"], deny: [] },
};

const CALLS: Record<string, Call> = {
  read: call("search", { domain: [] }),
  create: call("create", { vals_list: [{ name: "x" }] }, { effect: "write" }),
  write: call("write", { vals: { name: "x" } }, { effect: "write", ids: [1] }),
  post: call("message_post", { body: "x", message_type: "comment", subtype_xmlid: "mail.mt_note" }, {
    effect: "write",
    ids: [1],
  }),
  unlink: call("unlink", {}, { effect: "write", ids: [1] }),
  act: call("action_go", {}, { effect: "act", ids: [1] }),
};

function call(method: string, params: JsonObject, rest: Partial<Call> = {}): Call {
  return { model: "res.partner", method, params, context: {}, effect: "read", origin: "caller", ...rest };
}

function may(rules: PolicyRules): string[] {
  return Object.keys(CALLS).filter((name) => decide(rules, CALLS[name]!) === null);
}

function rule(rules: PolicyRules, tried: Call): string {
  const failure = decide(rules, tried);
  assert.equal(failure?.code, "E011", `passed: ${tried.model}.${tried.method}`);
  return String(failure?.details["rule"]);
}

const own = (entry: RoleEntry, rules = OPEN) => createRoles(rules, { own: entry }).rulesFor({ role: "own" });

Deno.test("viewers read, editors create and change, operators delete and act, admins do what settings allow", () => {
  const { rulesFor } = createRoles(OPEN);
  const all = Object.keys(CALLS);
  assert.deepEqual(may(rulesFor({ role: "viewer" })), ["read"]);
  assert.deepEqual(may(rulesFor({ role: "editor" })), ["read", "create", "write", "post"]);
  assert.deepEqual(may(rulesFor({ role: "operator" })), all);
  assert.deepEqual(may(rulesFor({ role: "admin" })), all);
});

Deno.test("an editor deletes nothing from within other values either", async () => {
  const { rulesFor } = createRoles(OPEN);
  const execute = withPolicy(rulesFor({ role: "editor" }))(createDemo({ today: new Date() }));
  const tried = call("write", { vals: { child_ids: [[2, 5, 0]] } }, { effect: "write", ids: [1] });
  assert.equal((await refusal(execute(tried, AbortSignal.timeout(5000)))).details["rule"], "role");
});

Deno.test("a role never opens what the settings close", () => {
  const closed: PolicyRules = { ...OPEN, mode: "read-only" };
  for (const role of BUILT_IN_ROLES) assert.deepEqual(may(createRoles(closed).rulesFor({ role })), ["read"]);
  const denied = { ...OPEN, models: { allow: [], deny: ["res.*"] }, fields: { hide: ["*.vat"] } };
  const rules = own({ from: "admin", mode: "open", models: { allow: ["*"], deny: [] } }, denied);
  assert.equal(rule(rules, CALLS["read"]!), "models.deny");
  assert.equal(rules.mode, "open");
  assert.equal(own({ from: "admin", mode: "open" }, { ...OPEN, mode: "guarded" }).mode, "guarded");
  assert.equal(own({ from: "admin", mode: "guarded" }).mode, "guarded");
});

Deno.test("whatever a role's lists say, it may do nothing that its settings' rules refuse", () => {
  const pattern = fc.constantFrom(
    "*",
    "res.*",
    "sale.*",
    "res.partner",
    "*.action_*",
    "res.partner.*",
    "ir.*",
    "crm.lead",
  );
  const lists = fc.record({ allow: fc.array(pattern, { maxLength: 3 }), deny: fc.array(pattern, { maxLength: 3 }) });
  const models = fc.constantFrom("res.partner", "sale.order", "crm.lead", "ir.cron", "res.users");
  const entry = fc.record({
    from: fc.constantFrom(...BUILT_IN_ROLES),
    mode: fc.constantFrom("read-only" as const, "guarded" as const, "open" as const),
    models: lists,
    actions: lists,
  });
  fc.assert(fc.property(lists, lists, entry, models, (ofModels, ofActions, role, model) => {
    const rules: PolicyRules = { ...OPEN, models: ofModels, actions: ofActions };
    const within = own(role, rules);
    for (const tried of Object.values(CALLS).map((one) => ({ ...one, model }))) {
      if (decide(rules, tried) !== null) assert.notEqual(decide(within, tried), null);
    }
  }));
});

Deno.test("a role of one's own begins as a viewer unless it says from which", () => {
  assert.deepEqual(may(own({ models: { allow: ["res.*"], deny: [] } })), ["read"]);
  assert.deepEqual(may(own({ from: "editor" })), ["read", "create", "write", "post"]);
  assert.deepEqual(may(own({ from: "admin", mode: "read-only" })), ["read"]);
});

Deno.test("a role's lists narrow, its deny wins, and the rule is named", () => {
  const rules = own({
    from: "admin",
    models: { allow: ["res.*", "sale.*"], deny: ["res.users"] },
    fields: { hide: ["res.partner.vat"], mask: [] },
    actions: { allow: ["sale.order.*"], deny: ["*.action_cancel"] },
  });
  assert.equal(rule(rules, { ...CALLS["read"]!, model: "crm.lead" }), "security.roles.own.models.allow");
  assert.equal(rule(rules, { ...CALLS["read"]!, model: "res.users" }), "security.roles.own.models.deny");
  assert.equal(rule(rules, call("search", { domain: [["vat", "=", "x"]] })), "security.roles.own.fields.hide");
  assert.equal(rule(rules, CALLS["act"]!), "security.roles.own.actions.allow");
  const order = { ...CALLS["act"]!, model: "sale.order" };
  assert.equal(rule(rules, { ...order, method: "action_cancel" }), "security.roles.own.actions.deny");
  assert.equal(decide(rules, order), null);
});

Deno.test("the settings narrow a built-in role by its name, and can't make another one of it", () => {
  const roles = createRoles(OPEN, { admin: { models: { allow: [], deny: ["crm.*"] } } });
  assert.equal(
    rule(roles.rulesFor({ role: "admin" }), { ...CALLS["act"]!, model: "crm.lead" }),
    "security.roles.admin.models.deny",
  );
  assert.throws(() => createRoles(OPEN, { viewer: { from: "admin" } }), Failure);
});

Deno.test("a role that does not exist may do nothing", () => {
  const { rulesFor } = createRoles(OPEN);
  for (const role of ["", "Admin", "admin ", "__proto__", "constructor", "gone"]) {
    assert.deepEqual(may(rulesFor({ role })), []);
    assert.deepEqual(rulesFor({ role }).role.verbs, []);
  }
});

Deno.test("the same role has the same rules each time, because compiled ones are kept by them", () => {
  const { rulesFor } = createRoles(OPEN, { own: {} });
  for (const role of ["viewer", "own"]) assert.equal(rulesFor({ role }), rulesFor({ role }));
});

Deno.test("headers tighten: read-only and toolsets, and what can't be read is refused", () => {
  const read = (headers: Record<string, string>) => readNarrowing(new Headers(headers), ["core", "messaging"]);
  assert.equal(read({}), undefined);
  assert.equal(read({ "x-mcp-readonly": "false", "x-mcp-toolsets": "all" }), undefined);
  assert.deepEqual(read({ "X-MCP-Readonly": "TRUE" }), { readOnly: true, toolsets: [] });
  assert.deepEqual(read({ "X-MCP-Toolsets": " messaging, core,core" }), {
    readOnly: false,
    toolsets: ["core", "messaging"],
  });
  const odd: Record<string, string>[] = [{ "x-mcp-readonly": "yes" }, { "x-mcp-toolsets": "core,admin" }];
  for (const headers of odd) assert.throws(() => read(headers), Failure);
  const { rulesFor } = createRoles(OPEN);
  assert.deepEqual(may(rulesFor({ role: "admin", narrowed: { readOnly: true, toolsets: [] } })), ["read"]);
});

Deno.test("a role's Instances and companies hold, and none in common is refused", () => {
  const { role } = own({ instances: ["main"], companies: [2] });
  refuseInstance(role, "main");
  assert.throws(() => refuseInstance(role, "second"), Failure);
  const user = {
    id: 7,
    name: "U",
    login: "u",
    language: "en_US",
    timeZone: "UTC",
    company: { id: 1, name: "One" },
    companies: [{ id: 1, name: "One" }, { id: 2, name: "Two" }],
  };
  assert.deepEqual(withinCompanies(role, user).companies, [{ id: 2, name: "Two" }]);
  assert.deepEqual(withinCompanies(role, user).company, { id: 2, name: "Two" });
  assert.throws(() => withinCompanies(role, { ...user, companies: [{ id: 1, name: "One" }] }), Failure);
});

Deno.test("no Call of a role goes to another company than its own", async () => {
  const rules = own({ from: "admin", companies: [2] });
  const execute = withPolicy(rules)(() => Promise.resolve([]));
  const context = (ids: Json): Call => call("search", { domain: [] }, { context: { allowed_company_ids: ids } });
  await execute(context([2]), AbortSignal.timeout(5000));
  for (const ids of [[1], [2, 1], ["1"]]) {
    const failure = await refusal(execute(context(ids), AbortSignal.timeout(5000)));
    assert.equal(failure.details["rule"], "security.roles.own.companies");
  }
});

/** An Odoo with attachments on several models; what it answers is found by the real domain of the demo company. */
function hanging(entry: RoleEntry) {
  const sent: Call[] = [];
  const hidden = new Set([3, 4]);
  const odoo: Execute = (one) => {
    sent.push(one);
    if (one.method !== "search" || one.origin !== "server") return Promise.resolve([]);
    const [[, , ids]] = one.params["domain"] as [[string, string, number[]]];
    return Promise.resolve(ids.filter((id) => !hidden.has(id)));
  };
  const execute = withPolicy(own({ from: "admin", ...entry }))(odoo);
  return {
    sent,
    run: (method: string, params: JsonObject, rest: Partial<Call> = {}, model = "ir.attachment") =>
      execute({ ...call(method, params, rest), model }, AbortSignal.timeout(5000)),
  };
}

Deno.test("attachments and chatter of a denied model are found by no search", async () => {
  for (const [model, field] of HANGING) {
    const { sent, run } = hanging({ models: { allow: [], deny: ["hr.*", "x_secret"] } });
    await run("search_read", { domain: ["|", ["id", "=", 1]], fields: ["id"] }, {}, model);
    await run("read_group", { domain: [], fields: [], groupby: ["id"] }, {}, model);
    await run("search_count", {}, {}, model);
    const judged = [
      "|",
      [field, "=", false],
      "&",
      "!",
      [field, "=like", "hr.%"],
      "!",
      [field, "=like", "x\\_secret"],
    ];
    assert.deepEqual(sent.map(({ params }) => params["domain"]), [[...judged, "|", ["id", "=", 1]], judged, judged]);
  }
});

Deno.test("attachments of a model outside the allow list are hidden by id as well, and can't be touched", async () => {
  const { sent, run } = hanging({ models: { allow: ["sale.*", "ir.attachment"], deny: [] } });
  await run("read", { fields: ["name"] }, { ids: [1, 3] });
  assert.deepEqual(sent.at(-1)!.ids, [1]);
  sent.length = 0;
  assert.deepEqual(await run("get_metadata", {}, { ids: [3, 4] }), []);
  assert.deepEqual(sent.map(({ method }) => method), ["search"]);
  for (const [method, params] of [["write", { vals: { name: "x" } }], ["unlink", {}]] as const) {
    sent.length = 0;
    const failure = await refusal(run(method, params, { ids: [1, 3], effect: "write" }));
    assert.deepEqual([failure.code, failure.details["missing"]], ["E005", [3]]);
    assert.deepEqual(sent.map(({ method }) => method), ["search"]);
  }
});

Deno.test("nothing can be hung on a model that is closed", async () => {
  const { run } = hanging({ models: { allow: [], deny: ["hr.*"] } });
  const refused = async (method: string, params: JsonObject, rest: Partial<Call> = {}) =>
    assert.equal((await refusal(run(method, params, { effect: "write", ...rest }))).code, "E011");
  await refused("create", { vals_list: [{ name: "x", res_model: "hr.employee", res_id: 1 }] });
  await refused("create", { vals_list: { name: "x", res_model: "ir.ui.view" } });
  await refused("write", { vals: { res_model: "hr.employee" } }, { ids: [1] });
  await run("create", { vals_list: [{ name: "x", res_model: "sale.order", res_id: 1 }] }, { effect: "write" });
});

Deno.test("where no list of models is set, attachments cost no request more", async () => {
  const { sent, run } = hanging({});
  await run("read", { fields: ["name"] }, { ids: [1, 3] });
  assert.deepEqual(sent.map(({ method, ids }) => [method, ids]), [["read", [1, 3]]]);
});

Deno.test("messages of a denied model are gone from the demo company, those of others are not", async () => {
  const odoo = createDemo({ today: new Date("2026-11-21") });
  const models = async (entry: RoleEntry) => {
    const ask = withPolicy(own(entry))(odoo);
    const rows = await ask(
      { ...call("search_read", { domain: [], fields: ["model"] }), model: "mail.message" },
      AbortSignal.timeout(5000),
    );
    return new Set((rows as JsonObject[]).map(({ model }) => model));
  };
  for (const model of ["res.partner", "sale.order"]) {
    await odoo({ ...CALLS["post"]!, model }, AbortSignal.timeout(5000));
  }
  const all = await models({});
  assert.deepEqual(all, new Set(["res.partner", "sale.order"]));
  assert.deepEqual(await models({ models: { allow: [], deny: ["sale.*"] } }), new Set(["res.partner"]));
  assert.deepEqual(await models({ models: { allow: ["sale.*", "mail.*"], deny: [] } }), new Set(["sale.order"]));
});

Deno.test("the list of models holds none that a role may not use", async () => {
  const odoo: Execute = () => Promise.resolve([{ model: "hr.employee" }, { model: "sale.order" }]);
  const asked: Call = {
    ...call("search_read", { domain: [], fields: ["model"] }),
    model: "ir.model",
    origin: "server",
  };
  const seen = async (entry: RoleEntry) => await withPolicy(own(entry))(odoo)(asked, AbortSignal.timeout(5000));
  assert.deepEqual(await seen({ models: { allow: [], deny: ["hr.*"] } }), [{ model: "sale.order" }]);
  assert.equal((await seen({}) as Json[]).length, 2);
});
