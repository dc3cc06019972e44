import type { JsonObject } from "../lib/json.ts";
import type { Store } from "../lib/store/store.ts";
import type { Odoo } from "../odoo/mod.ts";
import { readIds } from "./once_create.ts";
import { type Outcome, sendAndLook } from "./uncertain.ts";
import { lookForCreated, sinceDomain } from "./uncertain_create.ts";
import { createsOf } from "./uncertain_others.ts";

/**
 * Sends checked values in one `create`, which keeps all records or none, and once: a lost answer is followed by a look
 * among the records this user created since. Answers the new ids in the same order.
 */
export async function sendCreate(
  odoo: Odoo,
  model: string,
  checked: JsonObject[],
  store: Store,
): Promise<Outcome<number[]>> {
  const begun = Date.now();
  const { id: userId } = await odoo.user();
  const creates = createsOf(store);
  const place = `${odoo.instance} ${odoo.webUrl} ${userId} ${model}`;
  return await creates.during(place, checked, async (isAlone) => {
    const outcome = await sendAndLook<number[]>(odoo, {
      change: {
        model,
        method: "create",
        params: { vals_list: checked },
        effect: "write",
        check:
          `Search ${model} with domain ${JSON.stringify(sinceDomain(userId, begun))} (UTC; the clocks of the two ` +
          "servers may differ).",
      },
      read: (answer) => readIds(answer, checked.length, model),
      look: () => {
        const isOthers = (id: number) => creates.wasTold(place, id);
        return lookForCreated(odoo, { model, sent: checked, begun, isOthers, isAlone });
      },
      harmlessTwice: false,
    });
    creates.tell(place, outcome.result);
    return outcome;
  });
}
