/** What a change did beside what was asked is told, and undo is offered only where it works. */
import assert from "node:assert/strict";
import { undoChange, type UndoOffer, updateRecords } from "../../src/change/mod.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { connectLive, type LiveConnection } from "../support/live_connection.ts";
import { liveTest } from "../support/live.ts";
import { acting, delivery, make, NAME, read, tidying, withTexting, write } from "./orders.ts";

function tokenOf(undo: UndoOffer | undefined): string {
  assert.ok(undo !== undefined && "token" in undo, JSON.stringify(undo));
  return undo.token;
}

function whyNot(undo: UndoOffer | undefined): string {
  assert.ok(undo !== undefined && "impossible" in undo, JSON.stringify(undo));
  return undo.impossible;
}

liveTest(
  "a delivery's plans say what moves; its answer says that it is final, and a return begins from it",
  async (live) => {
    await using connection = connectLive(live, "jsonrpc");
    await using _tidy = tidying(connection);
    const { odoo } = connection;
    await withTexting(odoo, true, async () => {
      const { picking, move } = await delivery(connection);
      const { run, goOn, plans } = acting(odoo);
      await write(odoo, "stock.move", [move], { quantity_done: 1 });
      const short = await run("stock.picking", picking, "button_validate");
      assert.match(plans.at(-1)!.lines.join("\n"), /Live action test: 4 asked for, \d reserved, 1 done/);
      const texting = await goOn(short, "process");
      const done = await goOn(texting, "dont_send_sms");
      assert.match(plans.at(-1)!.lines.join("\n"), /4 asked for, .* 1 done[^]*it may post journal entries/);
      assert.match(whyNot(done.undo), /final, .* act_stock_return_picking begins a return/);
      assert.match(String(done.notes), /switched off for the whole company/);
      const back = await run("stock.picking", picking, "act_stock_return_picking");
      const made = await goOn(back, "create_returns");
      const [returned] = made.next?.ids ?? [];
      const [row] = await read(odoo, "stock.picking", [returned!], ["state", "origin"]);
      assert.match(String(row?.["origin"]), /^Return of WH\/OUT/);
      await run("stock.picking", returned!, "action_cancel");
    });
  },
);

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

liveTest(
  "what a change of the salesperson moves beside is told, and comes back as far as it can be written",
  async (live) => {
    await using connection = connectLive(live, "jsonrpc");
    await using _tidy = tidying(connection);
    const { odoo } = connection;
    const { options } = acting(odoo);
    const search = async (model: string, domain: Json[]) =>
      await odoo.call(model, "search", { params: { domain } }) as number[];
    const me = (await odoo.user()).id;
    const [demo = 0] = await search("res.users", [["login", "=", "demo"]]);
    const mine = await make(connection, "crm.team", { name: NAME, user_id: me, member_ids: [[6, 0, [me]]] });
    const leads = await Promise.all(
      [1, 2].map(() => make(connection, "crm.lead", { name: NAME, type: "opportunity", user_id: me, team_id: mine })),
    );
    for (const ids of [leads.slice(0, 1), leads]) {
      // Odoo tells times by the second.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const names = ["user_id", "team_id", "date_open"];
      const before = await read(odoo, "crm.lead", ids, names);
      const request = { model: "crm.lead", ids, values: { user_id: demo } };
      const dry = await updateRecords(odoo, request, { ...options, dryRun: true as boolean });
      assert.ok("dry_run" in dry);
      assert.match(String(dry.notes), /Odoo tells Marc Demo of the assignment/);
      for (const record of dry.records) {
        const moved = record["also_changed"] as Record<string, JsonObject>;
        assert.deepEqual(moved["team_id"]?.["before"], { id: mine, name: NAME });
      }
      const changed = await updateRecords(odoo, request, options);
      for (const record of changed.records) {
        assert.ok("team_id" in record.also_changed!, JSON.stringify(record));
        assert.ok("date_open" in record.also_changed!, JSON.stringify(record));
      }
      const mails = [["model", "=", "crm.lead"], ["res_id", "in", ids]];
      const sent = (await search("mail.mail", mails)).length;
      const token = tokenOf(changed.undo);
      const again = await undoChange(odoo, { token }, { ...options, dryRun: true });
      const undone = await undoChange(odoo, { token }, options);
      const after = await read(odoo, "crm.lead", ids, names);
      assert.deepEqual(
        after.map(({ team_id }) => team_id),
        before.map(({ team_id }) => team_id),
      );
      assert.match(String(undone.remains), /Odoo tells .* of the assignment/);
      assert.equal(undone.complete, false);
      assert.match(String(undone.remains), /date_open.* of crm\.lead: Odoo sets it by itself/);
      assert.deepEqual(again.remains, undone.remains, "the dry run told it");
      // Who is responsible again is not told of it a second time.
      assert.equal((await search("mail.mail", mails)).length, sent);
    }
  },
);
