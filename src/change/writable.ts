import type { Field } from "../odoo/mod.ts";

/** Fields Odoo fills by itself; what is written to them is ignored or, on some versions, kept and wrong. */
export const ODOO_S_OWN = ["id", "create_uid", "create_date", "write_uid", "write_date", "__last_update"];

/** Why a field can't be written, and what to do instead; nothing of a status, which depends on the one there is. */
export interface NotWritten {
  why: string;
  instead?: string;
}

/** Why a field can't be written and what to do instead, or null when it can. */
export function whyNotWritten(
  field: Field,
  mode: "create" | "update",
  writeStatus = false,
): NotWritten | null {
  if (ODOO_S_OWN.includes(field.name)) return { why: "Odoo fills it by itself", instead: "Leave it out." };
  const computed = field.depends.length > 0;
  if (isStatus(field)) return writeStatus && !computed ? null : statusRefused(mode);
  // Read-only is advice to Odoo's own pages: `states` may lift it (14), and a required field has to be given. But a stored
  // computed column is really overwritten by 14 and wrong from then on. A one2many has no column.
  const stored = field.stored && field.readonly && computed && field.type !== "one2many";
  if (!stored || (mode === "create" && field.required)) return null;
  return { why: "Odoo computes it", instead: `It follows from ${field.depends.slice(0, 5).join(", ")}.` };
}

/**
 * A status is a read-only selection: `state`, even where it is required (account.move) or follows from another model's
 * (account.payment, stock.picking), or one that is neither required nor computed. Stages are many2one fields, so data.
 */
export function isStatus({ type, readonly, name, depends, required }: Field): boolean {
  return type === "selection" && readonly && (name === "state" || (depends.length === 0 && !required));
}

/** A status follows from business logic: written by hand it leaves orders without deliveries. */
function statusRefused(mode: "create" | "update"): NotWritten {
  const why = "it is a status, which only actions change";
  return mode === "create" ? { why, instead: "Leave it out: a new record begins in its first status." } : { why };
}
