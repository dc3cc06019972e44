import * as z from "zod";
import { searchRecords as search } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { cursor, fields, includeArchived, limit, model, order, where } from "../fields.ts";
import { table } from "../output.ts";

export const complexSearch = defineTool({
  name: "complex_search",
  title: "Search with plain conditions",
  description: "Find records with conditions in plain words instead of an Odoo domain; the answer shows the domain " +
    "that was sent.",
  access: "read",
  toolset: "core",
  input: z.strictObject({
    model,
    where,
    fields: fields.optional(),
    limit: limit.optional(),
    offset: z.int().min(0).meta({ minimum: undefined }).optional(),
    cursor: cursor.optional(),
    order: order.optional(),
    total: z.boolean().describe("Also count all matches").optional(),
    include_archived: includeArchived.optional(),
  }),
  output: table,
  run: (input, { odoo, limits }) => search(odoo, input, selectLimits(limits)),
});
