import * as z from "zod";
import { deleteRecords } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { idList, model } from "../fields.ts";

export const deleteRecord = defineTool({
  name: "delete_record",
  title: "Delete records",
  description: "Delete records for good, all or none; needs confirmation. Archiving (update_record active: false) is " +
    "often better.",
  access: "destroy",
  toolset: "core",
  input: z.strictObject({ model, ids: idList }),
  output: z.object({ deleted: z.array(z.looseObject({})) }),
  run: (input, { odoo, confirm, limits }) => deleteRecords(odoo, input, { confirm, guardedRows: limits.guardedRows }),
});
