import { encode } from "gpt-tokenizer/encoding/o200k_base";
import assert from "node:assert/strict";
import { runAction } from "../../src/change/mod.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { agreeing } from "../change/company.ts";
import { failureOf } from "../odoo/calls.ts";
import { connectLive } from "../support/live_connection.ts";
import { liveTest } from "../support/live.ts";
import { acting, delivery, make, NAME, NONE, read, tidying, withTexting, write } from "./orders.ts";

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  liveTest(
    `half an order is delivered with a backorder, through a chain of wizards, over ${protocol}`,
    async (live) => {
      await using connection = connectLive(live, protocol);
      await using _tidy = tidying(connection);
      const { odoo } = connection;
      await withTexting(odoo, true, async () => {
        const { picking, move } = await delivery(connection);
        const { run, goOn, plans } = acting(odoo);
        const asked = await run("stock.picking", picking, "button_validate");
        assert.deepEqual([asked.finished, asked.next?.model], [false, "stock.immediate.transfer"]);
        await write(odoo, "stock.move", [move], { quantity_done: 1 });
        const short = await run("stock.picking", picking, "button_validate");
        assert.equal(short.next?.model, "stock.backorder.confirmation");
        assert.deepEqual(short.next?.actions?.map(({ action }) => action), ["process", "process_cancel_backorder"]);
        assert.equal(short.records[0]?.after?.["state"], "assigned");
        const texting = await goOn(short, "process");
        if (protocol === "xmlrpc") {
          // This window holds None, which XML-RPC can't carry.
          assert.deepEqual(texting.records[0]?.after?.["state"], "assigned");
          assert.match(texting.notes?.join() ?? "", /may hide a window .* JSON-RPC shows it/);
          return;
        }
        assert.deepEqual([texting.finished, texting.next?.model], [false, "confirm.stock.sms"]);
        const done = await goOn(texting, "dont_send_sms");
        assert.deepEqual([done.finished, done.model, done.records[0]?.id], [true, "stock.picking", picking]);
        assert.deepEqual([done.records[0]?.before["state"], done.records[0]?.after?.["state"]], ["assigned", "done"]);
        const rest = await odoo.call("stock.picking", "search_read", {
          params: { domain: [["backorder_id", "=", picking]], fields: ["state", "move_lines"] },
        }) as JsonObject[];
        assert.equal(rest.length, 1);
        assert.deepEqual(done.records[0]?.after?.["backorder_ids"], { count: 1, ids: [rest[0]!["id"]] });
        const [open] = await read(odoo, "stock.move", rest[0]!["move_lines"] as number[], ["product_uom_qty"]);
        assert.equal(open?.["product_uom_qty"], 3);
        assert.match(plans.at(-2)!.lines.join("\n"), /deliver what is done, the rest later.*WH\/OUT/);
        assert.match(plans.at(-2)!.lines.join("\n"), /it may send mail to customers/);
        const again = await failureOf(goOn(short, "process"));
        assert.deepEqual([again.code, /used already/.test(again.message)], ["E010", true]);
      });
    },
  );

  liveTest(`the rest of an order is given up without a backorder, over ${protocol}`, async (live) => {
    await using connection = connectLive(live, protocol);
    await using _tidy = tidying(connection);
    const { odoo } = connection;
    await withTexting(odoo, false, async () => {
      const { picking, move } = await delivery(connection);
      const { run, goOn } = acting(odoo);
      await write(odoo, "stock.move", [move], { quantity_done: 3 });
      const done = await goOn(await run("stock.picking", picking, "button_validate"), "process_cancel_backorder");
      assert.deepEqual([done.finished, done.records[0]?.after?.["state"]], [true, "done"]);
      const rest = await odoo.call("stock.picking", "search_count", {
        params: { domain: [["backorder_id", "=", picking], ["state", "!=", "cancel"]] },
      });
      assert.equal(rest, 0);
      const refused = await failureOf(run("stock.picking", picking, "button_validate"));
      assert.match(refused.message, /is done, and it runs from draft or waiting .* or assigned/);
    });
  });
}

liveTest("a backorder wizard is shown in under 300 tokens, and its dry run changes nothing", async (live) => {
  await using connection = connectLive(live, "jsonrpc");
  await using _tidy = tidying(connection);
  const { odoo } = connection;
  await withTexting(odoo, false, async () => {
    const { picking, move } = await delivery(connection);
    await write(odoo, "stock.move", [move], { quantity_done: 1 });
    const answer = await acting(odoo).run("stock.picking", picking, "button_validate");
    const tokens = encode(JSON.stringify(answer.next)).length;
    assert.ok(tokens < 300, `${tokens} tokens`);
    assert.match(answer.next?.text ?? "", /less products than the initial demand/);
    connection.sent.length = 0;
    const dry = await runAction(odoo, { continue: answer.next?.continue, action: "process" }, {
      ...agreeing(),
      dryRun: true as boolean,
      actions: NONE,
    });
    assert.ok("dry_run" in dry && dry.possible);
    assert.deepEqual(connection.changes(), []);
  });
});

