import assert from "node:assert/strict";
import { decide } from "../../src/guard/mod.ts";
import type { Json } from "../../src/lib/json.ts";
import type { Call } from "../../src/odoo/mod.ts";
import { RULES } from "../change/company.ts";

const POST = { body: "<p>x</p>", message_type: "comment", subtype_xmlid: "mail.mt_note" };

function post(params: Record<string, Json>, change: Partial<Call> = {}): Call {
  const shared = { model: "sale.order", method: "message_post", ids: [3], context: {} };
  return { ...shared, params: { ...POST, ...params }, effect: "write", origin: "caller", ...change };
}

Deno.test("a note and a message pass, with subject and partners", () => {
  for (const subtype_xmlid of ["mail.mt_note", "mail.mt_comment"]) {
    const call = post({ subtype_xmlid, subject: "s", partner_ids: [1, 2], body_is_html: true });
    assert.equal(decide(RULES, call)?.message, undefined);
  }
});

Deno.test("a message can't be forged: no other author, sender, file, kind or recipient that is no partner", () => {
  for (
    const params of [
      { author_id: 3 },
      { email_from: "boss@example.com" },
      { attachment_ids: [1] },
      { attachments: [["a", "b"]] },
      { parent_id: 7 },
      { email_layout_xmlid: "x.y" },
      { outgoing_email_to: "x@example.com" },
      { message_type: "email" },
      { message_type: "notification" },
      { subtype_xmlid: "mail.mt_activities" },
      { subtype_id: 1 },
      { partner_ids: [[6, 0, [1]]] },
      { partner_ids: "all" },
      { body: 7 },
      { body_is_html: false },
    ] satisfies Record<string, Json>[]
  ) {
    assert.equal(decide(RULES, post(params))?.code, "E011", JSON.stringify(params));
  }
  const { subtype_xmlid: _, ...unnamed } = POST;
  assert.equal(decide(RULES, { ...post({}), params: unnamed })?.code, "E011", "its kind has to be said");
});

Deno.test("a message goes on one record at a time, in a mode and on a model that may be written", () => {
  const { ids: _, ...everywhere } = post({});
  for (const call of [everywhere, post({}, { ids: [] }), post({}, { ids: [1, 2] })]) {
    assert.equal(decide(RULES, call)?.code, "E011");
  }
  assert.equal(decide({ ...RULES, mode: "read-only" }, post({}))?.code, "E011");
  assert.equal(decide({ ...RULES, models: { allow: [], deny: ["sale.*"] } }, post({}))?.code, "E011");
  assert.equal(decide(RULES, post({}, { model: "ir.cron" }))?.code, "E011");
});

Deno.test("as an action or a read it stays a back door, whatever the settings allow", () => {
  const open = { ...RULES, actions: { allow: ["*"], deny: [] } };
  for (const effect of ["act", "read"] as const) assert.equal(decide(open, post({}, { effect }))?.code, "E011");
});
