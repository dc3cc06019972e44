import assert from "node:assert/strict";
import {
  createRecords,
  DEFAULT_ACTION_PATTERNS,
  deleteRecords,
  runAction,
  runBatch,
  updateRecords,
} from "../../src/change/mod.ts";
import { type PolicyRules, withPolicy } from "../../src/guard/mod.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { Secret } from "../../src/lib/secret.ts";
import { bindOdoo, composeInstance, createRpc, createSession, type Odoo } from "../../src/odoo/mod.ts";
import { agreeing } from "../change/company.ts";
import { failureOf, never } from "../odoo/calls.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";

const RULES: PolicyRules = {
  mode: "guarded",
  models: { allow: [], deny: [] },
  fields: { hide: [] },
  actions: { allow: DEFAULT_ACTION_PATTERNS, deny: [] },
};

/** A real Odoo behind the policy, over one of the old protocols; what tests create is deleted when they end. */
function connect(
  live: LiveOdoo,
  protocol: "jsonrpc" | "xmlrpc",
  login = { user: live.username, password: live.password },
) {
  const rpc = createRpc({ baseUrl: live.url });
  const who = { database: live.database, username: login.user, password: new Secret(login.password) };
  const sent: string[] = [];
  const session = createSession({ ...who, protocol }, rpc);
  const instance = composeInstance({
    name: "live",
    webUrl: live.url,
    odoo: { max_connections: 4 },
    limits: { read_ms: 30_000, write_ms: 50_000, queue: 100 },
    cache: { records_ttl_s: 0, schema_ttl_s: 3600, max_entries: 100 },
    metrics: createMetrics(),
    source: {
      ...session,
      execute: (call, signal) => {
        if (call.cache !== "schema") sent.push(call.method);
        return session.execute(call, signal);
      },
    },
  });
  const { name, webUrl, version, user } = instance;
  const execute = withPolicy(RULES)(instance.execute("live"));
  const odoo: Odoo = bindOdoo({ instance: name, webUrl, execute, version, user, signal: never });
  const made: { model: string; id: number }[] = [];
  return {
    odoo,
    sent,
    /** Notes a record for deletion. */
    keep: (model: string, ids: number[]) => made.push(...ids.map((id) => ({ model, id }))),
    async [Symbol.asyncDispose]() {
      for (const { model, id } of made.reverse()) {
        // A confirmed order is cancelled before Odoo lets it go; what a test deleted itself is gone already.
        if (model === "sale.order") {
          await odoo.call(model, "action_cancel", { ids: [id], effect: "act" }).catch(() => {});
        }
        await odoo.call(model, "unlink", { ids: [id], effect: "write" }).catch(() => {});
      }
      rpc.close();
    },
  };
}

