import * as z from "zod";
import { searchRecords as search } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { domain, model, page } from "../fields.ts";
import { table } from "../output.ts";

export const searchRecords = defineTool({
  name: "search_records",
  title: "Search records",
  description: "Find records of a model with an Odoo domain; answers a table. For plain-word conditions and relative " +
    "dates use complex_search.",
  access: "read",
  toolset: "core",
  input: z.strictObject({ model, domain: domain.optional(), ...page }),
  output: table,
  run: (input, { odoo, limits }) => search(odoo, input, selectLimits(limits)),
});
