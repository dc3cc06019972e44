import * as z from "zod";
import { scheduleActivity as schedule } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { idList, model } from "../fields.ts";

export const scheduleActivity = defineTool({
  name: "schedule_activity",
  title: "Schedule an activity",
  description: "Plan a call, meeting or to-do on records.",
  access: "write",
  toolset: "messaging",
  keyed: true,
  input: z.strictObject({
    model,
    ids: idList,
    type: z.union([z.string().min(1), z.int().min(1)]).meta({ anyOf: undefined, type: "string" })
      .describe("Name, e.g. Call; default to-do").optional(),
    user: z.union([z.string().min(1), z.int().min(1)]).meta({ anyOf: undefined, type: "string" })
      .describe("Name; default me").optional(),
    due: z.string().min(1).meta({ minLength: undefined }).describe("ISO, tomorrow, +3d, monday, next_week").optional(),
    summary: z.string().max(1000).meta({ maxLength: undefined }).optional(),
    note: z.string().max(100_000).meta({ maxLength: undefined }).optional(),
  }),
  output: z.object({ activities: z.array(z.looseObject({})).optional() }),
  words: { activity_type: "type", user_id: "user", date_deadline: "due", date: "due" },
  run: (input, { odoo, change }) => schedule(odoo, input, change),
});
