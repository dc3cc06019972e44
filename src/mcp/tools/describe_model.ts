import * as z from "zod";
import { describeModel as describe } from "../../ask/mod.ts";
import { defineTool } from "../define.ts";
import { fields, model } from "../fields.ts";

export const describeModel = defineTool({
  name: "describe_model",
  title: "Describe a model",
  description: "What you may do with a model and its fields: the most useful ones, those that match query, or those " +
    "named in fields with all attributes.",
  access: "read",
  toolset: "core",
  input: z.strictObject({
    model,
    query: z.string().describe("Words of a name or label").optional(),
    fields: fields.describe("Field names").optional(),
  }),
  output: z.object({ model: z.string(), fields: z.array(z.looseObject({})) }),
  run: (input, { odoo }) => describe(odoo, input),
});
