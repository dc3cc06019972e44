import * as z from "zod";
import { getRecords } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { fields, idList, model } from "../fields.ts";

export const getRecord = defineTool({
  name: "get_record",
  title: "Read records by id",
  description: "Read records whose ids are known, with a link to each; tells which ids do not exist.",
  access: "read",
  toolset: "core",
  input: z.strictObject({ model, ids: idList, fields: fields.optional() }),
  output: z.object({ records: z.array(z.looseObject({})), missing: z.array(z.number()) }),
  run: (input, { odoo, limits }) => getRecords(odoo, input, selectLimits(limits)),
});
