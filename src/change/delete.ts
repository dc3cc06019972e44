import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import { cascadeLines, findCascade, type Hanging } from "./cascade.ts";
import { inCompany } from "./company.ts";
import type { DryRun } from "./dry_run.ts";
import { tryDelete } from "./dry_run_delete.ts";
import { type ChangeOptions, lookOf, planFor } from "./plan.ts";
import { checkIds, type Label, labelOf, readExisting } from "./records.ts";
import { sendDelete } from "./send_delete.ts";

/** Records to delete, or to archive. */
export interface DeleteRequest {
  model: string;
  ids: readonly number[];
  /** The company to work in, by name or id; the user's own where absent. */
  company?: string | number | undefined;
}

/** What is gone. */
export interface DeleteAnswer {
  model: string;
  /** The company it was done in, where there are several. */
  company?: { id: number; name: string };
  deleted: Label[];
  notes?: string[];
  /** What hung on the records and went with them, as it was counted before. */
  went_with_it?: Hanging[];
}

/**
 * Deletes records for good: all or none, always with a confirmation that names them and what goes with them. A record
 * that does not exist is `E005` before anything is deleted.
 */
export async function deleteRecords(
  odoo: Odoo,
  request: DeleteRequest,
  options: ChangeOptions & { dryRun: false },
): Promise<DeleteAnswer>;
export async function deleteRecords(
  odoo: Odoo,
  request: DeleteRequest,
  options: ChangeOptions,
): Promise<DeleteAnswer | DryRun>;
export async function deleteRecords(
  anywhere: Odoo,
  request: DeleteRequest,
  options: ChangeOptions,
): Promise<DeleteAnswer | DryRun> {
  const { model } = request;
  const ids = checkIds(model, request.ids);
  const { odoo, echo } = await inCompany(anywhere, request.company);
  // First alone: what hangs on records that don't exist is not counted.
  const rows = await readExisting(odoo, model, ids);
  const [cascade, fields] = await Promise.all([findCascade(odoo, model, ids), odoo.fields(model)]);
  const labels = rows.map(labelOf);
  const notes = [...cascadeLines(cascade), "this can't be undone"];
  const archivable = fields.get("active")?.type === "boolean";
  if (archivable) notes.push("archiving (archive: true) would keep them, and can be undone");
  const plan = planFor("delete", "delete", model, labels, notes, lookOf(rows));
  if (options.dryRun) return await tryDelete(odoo, { model, rows, cascade, archivable, plan, ...echo }, options);
  await options.confirm(plan);
  const said = await sendDelete(odoo, model, ids).catch((error: unknown) => {
    throw archivable ? orArchive(error) : error;
  });
  const { goes_with_it: gone } = cascade;
  return {
    model,
    ...echo,
    deleted: labels,
    ...(gone.length > 0 && { went_with_it: gone }),
    ...(said.length > 0 && { notes: said }),
  };
}

/** Odoo's own refusal, word for word, with the way that stays open. */
function orArchive(error: unknown): unknown {
  if (!(error instanceof Failure) || error.code !== "E004" || error.hint !== "") return error;
  const hint = "archive: true archives them instead, which can be undone.";
  return new Failure(error.code, error.message, { hint, details: error.details, cause: error });
}