liveTest(
  "an order is invoiced, posted, paid in part with names, and its invoice can't be posted again",
  async (live) => {
    await using connection = connectLive(live, "jsonrpc");
    await using _tidy = tidying(connection);
    const { odoo } = connection;
    const { order } = await delivery(connection);
    const { run, goOn, plans } = acting(odoo);
    const asked = await run("sale.order", order, "create_invoices");
    assert.deepEqual(asked.next?.fields?.[0], {
      name: "advance_payment_method",
      label: "Create Invoice",
      type: "selection",
      required: true,
      default: "delivered",
      options: {
        delivered: "Regular invoice",
        percentage: "Down payment (percentage)",
        fixed: "Down payment (fixed amount)",
      },
    });
    assert.deepEqual(asked.next?.fields?.find(({ name }) => name === "amount")?.depends_on, ["advance_payment_method"]);
    assert.equal(plans.length, 0, "opening a wizard needs no plan");
    const made = await goOn(asked, "create_invoices", { advance_payment_method: "Regular invoice" });
    assert.equal(made.next?.model, "account.move");
    const [invoice = 0] = made.next?.ids ?? [];
    const posted = await run("account.move", invoice, "action_post");
    assert.deepEqual([posted.records[0]?.after?.["state"], posted.result], ["posted", undefined]);
    assert.match(plans.at(-1)!.lines.join("\n"), /it posts journal entries/);
    assert.match((await failureOf(run("account.move", invoice, "action_post"))).hint, /action_register_payment/);
    const payment = await run("account.move", invoice, "action_register_payment");
    const field = (name: string) => payment.next?.fields?.find((one) => one.name === name);
    assert.deepEqual([field("amount")?.default, field("journal_id")?.type], [400, "many2one account.journal"]);
    assert.equal(field("payment_date")?.required, true);
    const paid = await goOn(payment, "action_create_payments", { amount: 150, journal_id: "Cash" });
    assert.equal(paid.records[0]?.after?.["amount_residual"], 250);
    assert.match(plans.at(-1)!.lines.join("\n"), /with amount = 150\nwith journal_id = Cash #\d+/);
    assert.equal((await failureOf(goOn(payment, "action_create_payments", {}))).code, "E010");
    const [payments = 0] = paid.next?.ids ?? [];
    await run("account.payment", payments, "action_draft");
    await run("account.payment", payments, "action_cancel");
    await run("account.move", invoice, "button_draft");
    await run("account.move", invoice, "button_cancel");
  },
);

liveTest("an order with a draft invoice asks before it is cancelled", async (live) => {
  await using connection = connectLive(live, "jsonrpc");
  await using _tidy = tidying(connection);
  const { odoo } = connection;
  const { order } = await delivery(connection);
  const { run, goOn } = acting(odoo);
  await goOn(await run("sale.order", order, "create_invoices"), "create_invoices");
  const asked = await run("sale.order", order, "action_cancel");
  assert.deepEqual([asked.next?.model, asked.records[0]?.after?.["state"]], ["sale.order.cancel", "sale"]);
  assert.match(asked.next?.text ?? "", /Draft invoices for this order will be cancelled/);
  assert.doesNotMatch(asked.next?.text ?? "", /already been delivered/);
  const done = await goOn(asked, "action_cancel");
  assert.deepEqual([done.finished, done.records[0]?.after?.["state"]], [true, "cancel"]);
});

liveTest("an opportunity is lost for a reason by name, and won again", async (live) => {
  await using connection = connectLive(live, "jsonrpc");
  await using _tidy = tidying(connection);
  const { odoo } = connection;
  const lead = await make(connection, "crm.lead", { name: NAME, type: "opportunity" });
  const { run, goOn } = acting(odoo);
  const asked = await run("crm.lead", lead, "mark_lost");
  assert.deepEqual(asked.next?.fields, [
    { name: "lost_reason_id", label: "Lost Reason", type: "many2one crm.lost.reason" },
  ]);
  const unknown = await failureOf(goOn(asked, "action_lost_reason_apply", { lost_reason_id: "no such reason" }));
  assert.equal(unknown.code, "E004");
  const lost = await goOn(asked, "action_lost_reason_apply", { lost_reason_id: "Too expensive" });
  assert.deepEqual([lost.finished, lost.records[0]?.after?.["active"]], [true, false]);
  const won = await run("crm.lead", lead, "action_set_won_rainbowman");
  assert.deepEqual([won.finished, won.records[0]?.after?.["active"]], [true, true]);
  await run("crm.lead", lead, "action_set_lost", { lost_reason: "Too expensive" });
  const [row] = await read(odoo, "crm.lead", [lead], ["lost_reason"]);
  assert.equal((row?.["lost_reason"] as [number, string])[1], "Too expensive");
});
