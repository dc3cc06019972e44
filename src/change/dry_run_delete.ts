import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Cascade } from "./cascade.ts";
import { type DryRun, finishDryRun, missingRights, SHOWN } from "./dry_run.ts";
import { type ChangeOptions, countOf, type Plan } from "./plan.ts";
import { labelOf } from "./records.ts";

/** Records that would be deleted, and what hangs on them. */
export interface DeleteToTry {
  model: string;
  rows: JsonObject[];
  cascade: Cascade;
  archivable: boolean;
  plan: Plan;
  company?: { id: number; name: string };
}

/** What a delete would take with it, and what stands against it. */
export async function tryDelete(odoo: Odoo, attempt: DeleteToTry, options: ChangeOptions): Promise<DryRun> {
  const { model, rows, cascade, archivable, plan, company } = attempt;
  const ids = rows.map((row) => Number(row["id"]));
  const { goes_with_it, blocked_by, either, notes } = cascade;
  return await finishDryRun(
    {
      model,
      would: `delete ${countOf(rows.length, model)}`,
      ...(company !== undefined && { company }),
      records: rows.slice(0, SHOWN).map((row) => ({ ...labelOf(row) })),
      ...(rows.length > SHOWN && { more: rows.length - SHOWN }),
      ...(goes_with_it.length > 0 && { goes_with_it }),
      ...(blocked_by.length > 0 && { blocked_by }),
      ...(either.length > 0 && { goes_or_blocks: either }),
      missing_rights: await missingRights(odoo, [{ model, right: "unlink", ids }]),
      notes: [
        ...notes,
        ...(archivable && blocked_by.length > 0 ? ["Archiving (archive: true) keeps them, and can be undone."] : []),
        "Records this user may not see are not counted, and a model's own rules may still refuse.",
      ],
    },
    plan,
    options,
  );
}
