import * as z from "zod";
import { analytics } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { domain, includeArchived, model, order, where } from "../fields.ts";
import { table } from "../output.ts";

/** Advertised as a list; one item alone is understood as well. */
const asList = (type: string) => ({ type: "array", anyOf: undefined, items: { type } });

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
    group_by: z.union([z.array(z.string()), z.string()]).meta(asList("string")).describe(
      'Fields, paths, dates by day|week|month|quarter|year: ["partner_id.country_id","date_order:month"]',
    ).optional(),
    measures: z.union([z.array(z.unknown()), z.string()]).meta(asList("string")).describe(
      '"count" or "field:sum|avg|min|max|count|count_distinct"',
    ),
    where: where.meta({ items: { type: "object" } }).describe("As in complex_search").optional(),
    domain: domain.optional(),
    having: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()), z.string()]).meta(asList("object"))
      .describe('e.g. [{"measure":"count","op":">","value":5}]').optional(),
    order: order.describe('e.g. "amount_total:sum desc"').optional(),
    limit: z.int().min(1).describe("Most groups; the rest is put together").optional(),
    share: z.boolean().describe("Add % of total").optional(),
    compare: z.enum(["previous_period", "last_year"]).optional(),
    chart: z.enum(["auto", "bar", "line", "pie"]).optional(),
    include_archived: includeArchived.optional(),
  }),
  output: table,
  run: (input, { odoo, limits }) =>
    analytics(odoo, { ...input, measures: [input.measures].flat() }, selectLimits(limits)),
});
