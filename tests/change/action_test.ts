import assert from "node:assert/strict";
import { DEFAULT_ACTION_PATTERNS, defaultActionsOf, runAction } from "../../src/change/mod.ts";
import { outcomeOf } from "../../src/change/action_outcome.ts";
import { DEFAULT_ACTIONS, NO_ACTIONS } from "../../src/change/action_list.ts";
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
  const options = agreeing();
  const answer = await runAction(odoo, { model: "sale.order", ids: [id], action: "action_confirm" }, {
    ...options,
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
  const { plans } = options;
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
  const options = agreeing();
  const failure = await failureOf(runAction(odoo, { ...request, ids: [99999] }, { ...options, actions: NONE }));
  assert.equal(failure.code, "E005");
  assert.deepEqual(options.plans, []);
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
  const failure = await failureOf(run({ values: { password: "x" } }));
  assert.equal(failure.code, "E004");
  assert.match(`${failure.message} ${failure.hint}`, /args\.values: .*takes no such argument.* feedback/);
  assert.equal((await failureOf(run({ feedback: 7 }))).code, "E004");
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

const ORIGIN = { model: "stock.picking", ids: [7, 8] };
const seen = (answer: Json) => outcomeOf(answer, ORIGIN);

Deno.test("an action that opens an address, prints, celebrates or says nothing is finished", () => {
  for (const answer of [null, true]) assert.deepEqual(seen(answer), { finished: true });
  assert.deepEqual(seen({ type: "ir.actions.act_url", url: "https://x.example/" }), {
    finished: true,
    opens: "https://x.example/",
  });
  const portal = seen({ type: "ir.actions.act_url", url: "/my/orders/7?report_type=pdf&access_token=abc#top" });
  assert.equal(portal.opens, "/my/orders/7?report_type=pdf&access_token=********#top");
  assert.deepEqual(seen({ type: "ir.actions.act_window_close" }), { finished: true });
  assert.equal(seen({ type: "ir.actions.report", name: "Quotation" }).finished, true);
  const notice = seen({
    type: "ir.actions.client",
    tag: "display_notification",
    params: { title: "Sent", message: "ok" },
  });
  assert.deepEqual(notice, { finished: true, says: "Sent: ok" });
  assert.deepEqual(seen({ effect: { fadeout: "slow", message: "Yeah! Deal of the week." } }), {
    finished: true,
    says: "Yeah! Deal of the week.",
  });
  assert.deepEqual(seen("account.move(16,)"), { finished: true });
});

Deno.test("an action that opens a window is not finished; the window knows the records it was opened for", () => {
  const wizard = seen({
    type: "ir.actions.act_window",
    name: "Create Backorder?",
    res_model: "stock.backorder.confirmation",
    res_id: false,
    views: [[964, "form"]],
    target: "new",
    context: { default_pick_ids: [[4, 7]], lang: "fr_FR", uid: 2, allowed_company_ids: [9], search_default_x: 1 },
  });
  assert.deepEqual(wizard, {
    finished: false,
    window: {
      model: "stock.backorder.confirmation",
      title: "Create Backorder?",
      id: null,
      ids: [],
      dialog: true,
      view: 964,
      context: { active_model: "stock.picking", active_id: 7, active_ids: [7, 8], default_pick_ids: [[4, 7]] },
    },
  });
  // As 14 answers windows that stand in its database: context and domain are Python.
  const listed = seen({
    type: "ir.actions.act_window",
    res_model: "account.move",
    res_id: 0,
    target: "current",
    context: "{'default_partner_id': active_id, 'default_type': 'out_invoice'}",
    domain: "[('id', 'in', [15, 16])]",
  });
  assert.deepEqual([listed.window?.dialog, listed.window?.ids], [false, [15, 16]]);
  assert.deepEqual([listed.window?.context["default_partner_id"], listed.window?.context["default_type"]], [
    7,
    "out_invoice",
  ]);
  const opened = seen({ type: "ir.actions.act_window", res_model: "stock.picking", res_id: 34, target: "current" });
  assert.deepEqual([opened.finished, opened.window?.id, opened.window?.dialog], [false, 34, false]);
  const after = seen({
    type: "ir.actions.client",
    params: { message: "m", next: { type: "ir.actions.act_window", res_model: "m" } },
  });
  assert.deepEqual([after.finished, after.says, after.window?.model], [false, "m", "m"]);
});

Deno.test("a value that a method answers is passed on, unless it is too large", () => {
  assert.deepEqual(seen(7), { finished: true, result: 7 });
  assert.deepEqual(seen(false), { finished: true, result: false });
  assert.deepEqual(seen({ warning: "x" }), { finished: true, result: { warning: "x" } });
  const large = seen("x".repeat(5000));
  assert.equal(large.finished, true);
  assert.equal(large.result, undefined);
  assert.match(large.says ?? "", /5002 characters/);
});

Deno.test("an action that the status rules out is refused with what is possible now, and nobody is asked", async () => {
  const { odoo, changes } = await company();
  const [id] = await odoo.call("sale.order", "search", {
    params: { domain: [["state", "=", "sale"]], limit: 1 },
  }) as number[];
  const options = agreeing();
  const request = { model: "sale.order", ids: [id!], action: "action_confirm" };
  const failure = await failureOf(runAction(odoo, request, { ...options, actions: NONE }));
  assert.equal(failure.code, "E004");
  assert.match(failure.message, /S\d{5} #\d+ is sale \(Sales Order\), and it runs from draft \(Quotation\) or sent/);
  assert.match(failure.hint, /Possible now: action_cancel \(cancel, .*action_done \(lock\)/);
  assert.deepEqual([options.plans, changes()], [[], []]);
});

Deno.test("an action that only other versions have is refused before anybody is asked, and no hint offers it", async () => {
  const { odoo, changes } = await company();
  const options = { ...agreeing(), actions: NONE };
  const fields = await odoo.fields("sale.order");
  const [here, gone] = fields.has("locked") ? ["action_lock", "action_done"] : ["action_done", "action_lock"];
  const ids = await odoo.call("sale.order", "search", { params: { domain: [["state", "=", "sale"]], limit: 1 } });
  const request = { model: "sale.order", ids: ids as number[], action: gone };
  const failure = await failureOf(runAction(odoo, request, options));
  assert.deepEqual([failure.code, failure.hint], ["E005", `Use ${here} (lock).`]);
  await failureOf(runAction(odoo, request, { ...options, dryRun: true as boolean }));
  const refused = await failureOf(runAction(odoo, { ...request, action: "action_draft" }, options));
  assert.ok(refused.hint.includes(here) && !refused.hint.includes(gone), refused.hint);
  assert.deepEqual([options.plans, changes()], [[], []]);
});

Deno.test("a dry run of an action shows the plan and runs nothing", async () => {
  const { odoo, changes } = await company();
  const request = { model: "sale.order", ids: [await quotation(odoo)], action: "action_confirm" };
  const answer = await runAction(odoo, request, { ...declining(), dryRun: true, actions: NONE });
  assert.ok("dry_run" in answer);
  assert.deepEqual([answer.possible, answer.plan, changes()], [true, "plan token", []]);
  assert.match(answer.would, /^run action_confirm \(confirm the quotation/);
});

Deno.test("a plan says when an action sends mail or posts journal entries", async () => {
  const tells = DEFAULT_ACTIONS.filter(({ tells }) => tells !== undefined).map(({ model, action }) =>
    `${model}.${action}`
  );
  for (const one of ["account.move.action_post", "stock.picking.button_validate", "hr.leave.action_approve"]) {
    assert.ok(tells.includes(one), one);
  }
  const { odoo } = await company({ wrap: answering(true) });
  const done = agreeing();
  await runAction(odoo, { model: "sale.order", ids: [await quotation(odoo)], action: "action_cancel" }, {
    ...done,
    actions: NONE,
  });
  assert.doesNotMatch(done.plans[0]!.lines.join("\n"), /mail|journal/);
});

Deno.test("an argument called like a field holds its values: a name is understood", async () => {
  const { odoo } = await company();
  const [id] = await odoo.call("crm.lead", "search", { params: { domain: [], limit: 1 } }) as number[];
  const lose = (args: Record<string, unknown>) =>
    runAction(odoo, { model: "crm.lead", ids: [id!], action: "action_set_lost", args }, {
      ...agreeing(),
      actions: NONE,
    });
  const failure = await failureOf(lose({ lost_reason_id: 1 }));
  assert.match(failure.hint, /Did you mean lost_reason\?/);
  assert.equal((await failureOf(lose({ lost_reason: "no such reason" }))).code, "E004");
  await lose({ lost_reason: "Too expensive" });
  const [lead] = await odoo.call("crm.lead", "read", {
    ids: [id!],
    params: { fields: ["active", "lost_reason"] },
  }) as { active: boolean; lost_reason: [number, string] }[];
  assert.deepEqual([lead?.active, lead?.lost_reason[1]], [false, "Too expensive"]);
});

Deno.test("the two forms of a call don't mix", async () => {
  const { odoo, sent } = await company();
  for (
    const request of [
      { action: "x" },
      { model: "sale.order", action: "x" },
      { model: "sale.order", ids: [1], action: "x", values: {} },
      { continue: "abc", model: "sale.order", action: "x" },
      { continue: "abc", args: {}, action: "x" },
    ]
  ) {
    assert.equal((await failureOf(runAction(odoo, request, { ...declining(), actions: NONE }))).code, "E004");
  }
  assert.equal(sent.length, 0);
});
