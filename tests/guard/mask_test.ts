/** Masking, on the demo company behind the real policy. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { createDemo } from "../../src/demo/mod.ts";
import { createMaskNames, type PolicyRules, withPolicy } from "../../src/guard/mod.ts";
import { MASK_FAMILIES } from "../../src/guard/mask_families.ts";
import { masksOf } from "../../src/guard/masks.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { Call, Execute } from "../../src/odoo/mod.ts";
import { refusal } from "../demo/ask.ts";

const PSEUDONYM = /^(email|phone|bank|text):[\da-f]{12}@masked$/;
const ADDRESS = /[\w.]+@[\w-]+\.\w+/;

function rules(mask: string[]): PolicyRules {
  return {
    mode: "open",
    models: { allow: [], deny: [] },
    fields: { hide: [], mask },
    actions: { allow: ["*"], deny: [] },
  };
}

const names = createMaskNames(Promise.resolve(new Uint8Array(32)));

/** The demo company, or another Odoo, as a caller sees it. */
function masked(mask: string[], caller = "key:a", odoo: Execute = createDemo({ today: new Date("2026-11-21") })) {
  const execute = withPolicy(rules(mask), () => names(caller))(odoo);
  const ask = (model: string, method: string, params: JsonObject = {}, rest: Partial<Call> = {}) =>
    execute(
      { model, method, params, context: {}, effect: "read", origin: "caller", ...rest },
      new AbortController().signal,
    );
  const rows = async (model: string, domain: Json, fields: string[]) =>
    await ask(model, "search_read", { domain, fields, limit: 40 }) as JsonObject[];
  const refused = async (rule: string, model: string, method: string, params: JsonObject, rest: Partial<Call> = {}) => {
    const failure = await refusal(ask(model, method, params, rest));
    assert.deepEqual([failure.code, failure.details["rule"]], ["E011", rule], failure.message);
  };
  return { ask, rows, refused };
}

/** An Odoo that answers the same to everything but `fields_get`. */
function answering(answer: Json, fields: JsonObject = {}): Execute {
  return ({ method }) => Promise.resolve(method === "fields_get" ? fields : answer);
}

const withEmail: Json = [["email", "!=", false], ["is_company", "=", true]];

Deno.test("masked addresses and numbers are pseudonyms, the same for the same value", async () => {
  const { rows } = masked(["email", "phone"]);
  const read = await rows("res.partner", withEmail, ["name", "email", "phone"]);
  assert.ok(read.length > 5);
  for (const { email, phone, name } of read) {
    assert.match(String(email), /^email:[\da-f]{12}@masked$/);
    assert.match(String(phone), /^phone:[\da-f]{12}@masked$/);
    assert.doesNotMatch(String(name), /@masked/);
  }
  assert.deepEqual(await rows("res.partner", withEmail, ["name", "email", "phone"]), read);
  assert.equal(new Set(read.map(({ email }) => email)).size, read.length);
});

Deno.test("no two callers have the same pseudonym for a value", async () => {
  const [mine] = await masked(["email"], "key:a").rows("res.partner", withEmail, ["email"]);
  const [theirs] = await masked(["email"], "key:b").rows("res.partner", withEmail, ["email"]);
  assert.equal(mine!["id"], theirs!["id"]);
  assert.notEqual(mine!["email"], theirs!["email"]);
});

Deno.test("one field named masks its family on every model", async () => {
  const { rows } = masked(["res.partner.email"]);
  const leads = await rows("crm.lead", [["email_from", "!=", false]], ["email_from", "partner_id"]);
  assert.ok(leads.length > 0);
  for (const { email_from } of leads) assert.match(String(email_from), PSEUDONYM);
  const [user] = await rows("res.users", [], ["login", "email"]);
  assert.doesNotMatch(JSON.stringify(user), ADDRESS);
});

Deno.test("a pseudonym finds its records with = and in, on the field it came from and on a path", async () => {
  const { rows } = masked(["email"]);
  const [first, second] = await rows("res.partner", withEmail, ["email"]);
  const ids = async (domain: Json) => (await rows("res.partner", domain, ["id"])).map(({ id }) => id);
  assert.ok((await ids([["email", "=", first!["email"]!]])).includes(first!["id"]!));
  const both = await ids([["email", "in", [first!["email"]!, second!["email"]!]]]);
  assert.ok(both.includes(first!["id"]!) && both.includes(second!["id"]!));
  const children = await ids([["parent_id.email", "=", first!["email"]!]]);
  const known = await ids([["parent_id", "=", first!["id"]!]]);
  assert.deepEqual(children, known);
});

