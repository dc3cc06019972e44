import * as z from "zod";
import { runBatch } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { ids, model, values } from "../fields.ts";

const operation = z.strictObject({
  op: z.enum(["create", "update", "delete"]),
  model,
  ids: ids.optional(),
  values: values.optional(),
});

export const batchOperation = defineTool({
  name: "batch_operation",
  title: "Several changes at once",
  description: "Several creates, updates and deletes in order. on_error rollback (default) keeps all or nothing and " +
    "is refused where Odoo can't promise that; stop and continue keep what was done. Tells each item's fate.",
  access: "destroy",
  toolset: "core",
  input: z.strictObject({
    operations: z.array(operation).min(1).max(5000).meta({
      items: {
        type: "object",
        properties: {
          op: { type: "string", enum: ["create", "update", "delete"] },
          model: { type: "string" },
          ids: { type: "array", items: { type: "integer" } },
          values: { type: "object" },
        },
        required: ["op", "model"],
      },
      minItems: undefined,
      maxItems: undefined,
    }),
    on_error: z.enum(["rollback", "stop", "continue"]).optional(),
  }),
  output: z.object({ items: z.array(z.looseObject({})) }),
  run: (input, { odoo, confirm, limits, progress }) =>
    runBatch(odoo, input, { confirm, progress, guardedRows: limits.guardedRows }),
});
