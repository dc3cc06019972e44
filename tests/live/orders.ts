/** Orders of a product of their own, and their deliveries, for tests of what happens to them. */
import assert from "node:assert/strict";
import { type ActionAnswer, type ActionOptions, createUndoKeeper, type Plan, runAction } from "../../src/change/mod.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { agreeing } from "../change/company.ts";
import type { LiveConnection } from "../support/live_connection.ts";

export const NONE = { allow: [], deny: [] };
export const NAME = "Live action test";

/** Actions of one caller. */
export interface Acting {
  options: ActionOptions & { dryRun: false };
  /** The plans that were agreed to. */
  plans: Plan[];
  run(model: string, id: number, action: string, args?: Record<string, unknown>): Promise<ActionAnswer>;
  goOn(answer: ActionAnswer, action: string, values?: Record<string, unknown>): Promise<ActionAnswer>;
}

/** Runs actions that share what outlives a call. */
export function acting(odoo: Odoo): Acting {
  const base = agreeing();
  const undo = createUndoKeeper({ store: base.store, caller: base.caller, keepMs: 3_600_000 });
  const options = { ...base, undo, actions: NONE };
  return {
    options,
    plans: options.plans,
    run: (model: string, id: number, action: string, args?: Record<string, unknown>) =>
      runAction(odoo, { model, ids: [id], action, args }, options),
    goOn: (answer: ActionAnswer, action: string, values: Record<string, unknown> = {}) =>
      runAction(odoo, { continue: answer.next?.continue, action, values }, options),
  };
}

export async function read(odoo: Odoo, model: string, ids: number[], fields: string[]): Promise<JsonObject[]> {
  return await odoo.call(model, "read", { ids, params: { fields }, cache: "never" }) as JsonObject[];
}

export async function write(odoo: Odoo, model: string, ids: number[], vals: JsonObject): Promise<void> {
  await odoo.call(model, "write", { ids, params: { vals }, effect: "write" });
}

export async function make(connection: LiveConnection, model: string, values: JsonObject): Promise<number> {
  const id = await connection.odoo.call(model, "create", { params: { vals_list: values }, effect: "write" });
  connection.keep(model, [id as number]);
  return id as number;
}

/** Puts away what Odoo does not let go: orders that were delivered are cancelled, their product and customer archived. */
export function tidying({ odoo }: LiveConnection): AsyncDisposable {
  const found = (model: string, domain: Json) => odoo.call(model, "search", { params: { domain } });
  const act = async (model: string, method: string, domain: Json, context: JsonObject = {}) => {
    const ids = await found(model, domain) as number[];
    if (ids.length > 0) await odoo.call(model, method, { ids, context, effect: "act" });
  };
  return {
    async [Symbol.asyncDispose]() {
      const orders = [["order_line.product_id.name", "=", NAME], ["state", "!=", "cancel"]];
      await act("sale.order", "action_cancel", orders, { disable_cancel_warning: true });
      await act("product.product", "action_archive", [["name", "=", NAME]]);
      await act("res.partner", "action_archive", [["name", "=", NAME]]);
    },
  };
}

/** A confirmed order of 4 pieces of a product of its own, so that nobody else's stock moves, and its delivery. */
export async function delivery(connection: LiveConnection): Promise<{ order: number; picking: number; move: number }> {
  const { odoo } = connection;
  const product = await make(connection, "product.product", {
    name: NAME,
    type: "consu",
    invoice_policy: "order",
    list_price: 100,
    taxes_id: [[5, 0, 0]],
  });
  const partner = await make(connection, "res.partner", { name: NAME, phone: "+1 555 0100" });
  const line = { product_id: product, product_uom_qty: 4 };
  const order = await make(connection, "sale.order", { partner_id: partner, order_line: [[0, 0, line]] });
  const answer = await acting(odoo).run("sale.order", order, "action_confirm");
  assert.deepEqual([answer.finished, answer.records[0]?.after?.["state"]], [true, "sale"]);
  // What it made is told with it: nobody has to search for the delivery.
  const made = answer.records[0]?.after?.["picking_ids"] as { count: number; ids: number[] };
  const [picking = 0] = made.ids;
  const [at] = await read(odoo, "stock.picking", [picking], ["move_lines"]);
  const [move = 0] = at?.["move_lines"] as number[];
  return { order, picking, move };
}

/** Runs with Odoo's question about text messages to the customer on or off, and puts the company back as it was. */
export async function withTexting(odoo: Odoo, asks: boolean, run: () => Promise<void>): Promise<void> {
  const names = ["stock_move_sms_validation", "has_received_warning_stock_sms"];
  const { id } = (await odoo.user()).company;
  const [before] = await read(odoo, "res.company", [id], names);
  const { id: _, ...kept } = before!;
  await write(odoo, "res.company", [id], { stock_move_sms_validation: asks, has_received_warning_stock_sms: !asks });
  try {
    await run();
  } finally {
    await write(odoo, "res.company", [id], kept);
  }
}
