import { recordUrl } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { plainRow } from "./plain.ts";
import { type Label, labelOf, readRows } from "./records.ts";

/** One record as it is after a change. `row` is null, and `plain` empty, where it could not be read. */
export interface ReadBack {
  label: Label;
  url: string | null;
  /** As Odoo answered. */
  row: JsonObject | null;
  /** As answers show it. */
  plain: JsonObject;
}

/**
 * Reads records after a change, in the order of `ids`. The change has happened, so what can't be read is a note, never a
 * failure: a caller may be allowed to create what they may not see.
 */
export async function readBack(
  odoo: Odoo,
  model: string,
  ids: number[],
  fields: string[],
): Promise<{ records: ReadBack[]; notes: string[] }> {
  const notes: string[] = [];
  const rows = new Map<number, JsonObject>();
  try {
    for (const row of await readRows(odoo, model, ids, fields)) rows.set(Number(row["id"]), row);
    const gone = ids.filter((id) => !rows.has(id));
    if (gone.length > 0) notes.push(`Not there any more when read back: ${gone.map((id) => `#${id}`).join(", ")}.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    notes.push(`The change is done; reading it back failed: ${error.message}`);
  }
  const version = await odoo.version();
  const records = await Promise.all(ids.map(async (id): Promise<ReadBack> => {
    const row = rows.get(id) ?? null;
    const plain = row === null ? {} : await plainRow(odoo, model, row);
    const label = row === null ? { id, display_name: null } : labelOf(row);
    return { label, url: recordUrl(odoo.webUrl, version, model, id), row, plain };
  }));
  return { records, notes };
}
