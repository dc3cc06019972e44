import * as z from "zod";
import { updateRecords } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { idList, model, values } from "../fields.ts";

export const updateRecord = defineTool({
  name: "update_record",
  title: "Change records",
  description: "Write the same values to records, all or none; answers each field before and after. Lines as {add, " +
    "remove, create, update, set}. A status is changed with run_action instead.",
  access: "write",
  toolset: "core",
  idempotent: true,
  input: z.strictObject({ model, ids: idList, values }),
  output: z.object({ records: z.array(z.looseObject({})) }),
  run: (input, { odoo, confirm, limits }) => updateRecords(odoo, input, { confirm, guardedRows: limits.guardedRows }),
});
