import assert from "node:assert/strict";
import { type ActionAnswer, DEFAULT_ACTION_PATTERNS, runAction } from "../../src/change/mod.ts";
import { decide } from "../../src/guard/mod.ts";
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { type Call, parseFields, type Wrap } from "../../src/odoo/mod.ts";
import { broken, failureOf } from "../odoo/calls.ts";
import { agreeing, type Company, company, Declined, declining, RULES } from "./company.ts";

const NONE = { allow: [], deny: [] };
const APPLY = "action_lost_reason_apply";

/** A demo company with an opportunity for which the wizard of lost reasons is open. */
async function opened(
  options: Parameters<typeof company>[0] = {},
): Promise<Company & { id: number; token: string; answer: ActionAnswer; shared: ReturnType<typeof agreeing> }> {
  const demo = await company(options);
  const [id = 0] = await demo.odoo.call("crm.lead", "search", { params: { domain: [], limit: 1 } }) as number[];
  const shared = agreeing();
  const request = { model: "crm.lead", ids: [id], action: "mark_lost" };
  const answer = await runAction(demo.odoo, request, { ...shared, actions: NONE });
  return { ...demo, id, token: answer.next?.continue ?? "", answer, shared };
}

Deno.test("a wizard is shown with its fields and actions; opening it changes nothing and asks nobody", async () => {
  const { answer, changes, shared } = await opened();
  assert.deepEqual([answer.finished, answer.next?.model], [false, "crm.lead.lost"]);
  assert.deepEqual(answer.next?.fields, [
    { name: "lost_reason_id", label: "Lost Reason", type: "many2one crm.lost.reason" },
  ]);
  assert.deepEqual(answer.next?.actions, [{ action: APPLY, label: "mark as lost" }]);
  assert.deepEqual([shared.plans, changes()], [[], []]);
});

Deno.test("going on fills the wizard in, presses its button, and tells the record before and after", async () => {
  const { odoo, id, token, shared, changes, sent } = await opened();
  const values = { lost_reason_id: "Too expensive" };
  const answer = await runAction(odoo, { continue: token, action: APPLY, values }, { ...shared, actions: NONE });
  assert.deepEqual([answer.finished, answer.model], [true, "crm.lead"]);
  assert.deepEqual(answer.records.map((one) => [one.id, one.before["active"], one.after?.["active"]]), [
    [id, true, false],
  ]);
  assert.deepEqual(changes(), ["create", APPLY]);
  const press = sent.find(({ method }) => method === APPLY)!;
  assert.deepEqual([press.context["active_model"], press.context["active_ids"]], ["crm.lead", [id]]);
  assert.match(
    shared.plans[0]!.lines.join("\n"),
    /press .*mark as lost.* #\d+\nwith lost_reason_id = Too expensive #1/,
  );
  assert.equal(shared.plans[0]!.effect, "act");
  const [lead] = await odoo.call("crm.lead", "read", {
    ids: [id],
    params: { fields: ["lost_reason"] },
  }) as JsonObject[];
  assert.deepEqual(lead?.["lost_reason"], [1, "Too expensive"]);
});

Deno.test("a wizard works once; what was refused or declined leaves it good", async () => {
  const { odoo, token, shared, changes } = await opened();
  const goOn = (values: JsonObject, options = shared) =>
    runAction(odoo, { continue: token, action: APPLY, values }, { ...options, actions: NONE });
  assert.equal((await failureOf(goOn({ lost_reason_id: "no such" }))).code, "E004");
  assert.equal((await failureOf(goOn({ reason: 1 }))).code, "E004");
  await assert.rejects(goOn({}, { ...declining(), store: shared.store }), Declined);
  assert.deepEqual(changes(), []);
  await goOn({});
  const failure = await failureOf(goOn({}));
  assert.equal(failure.code, "E010");
  assert.match(failure.message, /used already/);
  assert.deepEqual(changes(), ["create", APPLY]);
});