/** A product that is sold, by its exact name. */
async function product(odoo: Odoo): Promise<{ id: number; name: string }> {
  const rows = await odoo.call("product.product", "search_read", {
    params: {
      domain: [["sale_ok", "=", true], ["type", "!=", "service"]],
      fields: ["display_name"],
      limit: 1,
      order: "id",
    },
  }) as { id: number; display_name: string }[];
  return { id: rows[0]!.id, name: rows[0]!.display_name };
}

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  liveTest(
    `an order with lines is created, changed, confirmed, cancelled and deleted over ${protocol}`,
    async (live) => {
      await using main = connect(live, protocol);
      const { odoo, sent } = main;
      const desk = await product(odoo);
      const customer = await createRecords(
        odoo,
        { model: "res.partner", values: { name: `Change ${protocol}` } },
        agreeing(),
      );
      main.keep("res.partner", customer.ids);
      await odoo.fields("sale.order");
      await odoo.fields("sale.order.line");
      sent.length = 0;

      const order = {
        partner_id: `Change ${protocol}`,
        client_order_ref: "Ünï ☂",
        validity_date: "2030-01-31",
        commitment_date: "2030-01-31T10:00:00+01:00",
        order_line: {
          create: [{ product_id: desk.name, product_uom_qty: 3, price_unit: 10 }, { product_id: desk.id }],
        },
      };
      const created = await createRecords(odoo, { model: "sale.order", values: order }, agreeing());
      main.keep("sale.order", created.ids);
      assert.deepEqual(sent, ["name_search", "name_search", "create", "read", "search_read"]);
      const { columns, rows } = created.records[0]!.lines!["order_line"]!;
      assert.deepEqual([rows.length, rows[0]?.[columns.indexOf("price_subtotal")]], [2, 30]);
      const [made] = created.records;
      assert.equal(made?.filled["state"], "draft");
      assert.match(String(made?.display_name), /^S\d+/);
      assert.equal(made?.url, `${live.url}/web#id=${created.ids[0]}&model=sale.order&view_type=form`);
      assert.ok(Number(made?.filled["amount_untaxed"]) >= 30);
      assert.equal(made?.differs, undefined);

      const ids = created.ids;
      const [row] = await odoo.call("sale.order", "read", { ids, params: { fields: ["order_line"] } }) as [
        { order_line: number[] },
      ];
      const lines = row.order_line;
      assert.equal(lines.length, 2);
      sent.length = 0;
      const values = { client_order_ref: null, order_line: { update: [{ id: lines[0], product_uom_qty: 5 }] } };
      const { records } = await updateRecords(odoo, { model: "sale.order", ids, values }, agreeing());
      // The second read is for what the lines were before, which undo's look does where there is undo.
      assert.deepEqual(sent, ["read", "read", "write", "read", "search_read"]);
      assert.deepEqual(records[0]?.changed["client_order_ref"], { before: "Ünï ☂", after: null });
      const untaxed = records[0]?.also_changed?.["amount_untaxed"];
      assert.equal(Number(untaxed?.after) - Number(untaxed?.before), 20);

      const plans = agreeing();
      const losing = { order_line: { remove: [lines[1]] } };
      await updateRecords(odoo, { model: "sale.order", ids, values: losing }, plans);
      assert.equal(plans.plans[0]?.effect, "delete");
      const gone = await odoo.call("sale.order.line", "search_count", { params: { domain: [["id", "=", lines[1]!]] } });
      assert.equal(gone, 0, "a line taken off its order is deleted: the plan was right to say so");

      const act = (action: string) =>
        runAction(odoo, { model: "sale.order", ids, action }, { ...agreeing(), actions: { allow: [], deny: [] } });
      const confirmed = await act("action_confirm");
      assert.equal(confirmed.finished, true);
      assert.deepEqual([confirmed.records[0]?.before["state"], confirmed.records[0]?.after?.["state"]], [
        "draft",
        "sale",
      ]);
      const refused = await failureOf(deleteRecords(odoo, { model: "sale.order", ids }, agreeing()));
      assert.match(refused.message, /confirmed/);
      const cancelled = await act("action_cancel");
      assert.equal(cancelled.records[0]?.after?.["state"], "cancel");
      const deleted = await deleteRecords(odoo, { model: "sale.order", ids }, agreeing());
      assert.deepEqual(deleted.deleted.map(({ id, display_name }) => [id, display_name]), [[
        ids[0],
        made?.display_name,
      ]]);
      assert.equal((await failureOf(deleteRecords(odoo, { model: "sale.order", ids }, agreeing()))).code, "E005");
    },
  );

  liveTest(`an action that answers nothing is finished over ${protocol}`, async (live) => {
    await using main = connect(live, protocol);
    const { odoo } = main;
    const { ids } = await createRecords(odoo, { model: "res.partner", values: { name: "Archive me" } }, agreeing());
    main.keep("res.partner", ids);
    const request = { model: "res.partner", ids, action: "action_archive" };
    const answer = await runAction(odoo, request, { ...agreeing(), actions: { allow: [], deny: [] } });
    assert.deepEqual([answer.finished, answer.records[0]?.before["active"], answer.records[0]?.after?.["active"]], [
      true,
      true,
      false,
    ]);
  });
}

