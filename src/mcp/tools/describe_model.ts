import * as z from "zod";
import { describeModel as describe } from "../../ask/mod.ts";
import { defaultActionsOf, isAllowedAction } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { fields, model } from "../fields.ts";

export const describeModel = defineTool({
  name: "describe_model",
  title: "Describe a model",
  description: "What you may do with a model and its fields: the most used ones, those that match query, or those " +
    "named in fields with all attributes; and the actions of its form with the states they belong to.",
  access: "read",
  toolset: "core",
  input: z.strictObject({
    model,
    query: z.string().describe("Words, e.g. delivery date").optional(),
    fields: fields.describe("Field names").optional(),
    include: z.array(z.string()).meta({ items: { type: "string", enum: ["fields", "actions", "relations"] } })
      .describe("Default fields").optional(),
  }),
  output: z.object({ model: z.string(), fields: z.array(z.looseObject({})) }),
  run: async (input, { odoo, limits, tools }) =>
    await describe(odoo, input, {
      mayRun: (action) => tools.has("run_action") && isAllowedAction(input.model, action, limits.actions),
      usual: defaultActionsOf(input.model, await odoo.fields(input.model)),
    }),
});
