import assert from "node:assert/strict";
import { listMessages } from "../../src/ask/mod.ts";
import { postMessage, scheduleActivity } from "../../src/change/mod.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { agreeing, Declined, declining } from "../change/company.ts";
import { failureOf } from "../odoo/calls.ts";
import { connectLive, type LiveConnection } from "../support/live_connection.ts";
import { liveTest } from "../support/live.ts";

/** An opportunity of its own whose customer, with an address, follows it. */
async function followed(
  { odoo, keep }: LiveConnection,
): Promise<{ lead: number; customer: number; colleague: number }> {
  const make = async (model: string, values: JsonObject) => {
    const id = await odoo.call(model, "create", { params: { vals_list: values }, effect: "write" }) as number;
    keep(model, [id]);
    return id;
  };
  const customer = await make("res.partner", { name: "Live messaging test", email: "customer@messaging.example" });
  const lead = await make("crm.lead", { name: "Live messaging test", type: "opportunity", partner_id: customer });
  // No tool follows a record; Odoo's own message to a partner makes nobody a follower either.
  const [user] = await rows(odoo, "res.users", [["login", "=", "demo"]], ["partner_id"]);
  const [colleague] = user!["partner_id"] as [number, string];
  return { lead, customer, colleague };
}

async function rows(odoo: Odoo, model: string, domain: Json, fields: string[]): Promise<JsonObject[]> {
  return await odoo.call(model, "search_read", { params: { domain, fields }, cache: "never" }) as JsonObject[];
}

/** Whom Odoo really notified of a message. */
async function notified(odoo: Odoo, message: number): Promise<number[]> {
  const all = await rows(odoo, "mail.notification", [["mail_message_id", "=", message]], [
    "res_partner_id",
  ]);
  return all.map((row) => (row["res_partner_id"] as [number, string])[0]).sort((a, b) => a - b);
}

