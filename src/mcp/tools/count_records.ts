import * as z from "zod";
import { countRecords as count } from "../../ask/mod.ts";
import { defineTool } from "../define.ts";
import { domain, includeArchived, model, whereBriefly } from "../fields.ts";

export const countRecords = defineTool({
  name: "count_records",
  title: "Count records",
  description: "Count the records that match a domain, or a where as in complex_search.",
  access: "read",
  toolset: "core",
  input: z.strictObject({
    model,
    domain: domain.optional(),
    where: whereBriefly.optional(),
    include_archived: includeArchived.optional(),
  }),
  output: z.object({ count: z.int() }),
  run: (input, { odoo }) => count(odoo, input),
});
