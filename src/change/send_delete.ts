import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import { sendAndLook } from "./uncertain.ts";

/**
 * Sends an `unlink`, which deletes all records or none, until they are gone: a second one finds nothing to do. Answers
 * notes on how it went, mostly none.
 */
export async function sendDelete(odoo: Odoo, model: string, ids: number[]): Promise<string[]> {
  const shown = ids.length > 20 ? `${ids.slice(0, 20).join(", ")}, …` : ids.join(", ");
  const { notes } = await sendAndLook<null>(odoo, {
    change: {
      model,
      method: "unlink",
      ids,
      effect: "write",
      check: `Read ${model} ids [${shown}]: what is missing is deleted.`,
    },
    read: (answer) => {
      // An override that forgets to pass the answer on gives null; false is Odoo's word for "nothing done".
      if (answer !== false) return null;
      throw new Failure("E009", `Cannot tell whether ${model} was deleted: Odoo answered false`, {
        applied: "unknown",
      });
    },
    look: async () => {
      const left = await odoo.call(model, "search_count", {
        params: { domain: [["id", "in", ids]] },
        context: { active_test: false },
        cache: "never",
      });
      if (left === 0) return { is: "done", result: null };
      if (left === ids.length) return { is: "absent" };
      return { is: "unclear", saw: `${left} of ${ids.length} are still there, though one call deletes all or none.` };
    },
    harmlessTwice: true,
  });
  return notes;
}
