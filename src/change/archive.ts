import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { DeleteRequest } from "./delete.ts";
import type { DryRun } from "./dry_run.ts";
import type { ChangeOptions } from "./plan.ts";
import type { Label } from "./records.ts";
import type { UndoOffer } from "./undo_keeper.ts";
import { updateRecords } from "./update.ts";

/** What was archived instead of deleted. */
export interface ArchiveAnswer {
  model: string;
  company?: { id: number; name: string };
  archived: Label[];
  notes?: string[];
  undo?: UndoOffer;
}

/** Archives records, which keeps all that hangs on them and can be undone. `E013` where the model has no archive. */
export async function archiveRecords(
  odoo: Odoo,
  { model, ids, company }: DeleteRequest,
  options: ChangeOptions,
): Promise<ArchiveAnswer | DryRun> {
  const fields = await odoo.fields(model);
  if (fields.get("active")?.type !== "boolean") {
    throw new Failure("E013", `Cannot archive ${model}: it has no field active`, {
      hint: "Leave archive out to delete the records for good.",
    });
  }
  const answer = await updateRecords(
    odoo,
    { model, ids, values: { active: false }, company, does: "archive" },
    options,
  );
  if ("dry_run" in answer) return answer;
  const { records, ids: _, ...rest } = answer;
  return { ...rest, archived: records.map(({ id, display_name }) => ({ id, display_name })) };
}
