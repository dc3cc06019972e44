import assert from "node:assert/strict";
import { DEFAULT_ACTION_PATTERNS, defaultActionsOf, runAction } from "../../src/change/mod.ts";
import { outcomeOf } from "../../src/change/action_outcome.ts";
import { NO_ACTIONS } from "../../src/change/action_list.ts";
import { decide } from "../../src/guard/mod.ts";
import type { Json } from "../../src/lib/json.ts";
import type { Wrap } from "../../src/odoo/mod.ts";
import { broken, failureOf } from "../odoo/calls.ts";
import { agreeing, company, Declined, declining, RULES } from "./company.ts";

const NONE = { allow: [], deny: [] };

/** A quotation that can be confirmed. */
async function quotation(odoo: Awaited<ReturnType<typeof company>>["odoo"]): Promise<number> {
  const found = await odoo.call("sale.order", "search", { params: { domain: [["state", "=", "draft"]], limit: 1 } });
  return (found as number[])[0]!;
}

/** Answers an action with what a real Odoo might, without doing anything. */
const answering = (answer: Json): Wrap => (next) => (call, signal) =>
  call.effect === "act" ? Promise.resolve(answer) : next(call, signal);

Deno.test("confirming a quotation tells the state before and after, once it was agreed to", async () => {
  const { odoo, changes, sent } = await company();
  const id = await quotation(odoo);
  sent.length = 0;
  const { plans, confirm } = agreeing();
  const answer = await runAction(odoo, { model: "sale.order", ids: [id], action: "action_confirm" }, {
    confirm,
    actions: NONE,
  });
  assert.equal(answer.finished, true);
  const [order] = answer.records;
  assert.deepEqual([order?.before["state"], order?.after?.["state"]], ["draft", "sale"]);
  assert.match(order?.display_name ?? "", /^S\d{5}$/);
  assert.deepEqual(sent.map(({ method, effect }) => [method, effect]), [
    ["read", "read"],
    ["action_confirm", "act"],
    ["read", "read"],
  ]);
  assert.equal(plans[0]?.effect, "act");
  assert.match(
    plans[0]?.summary ?? "",
    /^run action_confirm \(confirm the quotation; .*\) on 1 record of sale\.order$/,
  );
  assert.match(plans[0]?.lines.join("\n") ?? "", new RegExp(`S\\d{5} #${id}\n#${id} is draft`));
  assert.deepEqual(changes(), ["action_confirm"]);
});

Deno.test("a declined action does nothing; a missing record is told before anybody is asked", async () => {
  const { odoo, changes } = await company();
  const request = { model: "sale.order", ids: [await quotation(odoo)], action: "action_confirm" };
  await assert.rejects(runAction(odoo, request, { ...declining(), actions: NONE }), Declined);
  const { plans, confirm } = agreeing();
  const failure = await failureOf(runAction(odoo, { ...request, ids: [99999] }, { confirm, actions: NONE }));
  assert.equal(failure.code, "E005");
  assert.deepEqual(plans, []);
  assert.deepEqual(changes(), []);
});

Deno.test("an action runs on several records at once", async () => {
  const { odoo } = await company();
  const ids = await odoo.call("sale.order", "search", {
    params: { domain: [["state", "=", "draft"]], limit: 2 },
  }) as number[];
  const answer = await runAction(odoo, { model: "sale.order", ids, action: "action_cancel" }, {
    ...agreeing(),
    actions: NONE,
  });
  assert.deepEqual(answer.records.map(({ after }) => after?.["state"]), ["cancel", "cancel"]);
});