Deno.test("a wizard whose press has no answer is E009, and can't be pressed again", async () => {
  const losing: Wrap = (next) => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.effect === "act") throw broken;
    return answer;
  };
  const { odoo, token, shared, changes } = await opened({ wrap: losing });
  const request = { continue: token, action: APPLY };
  const failure = await failureOf(runAction(odoo, request, { ...shared, actions: NONE }));
  assert.equal(failure.code, "E009");
  assert.match(failure.hint, /active is false now.* Read crm\.lead ids/);
  assert.equal((await failureOf(runAction(odoo, request, { ...shared, actions: NONE }))).code, "E010");
  assert.deepEqual(changes(), ["create", APPLY]);
});

Deno.test("a wizard's token is this caller's alone, in this Instance, unchanged and in time", async () => {
  const { odoo, token, shared, changes } = await opened();
  const attempts = [
    () => runAction(odoo, { continue: `${token.slice(0, -2)}AA`, action: APPLY }, { ...shared, actions: NONE }),
    () => runAction(odoo, { continue: token.slice(1), action: APPLY }, { ...shared, actions: NONE }),
    () => runAction(odoo, { continue: token, action: APPLY }, { ...shared, caller: "somebody else", actions: NONE }),
    () => runAction({ ...odoo, instance: "other" }, { continue: token, action: APPLY }, { ...shared, actions: NONE }),
  ];
  for (const attempt of attempts) {
    const failure = await failureOf(attempt());
    assert.deepEqual([failure.code, failure.message], [
      "E010",
      "Cannot go on: continue is not valid here. Nothing was changed",
    ]);
  }
  assert.deepEqual(changes(), []);
});

Deno.test("only the wizard's own allowed buttons are pressed", async () => {
  const { odoo, token, shared, changes } = await opened();
  for (const action of ["unlink", "write", "action_lost", "_private", "process", "action_archive\u200b"]) {
    const failure = await failureOf(runAction(odoo, { continue: token, action }, { ...shared, actions: NONE }));
    assert.equal(failure.code, "E011", action);
  }
  const denied = { allow: [], deny: ["crm.lead.lost.*"] };
  const failure = await failureOf(runAction(odoo, { continue: token, action: APPLY }, { ...shared, actions: denied }));
  assert.equal(failure.code, "E011");
  assert.deepEqual(changes(), []);
});

Deno.test("a wizard whose buttons are closed is shown without a token, and says who goes on", async () => {
  const { odoo } = await company();
  const [id = 0] = await odoo.call("crm.lead", "search", { params: { domain: [], limit: 1 } }) as number[];
  const answer = await runAction(odoo, { model: "crm.lead", ids: [id], action: "mark_lost" }, {
    ...agreeing(),
    actions: { allow: [], deny: ["crm.lead.lost.*"] },
  });
  assert.equal(answer.next?.continue, undefined);
  assert.match(
    answer.next?.how ?? "",
    /Not allowed from here: crm\.lead\.lost\.action_lost_reason_apply; .*actions\.allow/,
  );
});

Deno.test("a dry run of a wizard shows its plan and creates nothing", async () => {
  const { odoo, token, shared, changes } = await opened();
  const values = { lost_reason_id: "no such" };
  const dry = { ...shared, dryRun: true as boolean, actions: NONE };
  const refused = await runAction(odoo, { continue: token, action: APPLY, values }, dry);
  assert.ok("dry_run" in refused);
  assert.deepEqual([refused.possible, refused.refused?.[0]?.["at"]], [false, "lost_reason_id"]);
  const answer = await runAction(odoo, { continue: token, action: APPLY }, dry);
  assert.ok("dry_run" in answer && answer.possible && answer.plan === "plan token");
  assert.deepEqual(changes(), []);
});