async function body(odoo: Odoo, id: number): Promise<unknown> {
  const found = await odoo.call("mail.message", "read", { ids: [id], params: { fields: ["body"] }, cache: "never" });
  return (found as JsonObject[])[0]?.["body"];
}

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  liveTest(`text arrives as text and html as html, over ${protocol}`, async (live) => {
    await using connection = connectLive(live, protocol);
    const { odoo } = connection;
    const { lead } = await followed(connection);
    const text = 'Called <b>them</b> & "agreed".\nSecond line.\n\nNew paragraph.';
    const plain = await postMessage(odoo, { model: "crm.lead", ids: [lead], body: text }, agreeing());
    assert.equal(
      await body(odoo, plain.messages[0]!.id),
      '<p>Called &lt;b&gt;them&lt;/b&gt; &amp; "agreed".<br>Second line.</p><p>New paragraph.</p>',
    );
    const html = "<p>Hi <b>you</b><script>alert(1)</script></p>";
    const rich = await postMessage(odoo, { model: "crm.lead", ids: [lead], body: html, format: "html" }, agreeing());
    assert.equal(await body(odoo, rich.messages[0]!.id), "<p>Hi <b>you</b></p>");
    const { messages } = await listMessages(odoo, { model: "crm.lead", ids: [lead], limit: 2 });
    assert.deepEqual(messages.map((one) => [one.kind, one.text]), [["note", "Hi you"], ["note", text]]);
    assert.match(messages[0]!.who!, /Mitchell Admin/);
  });

  liveTest(`a note reaches no customer, and a message exactly those its plan named, over ${protocol}`, async (live) => {
    await using connection = connectLive(live, protocol);
    const { odoo } = connection;
    const { lead, customer, colleague } = await followed(connection);
    const request = { model: "crm.lead", ids: [lead], body: "For you" };
    const refused = await failureOf(postMessage(odoo, { ...request, partners: [customer] }, agreeing()));
    assert.match(refused.message, /a note never leaves the house, and Live messaging test #\d+ would get it/);
    const note = await postMessage(odoo, { ...request, partners: [colleague] }, agreeing());
    assert.deepEqual(await notified(odoo, note.messages[0]!.id), [colleague]);

    const message = { ...request, kind: "message" as const, partners: ["Live messaging test", colleague] };
    const declined = declining();
    await assert.rejects(postMessage(odoo, message, declined), Declined);
    assert.match(declined.plans[0]!.lines.join(), /customer@messaging\.example/);
    const sent = await postMessage(odoo, message, agreeing());
    const named = sent.reached.map(({ id }) => id).sort((a, b) => a - b);
    assert.ok(named.includes(customer) && named.includes(colleague));
    assert.deepEqual(await notified(odoo, sent.messages[0]!.id), named);
    assert.deepEqual(sent.reached.find(({ id }) => id === customer), {
      id: customer,
      name: "Live messaging test",
      email: "customer@messaging.example",
      outside: true,
    });
    const { messages } = await listMessages(odoo, { model: "crm.lead", ids: [lead], limit: 1 });
    assert.equal(messages[0]?.kind, "message");
  });

  liveTest(`an activity is scheduled by names alone, by an ordinary user too, over ${protocol}`, async (live) => {
    await using admin = connectLive(live, protocol);
    await using connection = connectLive(live, protocol, { user: "demo", password: "demo" });
    for (const { odoo } of [admin, connection]) {
      const lead = await odoo.call("crm.lead", "create", {
        params: {
          vals_list: { name: "Live messaging test", type: "opportunity", user_id: (await connection.odoo.user()).id },
        },
        effect: "write",
      }) as number;
      admin.keep("crm.lead", [lead]);
      const answer = await scheduleActivity(odoo, {
        model: "crm.lead",
        ids: [lead],
        type: "Call",
        user: "Marc Demo",
        due: "2030-01-31",
        summary: "Ask & listen",
      }, agreeing());
      const [activity] = answer.activities;
      assert.deepEqual([activity?.["due"], activity?.["summary"]], ["2030-01-31", "Ask & listen"]);
      assert.deepEqual((activity?.["type"] as JsonObject)["name"], "Call");
      assert.match(JSON.stringify(activity?.["user"]), /Marc Demo/);
      const [row] = await rows(odoo, "mail.activity", [["id", "=", activity!.id]], [
        "res_model",
        "res_id",
      ]);
      assert.deepEqual([row?.["res_model"], row?.["res_id"]], ["crm.lead", lead]);
      const todo = await scheduleActivity(odoo, { model: "crm.lead", ids: [lead] }, agreeing());
      assert.match(JSON.stringify(todo.activities[0]?.["type"]), /To.?Do/);
    }
    assert.ok(!connection.sent.some(({ model }) => model === "ir.model"));
  });
}

liveTest("a message under a key is posted once", async (live) => {
  await using connection = connectLive(live, "jsonrpc");
  const { odoo } = connection;
  const { lead } = await followed(connection);
  const options = { ...agreeing(), idempotencyKey: crypto.randomUUID() };
  const request = { model: "crm.lead", ids: [lead], body: "once" };
  const first = await postMessage(odoo, request, options);
  const again = await postMessage(odoo, request, options);
  assert.deepEqual(again.messages.map(({ id, repeated }) => [id, repeated]), [[first.messages[0]!.id, true]]);
  assert.equal(connection.changes().filter((method) => method === "message_post").length, 1);
});

liveTest(
  "what changed is told to administrators, and nobody reads messages of records closed to them",
  async (live) => {
    await using admin = connectLive(live, "jsonrpc");
    await using limited = connectLive(live, "jsonrpc", { user: "limited", password: "limited" });
    const { lead } = await followed(admin);
    const [stage] = await rows(admin.odoo, "crm.stage", [["is_won", "=", true]], ["name"]);
    await admin.odoo.call("crm.lead", "write", {
      ids: [lead],
      params: { vals: { stage_id: stage!["id"]! } },
      effect: "write",
    });
    const { messages } = await listMessages(admin.odoo, { model: "crm.lead", ids: [lead] });
    assert.deepEqual(messages[0]?.kind, "log");
    assert.match(messages[0]?.changes?.join() ?? "", /Stage: New → Won/);
    const closed = await failureOf(listMessages(limited.odoo, { model: "crm.lead", ids: [lead] }));
    assert.equal(closed.code, "E003");
  },
);
