import * as z from "zod";
import { getMetadata as metadata } from "../../ask/mod.ts";
import { defineTool } from "../define.ts";
import { idList, model } from "../fields.ts";

export const getMetadata = defineTool({
  name: "get_metadata",
  title: "Who created and changed it",
  description: "When records were created and last changed, by whom, and their external ids.",
  access: "read",
  toolset: "core",
  input: z.strictObject({ model, ids: idList }),
  output: z.object({ records: z.array(z.looseObject({})), missing: z.array(z.number()) }),
  run: (input, { odoo }) => metadata(odoo, input),
});