Deno.test("only actions of the list run; the refusal names the model's own", async () => {
  const { odoo, sent } = await company();
  const act = (action: string, actions = NONE as { allow: string[]; deny: string[] }, model = "sale.order") =>
    runAction(odoo, { model, ids: [1], action }, { ...declining(), actions });
  const failure = await failureOf(act("action_confirmed"));
  assert.equal(failure.code, "E011");
  assert.match(failure.hint, /Did you mean action_confirm\?.*action_cancel.*actions\.allow/);
  assert.equal((await failureOf(act("action_quotation_send"))).code, "E011");
  await assert.rejects(act("action_quotation_send", { allow: ["sale.order.action_*"], deny: [] }), Declined);
  assert.equal((await failureOf(act("action_confirm", { allow: ["*"], deny: ["*.action_confirm"] }))).code, "E011");
  assert.equal((await failureOf(act("action_confirm", NONE, "purchase.order"))).code, "E011");
  await assert.rejects(act("action_archive", NONE, "res.partner"), Declined);
  assert.ok(sent.every(({ effect }) => effect === "read"));
});

Deno.test("private methods, back doors and look-alike letters are refused before anything is read", async () => {
  const { odoo, sent } = await company();
  const tries = ["_action_confirm", "__class__", "web_save", "web_read", "copy_data", "copy", "update", "load", "run"];
  tries.push(
    "method_direct_trigger",
    "name_create",
    "export_data",
    "message_post",
    "create",
    "write",
    "unlink",
    "read",
  );
  tries.push(
    "search_read",
    "read_group",
    "аction_confirm",
    "action_confirm\u200b",
    "action confirm",
    "action_confirm()",
    "",
  );
  for (const action of tries) {
    const request = { model: "sale.order", ids: [1], action };
    const options = { ...declining(), actions: { allow: ["*"], deny: [] } };
    const failure = await failureOf(runAction(odoo, request, options));
    assert.equal(failure.code, "E011", action);
    assert.equal(options.plans.length, 0);
  }
  assert.equal(sent.length, 0);
});

Deno.test("what is no action here is refused by the policy around Odoo as well", () => {
  const rules = { ...RULES, actions: { allow: ["*"], deny: [] } };
  const named = NO_ACTIONS.map(({ pattern }) => pattern).filter((pattern) => !pattern.includes("*"));
  for (
    const method of [...named, "copy_data", "read", "read_group", "search", "search_read", "web_save", "message_post"]
  ) {
    const call = { model: "res.partner", method, ids: [1], params: {}, context: {}, effect: "act" as const };
    assert.equal(decide(rules, { ...call, origin: "caller" })?.code, "E011", method);
  }
});

Deno.test("every default action passes the policy that a server without settings has", () => {
  for (const pattern of DEFAULT_ACTION_PATTERNS) {
    const [, model = "", method = ""] = /^(.*)\.(\w+)$/.exec(pattern.replace("*", "res.partner")) ?? [];
    const call = {
      model,
      method,
      ids: [1],
      params: {},
      context: {},
      effect: "act" as const,
      origin: "caller" as const,
    };
    assert.equal(decide(RULES, call)?.message, undefined, pattern);
  }
  assert.ok(defaultActionsOf("sale.order").some(({ action }) => action === "action_confirm"));
});

Deno.test("arguments go by name, and can't change who acts on what", async () => {
  const { odoo, sent } = await company({ wrap: answering(true) });
  const run = (args: Record<string, unknown>) =>
    runAction(odoo, { model: "mail.activity", ids: [1], action: "action_feedback", args }, {
      ...agreeing(),
      actions: NONE,
    });
  for (const args of [{ context: { uid: 1 } }, { ids: [2] }, { "": 1 }, { "a b": 1 }, { _x: 1 }]) {
    assert.equal((await failureOf(run(args))).code, "E004");
  }
  assert.equal((await failureOf(run({ values: { password: "x" } }))).code, "E011");
  await run({ feedback: "done" });
  assert.deepEqual(sent.filter(({ effect }) => effect === "act").map(({ params }) => params), [{ feedback: "done" }]);
});

