import assert from "node:assert/strict";
import { demo } from "../ask.ts";

async function lead() {
  const company = demo();
  const partner_id = await company.idOf("res.partner", "Tulpwerk");
  const id = await company.create("crm.lead", { name: "New chairs", partner_id, expected_revenue: 1000 });
  const read = (...fields: string[]) => company.read("crm.lead", id, fields);
  const act = (action: string, params = {}) => company.ask("crm.lead", action, params, { ids: [id] });
  return { ...company, id, act, lead: read };
}

Deno.test("a new opportunity starts in the first stage and takes its customer's details", async () => {
  const { id, lead: read } = await lead();
  const row = await read("stage_id", "team_id", "type", "email_from", "partner_name", "country_id", "prorated_revenue");
  assert.deepEqual(row, {
    ...{ id, stage_id: [1, "New"], team_id: [1, "Europe"], type: "opportunity", email_from: "info@tulpwerk.example" },
    ...{ partner_name: "Tulpwerk", country_id: [4, "Netherlands"], prorated_revenue: 100 },
  });
});

Deno.test("winning moves to the won stage, losing archives with a reason, reopening takes it back", async () => {
  const { act, lead: read } = await lead();
  assert.equal(await act("action_set_won"), true);
  const won = await read("stage_id", "probability", "date_closed");
  assert.deepEqual([won["stage_id"], won["probability"]], [[4, "Won"], 100]);
  assert.match(String(won["date_closed"]), /^2026-11-21/);
  assert.equal(await act("action_set_lost", { lost_reason: 1 }), null);
  const lost = await read("active", "probability", "lost_reason");
  assert.deepEqual([lost["active"], lost["probability"], lost["lost_reason"]], [false, 0, [1, "Too expensive"]]);
  assert.equal(await act("toggle_active"), null);
  const open = await read("active", "lost_reason");
  assert.deepEqual([open["active"], open["lost_reason"]], [true, false]);
});

Deno.test("moving a lead to the won stage by hand closes it", async () => {
  const { id, write, lead: read } = await lead();
  await write("crm.lead", id, { stage_id: 4 });
  const row = await read("probability", "date_closed");
  assert.equal(row["probability"], 100);
  assert.match(String(row["date_closed"]), /^2026-11-21/);
});

Deno.test("an activity shows on its record, names it, and knows whether it is late", async () => {
  const { id, ask, create, rows, lead: read } = await lead();
  const [model] = await ask("ir.model", "search", { domain: [["model", "=", "crm.lead"]] }) as number[];
  const about = { res_model_id: model!, res_id: id, activity_type_id: 2, date_deadline: "2026-11-20" };
  const activity = await create("mail.activity", about);
  assert.deepEqual((await read("activity_ids"))["activity_ids"], [activity]);
  const [row] = await rows("mail.activity", [["id", "=", activity]], [
    "res_name",
    "res_model",
    "state",
    "display_name",
  ]);
  assert.deepEqual(row, {
    ...{ id: activity, res_name: "New chairs", res_model: "crm.lead", state: "overdue", display_name: "Call" },
  });
  await ask("crm.lead", "unlink", {}, { ids: [id] });
  assert.deepEqual(await rows("mail.activity", [["id", "=", activity]], ["summary"]), [], "it goes with its record");
});
