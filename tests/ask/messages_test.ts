import assert from "node:assert/strict";
import { listMessages } from "../../src/ask/mod.ts";
import { createDemo, demoVersion } from "../../src/demo/mod.ts";
import { withPolicy } from "../../src/guard/mod.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { bindOdoo, type Call, type Odoo, readUser } from "../../src/odoo/mod.ts";
import { failureOf, never } from "../odoo/calls.ts";
import { RULES } from "../change/company.ts";

/** The demo company with a few messages, and what tracked values it answers (which it does not keep itself). */
async function company(tracked: Json | Error = new Error(), hide: string[] = []): Promise<Odoo> {
  const demo = createDemo({ today: new Date("2026-11-21T09:00:00Z") });
  const post = (body: string, subtype: string, id = 3) =>
    demo({
      ...{ model: "sale.order", method: "message_post", ids: [id], context: {}, effect: "write", origin: "caller" },
      params: { body, message_type: "comment", subtype_xmlid: subtype },
    }, never);
  await post("<p>First &amp; <b>foremost</b></p>", "mail.mt_note");
  await post("<p>To the customer</p>", "mail.mt_comment");
  await post(`<p>${"long ".repeat(1000)}</p>`, "mail.mt_note", 4);
  const answer = (call: Call): Promise<Json> => {
    if (call.model !== "mail.tracking.value") return demo(call, never);
    if (call.method === "fields_get") {
      const names = [
        "mail_message_id",
        "field",
        "old_value_char",
        "new_value_char",
        "old_value_float",
        "new_value_float",
      ];
      return Promise.resolve(Object.fromEntries(names.map((name) => [name, { type: "char" }])));
    }
    return tracked instanceof Error ? demo(call, never) : Promise.resolve(tracked);
  };
  const user = { ...await readUser(demo, 2, never), timeZone: "Europe/Brussels" };
  return bindOdoo({
    instance: "demo",
    webUrl: null,
    execute: withPolicy({ ...RULES, fields: { hide } })(answer),
    version: () => Promise.resolve(demoVersion),
    user: () => Promise.resolve(user),
    signal: never,
  });
}

Deno.test("messages are told newest first, in plain text, with who, when and what kind", async () => {
  const { messages, has_more } = await listMessages(await company(), { model: "sale.order", ids: [3] });
  assert.deepEqual(messages.map(({ kind, text }) => [kind, text]), [
    ["message", "To the customer"],
    ["note", "First & foremost"],
  ]);
  assert.match(messages[0]!.who!, /Nadia Verhoeven/);
  assert.match(messages[0]!.when!, /^2026-11-21T10:\d\d:\d\d\+01:00$/);
  assert.equal(messages[0]!.on, undefined);
  assert.equal(has_more, false);
});

Deno.test("of several records each message tells its own; a long text says how much is left out", async () => {
  const answer = await listMessages(await company(), { model: "sale.order", ids: [3, 4], limit: 2 });
  assert.deepEqual(answer.messages.map(({ on }) => on), [4, 3]);
  assert.equal(answer.has_more, true);
  const [long] = answer.messages;
  assert.deepEqual([long!.text!.length, long!.more], [1500, 5000 - 1 - 1500]);
  assert.match(answer.notes.join(), /get_record on mail\.message/);
});

Deno.test("tracked changes are told in words, but not those of hidden fields", async () => {
  const rows: JsonObject[] = [
    {
      id: 1,
      mail_message_id: [1, "x"],
      field: [7, "Status (sale.order)"],
      old_value_char: "Quotation",
      new_value_char: "Done",
    },
    { id: 2, mail_message_id: [1, "x"], field: [8, "Total (sale.order)"], old_value_float: 0, new_value_float: 12.5 },
    {
      id: 3,
      mail_message_id: [1, "x"],
      field: [9, "Not A Field (sale.order)"],
      old_value_char: "a",
      new_value_char: "b",
    },
  ];
  const changes = async (hide: string[]) => {
    const odoo = await company(rows, hide);
    return (await listMessages(odoo, { model: "sale.order", ids: [3] })).messages.at(-1)?.changes;
  };
  assert.deepEqual(await changes([]), ["Status: Quotation → Done", "Total: 0 → 12.5"]);
  assert.deepEqual(await changes(["sale.order.amount_total"]), ["Status: Quotation → Done"]);
});

Deno.test("whoever may not read the records gets none of their messages", async () => {
  const odoo = await company();
  const limits = { maxRows: 10 };
  assert.equal((await failureOf(listMessages(odoo, { model: "sale.order", ids: [3, 99_999] }))).code, "E005");
  assert.equal((await failureOf(listMessages(odoo, { model: "res.country", ids: [1] }))).code, "E004");
  const many = Array.from({ length: 11 }, (_, index) => index + 1);
  assert.equal((await failureOf(listMessages(odoo, { model: "sale.order", ids: many }, limits))).code, "E012");
  const denied = withPolicy({ ...RULES, models: { allow: [], deny: ["sale.*"] } });
  const demo = createDemo({ today: new Date("2026-11-21T09:00:00Z") });
  const closed = bindOdoo({
    ...{ instance: "demo", webUrl: null, execute: denied(demo), signal: never },
    version: () => Promise.resolve(demoVersion),
    user: () => readUser(demo, 2, never),
  });
  assert.equal((await failureOf(listMessages(closed, { model: "sale.order", ids: [3] }))).code, "E011");
});

Deno.test("an answer keeps to its budget and says what did not fit", async () => {
  const answer = await listMessages(await company(), { model: "sale.order", ids: [3, 4] }, { maxTokens: 400 });
  assert.deepEqual([answer.messages.length, answer.has_more], [1, true]);
  assert.match(answer.notes.join(), /Only 1 of 3 messages fit/);
});
