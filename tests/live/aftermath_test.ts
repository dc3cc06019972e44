/** What a change did beside what was asked is told, and undo is offered only where it works. */
import assert from "node:assert/strict";
import { undoChange, type UndoOffer } from "../../src/change/mod.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { connectLive, type LiveConnection } from "../support/live_connection.ts";
import { liveTest } from "../support/live.ts";
import { acting, delivery, read, tidying, withTexting, write } from "./orders.ts";

function tokenOf(undo: UndoOffer | undefined): string {
  assert.ok(undo !== undefined && "token" in undo, JSON.stringify(undo));
  return undo.token;
}

function whyNot(undo: UndoOffer | undefined): string {
  assert.ok(undo !== undefined && "impossible" in undo, JSON.stringify(undo));
  return undo.impossible;
}

/** An order of 4 of which 1 was delivered; the delivery of the rest is open. */
async function partlyDelivered(connection: LiveConnection): Promise<{ order: number; rest: number }> {
  const { odoo } = connection;
  const { order, picking, move } = await delivery(connection);
  const { run, goOn } = acting(odoo);
  await write(odoo, "stock.move", [move], { quantity_done: 1 });
  const done = await goOn(await run("stock.picking", picking, "button_validate"), "process");
  assert.equal(done.records[0]?.after?.["state"], "done");
  const [rest = 0] = (done.records[0]?.after?.["backorder_ids"] as { ids: number[] }).ids;
  return { order, rest };
}

liveTest(
  "a cancel that stops at its wizard tells the delivery it cancelled already; undo is offered where it works",
  async (live) => {
    await using connection = connectLive(live, "jsonrpc");
    await using _tidy = tidying(connection);
    const { odoo } = connection;
    await withTexting(odoo, false, async () => {
      const { order, rest } = await partlyDelivered(connection);
      const { run, goOn, options } = acting(odoo);
      const asked = await run("sale.order", order, "action_cancel");
      assert.deepEqual([asked.finished, asked.records[0]?.after?.["state"]], [false, "sale"]);
      assert.equal((await read(odoo, "stock.picking", [rest], ["state"]))[0]?.["state"], "cancel");
      assert.match(String(asked.documents), new RegExp(`^stock\\.picking WH/OUT/\\d+ #${rest}: \\w+ → cancel$`));
      assert.match(asked.next?.how ?? "", /done already .* stays so/);
      assert.match(whyNot(asked.undo), /1 document stays; cancel the order, then action_draft and action_confirm/);

      const cancelled = await goOn(asked, "action_cancel");
      assert.deepEqual([cancelled.finished, cancelled.records[0]?.after?.["state"]], [true, "cancel"]);
      const undone = await undoChange(odoo, { token: tokenOf(cancelled.undo) }, options);
      assert.match(String(undone.remains), /deliveries stay cancelled/);
      const confirmed = await run("sale.order", order, "action_confirm");
      const [now] = await read(odoo, "sale.order", [order], ["state", "picking_ids"]);
      assert.equal(now?.["state"], "sale");
      assert.equal((now?.["picking_ids"] as number[]).length, 3);
      assert.match(whyNot(confirmed.undo), /goods of it were delivered/);
    });
  },
);
