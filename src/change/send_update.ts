import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { sendAndLook } from "./uncertain.ts";
import { createsLines, lookForUpdated } from "./uncertain_update.ts";

/**
 * Sends checked values in one `write`, which changes all records or none. A lost answer is followed by a look; not there,
 * the same values are written again, unless they create lines. `before` are rows of the records as they were, with
 * `write_date` and the fields written. Answers notes on how it went, mostly none.
 */
export async function sendUpdate(
  odoo: Odoo,
  model: string,
  ids: number[],
  checked: JsonObject,
  before: JsonObject[] = [],
): Promise<string[]> {
  const fields = JSON.stringify(["write_date", ...Object.keys(checked)]);
  const shown = ids.length > 20 ? `${ids.slice(0, 20).join(", ")}, …` : ids.join(", ");
  const { notes } = await sendAndLook<null>(odoo, {
    change: {
      model,
      method: "write",
      ids,
      params: { vals: checked },
      effect: "write",
      check: `Read ${model} ids [${shown}] with fields ${fields}: one write changes all of them or none.`,
    },
    read: () => null,
    look: () => lookForUpdated(odoo, { model, ids, sent: checked, before }),
    // Without rows from before, a look can't see whether somebody else was at them meanwhile.
    harmlessTwice: before.length > 0 && !createsLines(checked),
  });
  return notes;
}
