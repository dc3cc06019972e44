/** What a transfer of goods moves, for plans: whoever confirms must see that 2 of 5 go, and whether they are there. */
import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Origin } from "./action_outcome.ts";
import { labelOf, readRows } from "./records.ts";
import { listOf } from "./undo_look.ts";

/** Where the moves of documents stand, 14 to 16 and later ones. */
const MOVES: Readonly<Record<string, readonly string[]>> = { "stock.picking": ["move_lines", "move_ids"] };
/** Most moves a plan tells. */
const SHOWN = 20;

/** One line for each product: `Office Chair: 5 asked for, 3 reserved, 2 done`. None where a model moves no goods. */
export async function goodsLines(odoo: Odoo, { model, ids }: Origin): Promise<string[]> {
  const fields = await odoo.fields(model);
  const field = (MOVES[model] ?? []).flatMap((name) => fields.get(name) ?? [])[0];
  if (field?.relation === undefined) return [];
  try {
    const rows = await readRows(odoo, model, ids, [field.name]);
    const moves = rows.flatMap((row) => listOf(row[field.name]));
    if (moves.length === 0) return [];
    const known = await odoo.fields(field.relation);
    // 17 and later keep one quantity for both, and say with picked that it is done.
    const names = [
      "product_id",
      "product_uom_qty",
      "reserved_availability",
      "quantity_done",
      "quantity",
      "picked",
      "state",
    ]
      .filter((name) => known.has(name));
    const read = await readRows(odoo, field.relation, moves.slice(0, SHOWN), names);
    const open = read.filter(({ state }) => state !== "done" && state !== "cancel");
    const more = moves.length > SHOWN ? [`… and ${moves.length - SHOWN} more products`] : [];
    return [...open.map((move) => lineOf(move, names.includes("quantity_done"))), ...more];
  } catch (error) {
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    return [`what it moves could not be read: ${error.message}`];
  }
}

function lineOf(move: JsonObject, isOld: boolean): string {
  const number = (value: Json | undefined) => Number(value ?? 0);
  const reserved = number(isOld ? move["reserved_availability"] : move["quantity"]);
  const done = isOld ? number(move["quantity_done"]) : move["picked"] === true ? number(move["quantity"]) : 0;
  const product = move["product_id"];
  const name = Array.isArray(product) ? String(product[1]) : labelOf(move).display_name ?? `#${move["id"]}`;
  const short = isOld && done > reserved ? "; more than is reserved, so stock may fall below zero" : "";
  return `${name}: ${number(move["product_uom_qty"])} asked for, ${reserved} reserved, ${done} done${short}`;
}