Deno.test("every wizard of the list passes the policy that a server without settings has", () => {
  for (const pattern of DEFAULT_ACTION_PATTERNS.filter((one) => !one.startsWith("*"))) {
    const dot = pattern.lastIndexOf(".");
    const shared = { ids: [1], params: {}, context: {}, origin: "caller" as const };
    const press: Call = { ...shared, model: pattern.slice(0, dot), method: pattern.slice(dot + 1), effect: "act" };
    assert.equal(decide(RULES, press)?.message, undefined, pattern);
  }
});

/** What a transfer and its backorder wizard answer on Odoo 19: `get_views`, conditions in Python, a specification. */
const ON_19: Record<string, (call: { params: JsonObject; context: JsonObject }) => Json> = {
  "stock.picking.read": ({ params }) => [
    { id: 5, display_name: "WH/OUT/5", ...(Array.isArray(params["fields"]) && { state: "assigned", write_date: "x" }) },
  ],
  "stock.picking.button_validate": () => ({
    type: "ir.actions.act_window",
    name: "Create Backorder?",
    res_model: "stock.backorder.confirmation",
    views: [[900, "form"]],
    target: "new",
    context: { button_validate_picking_ids: [5], default_pick_ids: [[4, 5]], default_show_transfers: false },
  }),
  "stock.backorder.confirmation.get_views": () => ({
    views: {
      form: {
        arch: `<form><p>You have processed less products than the initial demand.</p>
          <field name="pick_ids" invisible="1"/><field name="show_transfers" invisible="1"/>
          <field name="backorder_confirmation_line_ids" nolabel="1" invisible="not show_transfers"/>
          <footer><button name="process" string="Create Backorder" type="object"/>
          <button name="process_cancel_backorder" string="No Backorder" type="object" invisible="show_transfers"/>
          <button string="Discard" special="cancel"/></footer></form>`,
      },
    },
    models: {},
  }),
  "stock.backorder.confirmation.onchange": ({ params, context }) => {
    assert.deepEqual(params["field_names"], []);
    assert.ok(isObject(params["fields_spec"]));
    return { value: { pick_ids: [[4, 5]], show_transfers: context["default_show_transfers"] ?? true } };
  },
};

Deno.test("on Odoo 19 a backorder is offered with both buttons in few tokens", async () => {
  const { odoo } = await company();
  const fields: Record<string, JsonObject> = {
    "stock.picking": {
      state: { type: "selection", selection: [["assigned", "Ready"]] },
      write_date: { type: "datetime" },
    },
    "stock.backorder.confirmation": {
      pick_ids: { type: "many2many", relation: "stock.picking" },
      show_transfers: { type: "boolean" },
      backorder_confirmation_line_ids: { type: "one2many", relation: "stock.backorder.confirmation.line" },
    },
    "stock.backorder.confirmation.line": { to_backorder: { type: "boolean" } },
  };
  const answer = await runAction(
    {
      ...odoo,
      fields: (model) => Promise.resolve(parseFields(fields[model] ?? {})),
      version: () => Promise.resolve({ text: "19.0", major: 19, minor: 0, edition: "community" }),
      call: (model, method, { params = {}, context = {} } = {}) => {
        const known = ON_19[`${model}.${method}`];
        return known === undefined ? Promise.reject(broken) : Promise.resolve(known({ params, context }));
      },
    },
    { model: "stock.picking", ids: [5], action: "button_validate" },
    { ...agreeing(), actions: NONE },
  );
  const { continue: token, ...next } = answer.next!;
  assert.deepEqual(next, {
    model: "stock.backorder.confirmation",
    title: "Create Backorder?",
    text: "You have processed less products than the initial demand.",
    actions: [
      { action: "process", label: "Create Backorder" },
      { action: "process_cancel_backorder", label: "No Backorder" },
    ],
    how: "Go on with run_action {continue, action, values}.",
  });
  assert.ok(token!.length < 250, `${token!.length} characters`);
});
