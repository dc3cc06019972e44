import assert from "node:assert/strict";
import { demo, refusal } from "../ask.ts";

const NOTE = { body: "<p>x</p>", message_type: "comment", subtype_xmlid: "mail.mt_note" };

Deno.test("a message stands on its record, and its author follows from then on", async () => {
  const company = demo();
  const post = (params: object, ids = [3]) =>
    company.ask("sale.order", "message_post", { ...NOTE, ...params }, { ids });
  const first = await post({}) as number;
  const second = await post({ body: "bare <script>alert(1)</script>text", subtype_xmlid: "mail.mt_comment" }) as number;
  const order = await company.read("sale.order", 3, ["message_ids", "message_partner_ids"]);
  assert.deepEqual(order["message_ids"], [second, first]);
  assert.equal((order["message_partner_ids"] as number[]).length, 1);
  const rows = await company.rows("mail.message", [["res_id", "=", 3]], ["body", "subtype_id", "author_id"]);
  assert.deepEqual(rows.map((row) => [row["body"], row["subtype_id"]]), [
    ["<p>bare text</p>", [1, "Discussions"]],
    ["<p>x</p>", [2, "Note"]],
  ]);
  await refusal(post({}, [3, 4]));
  await refusal(post({ partner_ids: [99_999] }));
});

Deno.test("messages go with their record", async () => {
  const company = demo();
  const id = await company.create("res.partner", { name: "Short-lived" });
  await company.ask("res.partner", "message_post", NOTE, { ids: [id] });
  await company.ask("res.partner", "unlink", {}, { ids: [id] });
  assert.equal(await company.count("mail.message", [["model", "=", "res.partner"], ["res_id", "=", id]]), 0);
});

Deno.test("an activity takes its model from the context, as Odoo's own pages give it", async () => {
  const company = demo();
  const context = { default_res_model: "sale.order" };
  const values = { vals_list: { res_id: 3, activity_type_id: 2 } };
  const id = await company.ask("mail.activity", "create", values, { context }) as number;
  const row = await company.read("mail.activity", id, ["res_model", "res_name"]);
  assert.deepEqual([row["res_model"], row["res_name"]], ["sale.order", "S00003"]);
});
