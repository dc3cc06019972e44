/** Names that other servers and older lists use for the same tools. They stay callable; only `compat` lists them. */
import * as z from "zod";
import { searchRecords as search } from "../../ask/mod.ts";
import { defineTool, selectLimits, type Tool } from "../define.ts";
import { domain, limit, model, order } from "../fields.ts";
import { countRecords } from "./count_records.ts";
import { createRecord } from "./create_record.ts";
import { deleteRecord } from "./delete_record.ts";
import { describeModel } from "./describe_model.ts";
import { getRecord } from "./get_record.ts";
import { runAction } from "./run_action.ts";

/** The ecosystem's `odoo_search` answers ids only, as Odoo's own `search` does. */
const odooSearch = defineTool({
  name: "odoo_search",
  title: "Search ids",
  description: "Ids of the records that match an Odoo domain.",
  access: "read",
  toolset: "compat",
  aliasOf: "search_records",
  input: z.strictObject({
    model,
    domain: domain.optional(),
    limit: limit.optional(),
    offset: z.int().min(0).meta({ minimum: undefined }).optional(),
    order: order.optional(),
  }),
  output: z.object({ ids: z.array(z.number()) }),
  run: async (input, { odoo, limits }) => {
    const { rows, ...found } = await search(odoo, { ...input, fields: ["id"] }, selectLimits(limits));
    return { ids: rows.map((row) => row[0]), has_more: found.has_more, next: found.next };
  },
});

export const aliases: readonly Tool[] = [
  alias("read_records", getRecord),
  alias("search_count", countRecords),
  alias("get_fields", describeModel),
  alias("delete_records", deleteRecord),
  alias("execute_workflow", runAction, { signal: "action" }),
  alias("odoo_create", createRecord),
  alias("odoo_read", getRecord),
  odooSearch,
];

function alias(name: string, tool: Tool, words: Record<string, string> = {}): Tool {
  return { ...tool, name, aliasOf: tool.name, toolset: "compat", words: { ...tool.words, ...words } };
}
