import * as z from "zod";
import { runBatch } from "../../change/mod.ts";
import { Failure } from "../../lib/failure.ts";
import { inTime } from "../clock.ts";
import { defineTool } from "../define.ts";
import { company, model, values } from "../fields.ts";

/** How long a batch that was cancelled, or whose time is up, may take to end: the call under way, and taking back. */
const END_MS = 30_000;

/** The kinds of operations, and the tools that do the same one by one. */
const TOOLS = { create: "create_record", update: "update_record", delete: "delete_record", action: "run_action" };
const OPS = ["create", "update", "delete", "action"] as const;

const operation = z.strictObject({
  op: z.enum(OPS),
  model,
  ids: z.array(z.union([z.int().min(1).max(2 ** 31 - 1), z.string().min(1).max(20)])).min(1).max(5000).optional(),
  values: values.optional(),
  action: z.string().min(1).max(128).optional(),
});

export const batchOperation = defineTool({
  name: "batch_operation",
  title: "Several changes at once",
  description: 'Up to 5000 operations in order. "$1.id" in ids or values is the record of operation 1. on_error: ' +
    "rollback (default) is one transaction, refused where Odoo has none for it; undo takes back what was done; stop " +
    "and continue keep it. Tells each item's fate.",
  access: "act",
  toolset: "core",
  keyed: true,
  input: z.strictObject({
    operations: z.array(operation).min(1).max(5000).meta({
      items: {
        type: "object",
        properties: {
          op: { type: "string", enum: [...OPS] },
          model: { type: "string" },
          ids: { type: "array", items: { anyOf: [{ type: "integer" }, { type: "string" }] } },
          values: { type: "object" },
          action: { type: "string" },
        },
        required: ["op", "model"],
      },
      minItems: undefined,
      maxItems: undefined,
    }),
    on_error: z.enum(["rollback", "undo", "stop", "continue"]).optional(),
    company: company.optional(),
  }),
  output: z.object({ items: z.array(z.looseObject({})) }),
  run: async (input, { odoo, odooUntil, ms, change, limits, progress }) => {
    const off = OPS.find((op) => limits.excluded.includes(TOOLS[op]) && input.operations.some((one) => one.op === op));
    if (off !== undefined) {
      throw new Failure("E011", `Cannot run a batch with "${off}": the operator has switched ${TOOLS[off]} off`, {
        hint: "Leave these operations out.",
        details: { rule: "exclude_tools" },
      });
    }
    const options = { ...change, actions: limits.actions, progress };
    if (change.dryRun) return await runBatch(odoo, input, options);
    // Between its calls it obeys the client; a call under way goes on, so that its fate can be told.
    const clock = { signal: new AbortController().signal, toolMs: ms + END_MS, retryable: false };
    return await inTime(
      clock,
      (signal) => runBatch(odooUntil(signal), input, { ...options, ends: { signal: odoo.signal, ms } }),
    );
  },
});
