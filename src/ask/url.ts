import type { Version } from "../odoo/mod.ts";

/** The address that opens a record in Odoo's web client; null where there is no web client. */
export function recordUrl(webUrl: string | null, version: Version, model: string, id: number): string | null {
  if (webUrl === null) return null;
  if (version.major < 18) return `${webUrl}/web#id=${id}&model=${model}&view_type=form`;
  // From 18 on a path names actions and models; what has no dot would be taken for an action.
  return `${webUrl}/odoo/${model.includes(".") ? model : `m-${model}`}/${id}`;
}
