import * as z from "zod";
import { listModels as list } from "../../ask/mod.ts";
import { defineTool } from "../define.ts";
import { cursor, limit } from "../fields.ts";

export const listModels = defineTool({
  name: "list_models",
  title: "List models",
  description: "Find the technical name of a model by words of its name or label, e.g. invoice.",
  access: "read",
  toolset: "core",
  input: z.strictObject({ query: z.string().optional(), limit: limit.optional(), cursor: cursor.optional() }),
  output: z.object({ models: z.array(z.looseObject({})) }),
  run: (input, { odoo }) => list(odoo, input),
});
