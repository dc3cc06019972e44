import * as z from "zod";
import { createRecords } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { company, model, values } from "../fields.ts";

export const createRecord = defineTool({
  name: "create_record",
  title: "Create records",
  description: "Create records, all or none. Values by field name; names work for relations and labels for " +
    "selections; lines as {create: [...]}. Answers what Odoo filled in.",
  access: "write",
  toolset: "core",
  keyed: true,
  input: z.strictObject({
    model,
    values: z.union([values.transform((one) => [one]), z.array(values).min(1)])
      .meta({ anyOf: undefined, type: "array", items: { type: "object" } }).describe("One object for each record"),
    company: company.optional(),
  }),
  output: z.object({ ids: z.array(z.number()).optional(), records: z.array(z.looseObject({})) }),
  run: (input, { odoo, change }) => createRecords(odoo, input, change),
});
