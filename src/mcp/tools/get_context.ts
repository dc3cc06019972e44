import * as z from "zod";
import { getContext as context } from "../../ask/mod.ts";
import { defineTool } from "../define.ts";

export const getContext = defineTool({
  name: "get_context",
  title: "Where am I",
  description: "Who you are in Odoo, companies, language, time zone, today's date, Odoo version, what you may do. " +
    "Call it first.",
  access: "read",
  toolset: "core",
  input: z.strictObject({}),
  output: z.object({ user: z.looseObject({}), today: z.string() }),
  run: async (_input, { odoo, instances, mode }) => ({ ...await context(odoo), instances, mode }),
});
