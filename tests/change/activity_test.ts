import assert from "node:assert/strict";
import { scheduleActivity } from "../../src/change/mod.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

Deno.test("an activity is scheduled with names and a relative day, without looking up any model", async () => {
  const { odoo, sent, changes } = await company();
  const answer = await scheduleActivity(odoo, {
    model: "sale.order",
    ids: [3, 4],
    type: "Call",
    user: "Owen",
    due: "2026-12-01",
    summary: "Ask about <colours>",
    note: "a < b\nc",
  }, agreeing());
  assert.deepEqual(
    answer.activities.map(({ on, type, due, summary }) => [(on as JsonObject)["id"], type, due, summary]),
    [3, 4].map((id) => [id, { id: 2, name: "Call" }, "2026-12-01", "Ask about <colours>"]),
  );
  assert.match(JSON.stringify(answer.activities[0]?.["user"]), /Owen/);
  assert.deepEqual(changes(), ["create"]);
  assert.ok(!sent.some(({ model }) => model === "ir.model"));
  const rows = await odoo.call("mail.activity", "read", {
    ids: answer.activities.map(({ id }) => id),
    params: { fields: ["res_model", "res_id", "note"] },
  }) as JsonObject[];
  assert.deepEqual(rows.map(({ res_model, res_id, note }) => [res_model, res_id, note]), [
    ["sale.order", 3, "<p>a &lt; b<br>c</p>"],
    ["sale.order", 4, "<p>a &lt; b<br>c</p>"],
  ]);
});

Deno.test("without more it is a to-do of the user, and ids may come as text", async () => {
  const { odoo } = await company();
  const plain = await scheduleActivity(odoo, { model: "res.partner", ids: [9] }, agreeing());
  assert.deepEqual(plain.activities[0]?.["type"], { id: 4, name: "To Do" });
  assert.match(JSON.stringify(plain.activities[0]?.["user"]), /Nadia Verhoeven/);
  const byId = await scheduleActivity(odoo, { model: "res.partner", ids: [9], type: "2", user: "6" }, agreeing());
  assert.deepEqual((byId.activities[0]?.["user"] as JsonObject)["id"], 6);
  const me = await scheduleActivity(odoo, { model: "res.partner", ids: [9], user: "Me", due: "tomorrow" }, agreeing());
  assert.deepEqual((me.activities[0]?.["user"] as JsonObject)["id"], 2);
});

Deno.test("a day, type, user or model that fits nothing is refused, and nothing is scheduled", async () => {
  const { odoo, changes } = await company();
  const code = async (request: object) =>
    (await failureOf(scheduleActivity(odoo, { model: "res.partner", ids: [9], ...request }, agreeing()))).code;
  assert.equal(await code({ due: "someday" }), "E004");
  assert.equal(await code({ type: "Sing" }), "E004");
  assert.equal(await code({ user: "Nobody Here" }), "E004");
  assert.equal(await code({ model: "res.country" }), "E004");
  assert.equal(await code({ ids: [99_999] }), "E005");
  assert.deepEqual(changes(), []);
});

Deno.test("a day of the week is the next one, and the answer names it; a dry run names the record and who is written to", async () => {
  const { odoo, changes } = await company();
  const request = { model: "res.partner", ids: [9], user: "Owen", summary: "Ask" };
  const dates = new Set<string>();
  for (const due of ["monday", "Next Monday", "next_monday"]) {
    const dry = await scheduleActivity(odoo, { ...request, due }, { ...agreeing(), dryRun: true as boolean });
    assert.ok("dry_run" in dry);
    const [planned] = dry.records;
    assert.deepEqual([(planned?.["on"] as JsonObject)["id"], planned?.["weekday"]], [9, "Monday"]);
    assert.equal(JSON.stringify(dry).includes("res_id"), false);
    assert.match(String(dry.notes), /Odoo writes to whom it is assigned/);
    dates.add(String(planned?.["due"]));
  }
  assert.equal(dates.size, 1);
  assert.deepEqual(changes(), []);
  const answer = await scheduleActivity(odoo, { ...request, due: "next_week" }, agreeing());
  assert.equal(answer.activities[0]?.["weekday"], "Monday");
});

Deno.test("a dry run schedules nothing, and a repeat with the same key answers the first", async () => {
  const { odoo, changes } = await company();
  const request = { model: "res.partner", ids: [9], due: "2026-12-01" };
  const dry = await scheduleActivity(odoo, request, { ...agreeing(), dryRun: true as boolean });
  assert.ok("dry_run" in dry && dry.possible);
  assert.deepEqual(changes(), []);
  const options = { ...agreeing(), idempotencyKey: "k" };
  const first = await scheduleActivity(odoo, request, options);
  const again = await scheduleActivity(odoo, request, options);
  assert.deepEqual([again.repeated, again.activities], [true, first.activities]);
});