Deno.test("whatever else would tell about a masked field is refused", async () => {
  const { rows, refused } = masked(["email", "phone"]);
  const [{ email }] = await rows("res.partner", withEmail, ["email"]) as [JsonObject];
  const leaves: Json[] = [
    ["email", "ilike", "a"],
    ["email", "=like", "a%"],
    ["email", "!=", email!],
    ["email", "not in", [email!]],
    ["email", ">", "m"],
    ["email", "=", "info@real.example"],
    ["parent_id.email", "ilike", "a"],
    ["phone", "ilike", "+32"],
    ["parent_id", "ilike", "info@real.example"],
    ["display_name", "ilike", "@"],
    ["comment", "ilike", "someone@real.example"],
  ];
  for (const leaf of leaves) await refused("fields.mask", "res.partner", "search", { domain: [leaf] });
  await refused("fields.mask", "res.partner", "search", { domain: ["|", ["id", "=", 1], leaves[0]!] });
  await refused("fields.mask", "res.partner", "search", { domain: [["child_ids", "any", [leaves[0]!]]] });
  await refused("fields.mask", "res.partner", "search_read", { domain: [], fields: ["id"], order: "name, email desc" });
  await refused("fields.mask", "res.partner", "read_group", { domain: [], fields: [], groupby: ["email"] });
  await refused("fields.mask", "res.partner", "read_group", { domain: [], fields: ["n:max(email)"], groupby: [] });
  await refused("fields.mask", "res.partner", "formatted_read_group", { domain: [], aggregates: ["email:array_agg"] });
  await refused("fields.mask", "res.partner", "formatted_read_group", { domain: [], groupby: ["parent_id.phone"] });
  await refused("fields.mask", "res.partner", "name_search", { name: "info@real", domain: [] });
});

Deno.test("whether a masked field is set may be asked", async () => {
  const { ask } = masked(["email"]);
  const all = await ask("res.partner", "search_count", { domain: [] });
  const set = await ask("res.partner", "search_count", { domain: [["email", "!=", false]] });
  const unset = await ask("res.partner", "search_count", { domain: [["email", "=", false]] });
  assert.equal(Number(set) + Number(unset), all);
});

Deno.test("a pseudonym that was never given is E004 and finds nothing", async () => {
  const { ask, rows } = masked(["email"], "key:new");
  const [{ email }] = await masked(["email"], "key:other").rows("res.partner", withEmail, ["email"]) as [JsonObject];
  for (const name of [email!, "email:000000000000@masked"]) {
    const failure = await refusal(ask("res.partner", "search", { domain: [["email", "=", name]] }));
    assert.equal(failure.code, "E004");
  }
  assert.ok((await rows("res.partner", withEmail, ["email"])).length > 0);
});

Deno.test("a pseudonym is written nowhere; a real value is, and its writer sees it as it is", async () => {
  const { ask, rows, refused } = masked(["email"]);
  const [{ id, email }] = await rows("res.partner", withEmail, ["email"]) as [JsonObject];
  const write: Partial<Call> = { ids: [Number(id)], effect: "write" };
  await refused("fields.mask", "res.partner", "write", { vals: { email: email! } }, write);
  await refused("fields.mask", "res.partner", "write", { vals: { comment: `was ${email}` } }, write);
  await refused("fields.mask", "res.partner", "create", { vals_list: [{ child_ids: [[0, 0, { email: email! }]] }] }, {
    effect: "write",
  });
  await ask("res.partner", "write", { vals: { email: "new@real.example" } }, write);
  const read = async () =>
    (await ask("res.partner", "read", { fields: ["email"] }, { ids: [Number(id)] }) as JsonObject[])[0];
  assert.equal((await read())!["email"], "new@real.example");
  assert.deepEqual(
    (await rows("res.partner", [["email", "=", "new@real.example"]], ["id"])).map((row) => row["id"]),
    [id],
  );
});

Deno.test("names of related records, the chatter and errors hold no address, number or account", async () => {
  const text = "Call +32 2 290 34 90 or 0470 12 34 56, mail Jo.Doe@real.example, pay BE71 0961 2345 6769 on 2026-11-21";
  const fields = { author_id: { relation: "res.partner" }, bank_id: { relation: "res.partner.bank" } };
  const row = {
    id: 1,
    body: `<p>${text}</p>`,
    author_id: [3, '"Jo" <jo@real.example>'],
    bank_id: [4, "00987654322"],
    attachment_ids: [5, 6],
    record_name: "S00042",
  };
  const { ask } = masked(["email", "phone", "bank"], "key:a", answering([row], fields));
  const [read] = await ask("mail.message", "search_read", { domain: [], fields: Object.keys(row) }) as JsonObject[];
  const said = JSON.stringify(read);
  for (const secret of ["290 34 90", "0470", "Jo.Doe", "jo@", "BE71", "00987654322"]) {
    assert.ok(!said.includes(secret), `${secret} in ${said}`);
  }
  assert.match(said, /on 2026-11-21/);
  assert.deepEqual([read!["attachment_ids"], read!["record_name"]], [[5, 6], "S00042"]);

  const failing = () => Promise.reject(new Failure("E004", text, { hint: text, details: { leaf: [text] } }));
  const failure = await refusal(masked(["email"], "key:a", failing).ask("res.partner", "search", { domain: [] }));
  assert.doesNotMatch(JSON.stringify(failure), ADDRESS);
  assert.equal(failure.code, "E004");
});