liveTest("a batch is one transaction on a real Odoo: a bad last record keeps none", async (live) => {
  await using main = connect(live, "jsonrpc");
  const { odoo } = main;
  const tag = (name: string) => ({ op: "create" as const, model: "crm.tag", values: { name } });
  const twice = await failureOf(
    runBatch(odoo, { operations: [tag("Change A"), tag("Change B"), tag("Change A")] }, agreeing()),
  );
  assert.equal(twice.code, "E004");
  assert.match(twice.message, /^Nothing of the batch was kept: /);
  const count = () => odoo.call("crm.tag", "search_count", { params: { domain: [["name", "=like", "Change %"]] } });
  assert.equal(await count(), 0);
  const answer = await runBatch(odoo, {
    operations: [tag("Change A"), tag("Change A"), tag("Change B")],
    on_error: "continue",
  }, agreeing());
  main.keep("crm.tag", answer.items.flatMap(({ records = [] }) => records.map(({ id }) => id)));
  assert.deepEqual(answer.items.map(({ status }) => status), ["done", "failed", "done"]);
  assert.equal(await count(), 2);
});

liveTest("names that several real records share come with what tells them apart", async (live) => {
  await using main = connect(live, "jsonrpc");
  const { odoo } = main;
  const values = [{ name: "Change Twin", city: "Ghent" }, { name: "Change Twin", city: "Leeds" }];
  const { ids } = await createRecords(odoo, { model: "res.partner", values }, agreeing());
  main.keep("res.partner", ids);
  const failure = await failureOf(
    createRecords(odoo, { model: "sale.order", values: { partner_id: "Change Twin" } }, agreeing()),
  );
  assert.equal(failure.code, "E004");
  assert.match(failure.message, new RegExp(`Change Twin #${ids[0]} \\(Ghent\\), Change Twin #${ids[1]} \\(Leeds\\)`));
});

liveTest("what Odoo 14 itself would let through is refused here", async (live) => {
  await using main = connect(live, "jsonrpc");
  const { odoo, sent } = main;
  const { ids } = await createRecords(odoo, { model: "res.partner", values: { name: "Change refused" } }, agreeing());
  main.keep("res.partner", ids);
  sent.length = 0;
  const update = (model: string, values: Record<string, unknown>, records = ids) =>
    failureOf(updateRecords(odoo, { model, ids: records, values }, agreeing()));
  assert.match((await update("res.partner", { display_name: "x" })).message, /Odoo computes it/);
  assert.match((await update("res.partner", { category_id: [[9, 1]] })).message, /no command number/);
  assert.match((await update("res.partner", { image_1920: "no base64!" })).message, /no base64/);
  assert.match((await update("sale.order", { state: "done" })).hint, /run_action/);
  assert.match((await update("account.move", { state: "posted" })).hint, /action_post/);
  assert.match((await update("res.users", { password: "x" })).message, /no field "password"/);
  assert.equal((await update("res.users", { groups_id: [[4, 1]] }, [(await odoo.user()).id])).code, "E011");
  assert.equal((await update("res.partner", { user_ids: { create: [{ login: "x" }] } })).code, "E011");
  assert.equal((await update("ir.config_parameter", { value: "x" })).code, "E011");
  assert.equal((await update("ir.cron", { active: false }, [1])).code, "E011");
  const act = (action: string, allow: string[] = []) =>
    failureOf(runAction(odoo, { model: "res.partner", ids, action }, { ...agreeing(), actions: { allow, deny: [] } }));
  for (const action of ["_write", "copy_data", "export_data", "message_post", "name_create"]) {
    assert.equal((await act(action, ["*"])).code, "E011", action);
  }
  assert.equal((await act("action_open_business_doc", ["*"])).code, "E011", "the policy has the last word");
  assert.deepEqual(sent.filter((method) => !["read", "fields_get"].includes(method)), []);
});

liveTest("a user without rights is refused by Odoo, and nothing is uncertain about it", async (live) => {
  await using main = connect(live, "jsonrpc", { user: "demo", password: "demo" });
  const failure = await failureOf(
    createRecords(main.odoo, { model: "account.journal", values: { name: "x", code: "X", type: "sale" } }, agreeing()),
  );
  assert.equal(failure.code, "E003", failure.message);
});
