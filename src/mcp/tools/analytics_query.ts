import * as z from "zod";
import { analytics } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { domain, includeArchived, model, order, where } from "../fields.ts";
import { table } from "../output.ts";

export const analyticsQuery = defineTool({
  name: "analytics_query",
  title: "Sums and counts by group",
  description: "Aggregate records: sums, averages, counts by one or more fields, dates by day, week, month, quarter " +
    "or year in the user's time zone.",
  access: "read",
  toolset: "core",
  input: z.strictObject({
    model,
    group_by: z.array(z.string()).describe('e.g. ["user_id","date_order:month"]').optional(),
    measures: z.array(z.string()).describe('"count" or "field:sum|avg|min|max|count|count_distinct"'),
    where: where.meta({ items: { type: "object" } }).describe("As in complex_search").optional(),
    domain: domain.optional(),
    order: order.describe('e.g. "amount_total:sum desc"').optional(),
    limit: z.int().min(1).describe("Most groups").optional(),
    include_archived: includeArchived.optional(),
  }),
  output: table,
  run: (input, { odoo, limits }) => analytics(odoo, input, selectLimits(limits)),
});