Deno.test("an action's answer and what a form fills in are masked too", async () => {
  const window = { type: "ir.actions.act_window", context: { default_email_to: "x", default_phone: "1234" } };
  const acted = await masked(["phone"], "key:a", answering(window)).ask("crm.lead", "action_go", {}, {
    effect: "act",
    ids: [1],
  });
  assert.doesNotMatch(JSON.stringify(acted), /1234"/);
  const filled = await masked(["email"], "key:a", answering({ value: { email_from: "a@b.example" } }))
    .ask("crm.lead", "onchange", { values: {}, field_names: [], fields_spec: {} });
  assert.doesNotMatch(JSON.stringify(filled), ADDRESS);
});

Deno.test("a pattern of one's own masks any value, but never what finds a record again", async () => {
  const row = {
    id: 7,
    wage: 4200.5,
    gender: "x",
    job_id: [2, "Cook"],
    child_ids: [1, 2],
    write_date: "2026-11-21 10:00:00",
  };
  const odoo = answering([row], { job_id: { relation: "hr.job" } });
  const [read] = await masked(["hr.employee.*"], "key:a", odoo)
    .ask("hr.employee", "search_read", { domain: [], fields: Object.keys(row) }) as JsonObject[];
  assert.deepEqual([read!["id"], read!["write_date"], read!["child_ids"]], [7, "2026-11-21 10:00:00", [1, 2]]);
  assert.match(String(read!["wage"]), PSEUDONYM);
  assert.match(String(read!["gender"]), PSEUDONYM);
  assert.match(JSON.stringify(read!["job_id"]), /^\[2,"text:/);
  const tracked = answering([{ id: 1, old_value_float: 4000, new_value_char: "x" }]);
  const [change] = await masked(["hr.employee.wage"], "key:a", tracked)
    .ask("mail.tracking.value", "search_read", { domain: [], fields: ["old_value_float"] }) as JsonObject[];
  assert.doesNotMatch(JSON.stringify(change), /4000/);
});

Deno.test("names of a masked model are pseudonyms wherever another record shows them, and can't be searched for", async () => {
  const fields = { employee_id: { relation: "hr.employee" }, partner_id: { relation: "res.partner" } };
  const odoo = answering([{ id: 1, employee_id: [4, "Ada"], partner_id: [5, "Bob"] }], fields);
  const { ask, refused } = masked(["hr.employee.name"], "key:a", odoo);
  const [row] = await ask("sale.order", "search_read", { domain: [], fields: ["employee_id"] }) as JsonObject[];
  assert.match(JSON.stringify(row!["employee_id"]), /^\[4,"text:/);
  assert.deepEqual(row!["partner_id"], [5, "Bob"]);
  await refused("fields.mask", "sale.order", "search", { domain: [["employee_id", "ilike", "ad"]] });
  await refused("fields.mask", "hr.employee", "name_search", { name: "ad", domain: [] });
});

Deno.test("where nothing is masked, nothing is changed and no pseudonyms are asked for", async () => {
  assert.equal(masksOf(rules([])), null);
  const execute = withPolicy(rules([]))(answering([{ id: 1, email: "a@b.example" }]));
  const call: Call = {
    model: "res.partner",
    method: "search_read",
    params: { domain: [], fields: ["email"] },
    context: {},
    effect: "read",
    origin: "caller",
  };
  assert.deepEqual(await execute(call, new AbortController().signal), [{ id: 1, email: "a@b.example" }]);
});

Deno.test("an address within any text is found, however long the text is", () => {
  const [email] = MASK_FAMILIES;
  const around = fc.string().map((text) => text.replace(/@/g, ""));
  fc.assert(fc.property(around, fc.emailAddress(), around, (before, address, after) => {
    // Only addresses of plain letters: the others can't be told from their surroundings.
    fc.pre(/^[\w.]{1,60}@[\w-]+(\.[\w-]+)+$/.test(address));
    const text = `${before} ${address} ${after}`;
    assert.ok(email!.find(text).some(({ from, to }) => text.slice(from, to).includes(address)), text);
  }));
  assert.equal(email!.find(`${"a".repeat(300_000)} @`).length, 0);
});
