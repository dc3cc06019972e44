import * as z from "zod";
import { analytics } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { domain, includeArchived, model, order, whereBriefly } from "../fields.ts";
import { table } from "../output.ts";

export const analyticsQuery = defineTool({
  name: "analytics_query",
  title: "Sums and counts by group",
  description:
    "Sums, averages, counts by groups: top N with others and totals, shares, comparison with an earlier time, " +
    "charts. Never adds currencies together.",
  access: "read",
  toolset: "core",
  input: z.strictObject({
    model,
    group_by: z.array(z.string()).describe(
      'Fields, paths, dates by day|week|month|quarter|year: ["partner_id.country_id","date_order:month"]',
    ).optional(),
    measures: z.array(z.unknown()).meta({ items: { type: "string" } }).describe(
      '"count" or "field:sum|avg|min|max|count|count_distinct"',
    ),
    where: whereBriefly.optional(),
    domain: domain.optional(),
    having: z.array(z.unknown()).meta({ items: { type: "object" } })
      .describe('e.g. [{"measure":"count","op":">","value":5}]').optional(),
    order: order.describe('e.g. "amount_total:sum desc"').optional(),
    limit: z.int().min(1).describe("Most groups; the rest is put together. Default 100").optional(),
    share: z.boolean().describe("Add % of total").optional(),
    compare: z.enum(["previous_period", "last_year"]).optional(),
    chart: z.enum(["auto", "bar", "line", "pie"]).optional(),
    include_archived: includeArchived.optional(),
  }),
  output: table,
  run: (input, { odoo, limits }) => analytics(odoo, input, selectLimits(limits)),
});
