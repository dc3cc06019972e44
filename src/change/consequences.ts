import type { Odoo } from "../odoo/mod.ts";
import type { Origin } from "./action_outcome.ts";
import { CONSEQUENCES, type DefaultAction } from "./default_action.ts";
import { goodsLines } from "./goods.ts";

/** What an action does beyond the status of its records, for its plan: what it moves, sends and posts. */
export async function consequencesOf(odoo: Odoo, origin: Origin, known: DefaultAction | undefined): Promise<string[]> {
  const tells = known?.tells ?? [];
  const goods = tells.includes("valuation") ? await goodsLines(odoo, origin) : [];
  return [...goods, ...tells.map((one) => CONSEQUENCES[one])];
}
