import assert from "node:assert/strict";
import { ISO_CALENDAR, readCalendar } from "../../src/ask/calendar.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { demoOdoo, recordedOdoo } from "./odoos.ts";

const stored = { store: true, searchable: true };
const FIELDS = {
  "res.lang": { code: { type: "char", ...stored }, week_start: { type: "selection", ...stored } },
  "res.company": {
    fiscalyear_last_month: { type: "selection", ...stored },
    fiscalyear_last_day: { type: "integer", ...stored },
  },
};

async function calendar(answers: (Json | Failure)[], fields: { [model: string]: JsonObject } = FIELDS) {
  const odoo = recordedOdoo({ fields, answers });
  return { read: await readCalendar(odoo), calls: odoo.calls };
}

Deno.test("weeks and fiscal years are those of the user's language and company", async () => {
  const { read, calls } = await calendar([[{ id: 1, week_start: "7" }], [{
    id: 1,
    fiscalyear_last_month: "3",
    fiscalyear_last_day: 31,
  }]]);
  assert.deepEqual(read, { weekStart: 0, fiscalEnd: { month: 3, day: 31 } });
  assert.deepEqual(calls.map(({ model, params, cache }) => [model, params["domain"], cache]), [
    ["res.lang", [["code", "=", "en_US"]], "schema"],
    ["res.company", [["id", "=", 1]], "schema"],
  ]);
});

Deno.test("without accounting the fiscal year is the calendar's, and nothing is asked for it", async () => {
  const { read, calls } = await calendar([[{ id: 1, week_start: "6" }]], { ...FIELDS, "res.company": {} });
  assert.deepEqual(read, { weekStart: 6, fiscalEnd: ISO_CALENDAR.fiscalEnd });
  assert.equal(calls.length, 1);
  const demo = await readCalendar(await demoOdoo());
  assert.deepEqual(demo.fiscalEnd, ISO_CALENDAR.fiscalEnd);
});

Deno.test("who may not see a calendar goes by the usual one; when Odoo is away, that is told", async () => {
  const forbidden = new Failure("E003", "You are not allowed.");
  assert.deepEqual((await calendar([forbidden, forbidden])).read, ISO_CALENDAR);
  const gone = new Failure("E001", "Cannot reach Odoo.");
  await assert.rejects(calendar([gone, gone]), gone);
});
