import * as z from "zod";
import { searchRecords as search } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { model, page, where } from "../fields.ts";
import { table } from "../output.ts";

export const complexSearch = defineTool({
  name: "complex_search",
  title: "Search with plain conditions",
  description: "Find records with conditions in plain words instead of an Odoo domain; the answer shows the domain " +
    "that was sent.",
  access: "read",
  toolset: "core",
  input: z.strictObject({ model, where, ...page }),
  output: table,
  run: (input, { odoo, limits }) => search(odoo, input, selectLimits(limits)),
});
