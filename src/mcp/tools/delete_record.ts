import * as z from "zod";
import { archiveRecords, deleteRecords } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { company, idList, model } from "../fields.ts";

export const deleteRecord = defineTool({
  name: "delete_record",
  title: "Delete records",
  description: "Delete records for good, all or none; needs confirmation. archive: true archives them instead, which " +
    "can be undone.",
  access: "destroy",
  toolset: "core",
  input: z.strictObject({ model, ids: idList, archive: z.boolean().optional(), company: company.optional() }),
  output: z.object({
    deleted: z.array(z.looseObject({})).optional(),
    archived: z.array(z.looseObject({})).optional(),
  }),
  run: ({ archive, ...input }, { odoo, change }) =>
    archive === true ? archiveRecords(odoo, input, change) : deleteRecords(odoo, input, change),
});
