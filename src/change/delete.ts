import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type ChangeOptions, planFor } from "./plan.ts";
import { checkIds, type Label, labelOf, readExisting } from "./records.ts";
import { send } from "./send.ts";

/** Records to delete. */
export interface DeleteRequest {
  model: string;
  ids: readonly number[];
}

/** What is gone. */
export interface DeleteAnswer {
  model: string;
  deleted: Label[];
}

/**
 * Deletes records for good: all or none, always with a confirmation that names them. A record that does not exist is
 * `E005` before anything is deleted.
 */
export async function deleteRecords(odoo: Odoo, request: DeleteRequest, options: ChangeOptions): Promise<DeleteAnswer> {
  const { model } = request;
  const ids = checkIds(model, request.ids);
  const labels = (await readExisting(odoo, model, ids)).map(labelOf);
  const fields = await odoo.fields(model);
  const notes = ["this can't be undone, and what Odoo hangs on these records may go with them"];
  if (fields.get("active")?.type === "boolean") notes.push("archiving (update with active: false) would keep them");
  await options.confirm(planFor("delete", "delete", model, labels, notes));
  await sendDelete(odoo, model, ids);
  return { model, deleted: labels };
}

/** Sends one `unlink`, which deletes all records or none. */
export async function sendDelete(odoo: Odoo, model: string, ids: number[]): Promise<void> {
  const shown = ids.length > 20 ? `${ids.slice(0, 20).join(", ")}, …` : ids.join(", ");
  const check = `Read ${model} ids [${shown}]: what is missing is deleted.`;
  const answer = await send(odoo, { model, method: "unlink", ids, effect: "write", check });
  // An override that forgets to pass the answer on gives null; false is Odoo's word for "nothing done".
  if (answer === false) {
    throw new Failure("E009", `Cannot tell whether ${model} was deleted: Odoo answered false`, {
      hint: check,
      applied: "unknown",
    });
  }
}
