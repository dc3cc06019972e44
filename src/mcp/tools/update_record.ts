import * as z from "zod";
import { updateRecords } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { company, idList, model, values } from "../fields.ts";

export const updateRecord = defineTool({
  name: "update_record",
  title: "Change records",
  description: "Write the same values to records, all or none; answers each field before and after. Lines as {add, " +
    "remove, create, update, set}. A status is changed with run_action instead.",
  access: "write",
  toolset: "core",
  idempotent: true,
  input: z.strictObject({
    model,
    ids: idList,
    values,
    if_unchanged_since: z.string().min(1).describe("write_date as read").optional(),
    expect: values.describe("Old values by field; else a conflict").optional(),
    company: company.optional(),
  }),
  output: z.object({ records: z.array(z.looseObject({})) }),
  run: (input, { odoo, change }) => updateRecords(odoo, input, change),
});