Deno.test("an action whose answer is lost is E009 with what to check, and is sent once", async () => {
  const losing: Wrap = (next) => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.effect === "act") throw broken;
    return answer;
  };
  const { odoo, changes } = await company({ wrap: losing });
  const id = await quotation(odoo);
  const failure = await failureOf(
    runAction(odoo, { model: "sale.order", ids: [id], action: "action_confirm" }, { ...agreeing(), actions: NONE }),
  );
  assert.equal(failure.code, "E009");
  assert.match(failure.hint, new RegExp(`Read sale\\.order ids \\[${id}\\] with fields \\["write_date","state"`));
  assert.deepEqual(changes(), ["action_confirm"]);
});

Deno.test("a record that the action deleted has no state after, and keeps its name", async () => {
  const wrap: Wrap = (next) => async (call, signal) => {
    if (call.effect !== "act") return await next(call, signal);
    await next({ ...call, method: "unlink", effect: "write", params: {} }, signal);
    return null;
  };
  const { odoo } = await company({ wrap });
  const answer = await runAction(odoo, { model: "mail.activity", ids: [1], action: "action_done" }, {
    ...agreeing(),
    actions: NONE,
  });
  assert.equal(answer.records[0]?.after, null);
  assert.notEqual(answer.records[0]?.display_name, null);
  assert.match(answer.notes?.join() ?? "", /Not there any more/);
});

Deno.test("an action that opens a window is not finished; one that opens an address, prints or says nothing is", () => {
  for (const answer of [null, true]) assert.deepEqual(outcomeOf(answer), { finished: true });
  assert.deepEqual(outcomeOf({ type: "ir.actions.act_url", url: "https://x.example/" }), {
    finished: true,
    opens: "https://x.example/",
  });
  const portal = outcomeOf({ type: "ir.actions.act_url", url: "/my/orders/7?report_type=pdf&access_token=abc#top" });
  assert.equal(portal.opens, "/my/orders/7?report_type=pdf&access_token=********#top");
  assert.deepEqual(outcomeOf({ type: "ir.actions.act_window_close" }), { finished: true });
  assert.equal(outcomeOf({ type: "ir.actions.report", name: "Quotation" }).finished, true);
  const notice = outcomeOf({
    type: "ir.actions.client",
    tag: "display_notification",
    params: { title: "Sent", message: "ok" },
  });
  assert.deepEqual(notice, { finished: true, says: "Sent: ok" });

  const wizard = outcomeOf({
    type: "ir.actions.act_window",
    name: "Create Backorder?",
    res_model: "stock.backorder.confirmation",
    res_id: false,
    target: "new",
    context: { default_secret: "x" },
  });
  assert.equal(wizard.finished, false);
  assert.deepEqual([wizard.next?.model, wizard.next?.title, wizard.next?.id, wizard.next?.dialog], [
    "stock.backorder.confirmation",
    "Create Backorder?",
    null,
    true,
  ]);
  assert.match(wizard.next?.how ?? "", /a person opens the record in Odoo/);
  assert.doesNotMatch(JSON.stringify(wizard), /default_secret/);

  const opened = outcomeOf({
    type: "ir.actions.act_window",
    res_model: "stock.picking",
    res_id: 34,
    target: "current",
  });
  assert.deepEqual([opened.finished, opened.next?.id, opened.next?.dialog], [false, 34, false]);
  const after = outcomeOf({
    type: "ir.actions.client",
    params: { message: "m", next: { type: "ir.actions.act_window", res_model: "m" } },
  });
  assert.deepEqual([after.finished, after.says, after.next?.model], [false, "m", "m"]);
});

Deno.test("a value that a method answers is passed on, unless it is too large", () => {
  assert.deepEqual(outcomeOf(7), { finished: true, result: 7 });
  assert.deepEqual(outcomeOf(false), { finished: true, result: false });
  assert.deepEqual(outcomeOf({ warning: "x" }), { finished: true, result: { warning: "x" } });
  const large = outcomeOf("x".repeat(5000));
  assert.equal(large.finished, true);
  assert.equal(large.result, undefined);
  assert.match(large.says ?? "", /5002 characters/);
});
