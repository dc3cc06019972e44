/** Dry runs on a real Odoo: nothing is written, and what they tell is what the change then does. */
import assert from "node:assert/strict";
import {
  type ChangeOptions,
  createRecords,
  deleteRecords,
  type DryRun,
  type LineTable,
  updateRecords,
} from "../../src/change/mod.ts";
import { isObject, type JsonObject } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { agreeing } from "../change/company.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { connectLive } from "../support/live_connection.ts";

function dry(): ChangeOptions {
  return {
    ...agreeing(),
    dryRun: true,
    confirm: () => Promise.reject(new Error("a dry run confirms nothing")),
  };
}

function asDryRun(answer: object): DryRun {
  assert.ok("dry_run" in answer && answer.dry_run === true, JSON.stringify(answer));
  return answer as DryRun;
}

async function read(odoo: Odoo, model: string, ids: number[], fields: string[]): Promise<JsonObject[]> {
  const rows = await odoo.call(model, "read", { ids, params: { fields }, cache: "never" });
  return (rows as JsonObject[]).filter(isObject);
}

async function someProducts(odoo: Odoo): Promise<number[]> {
  const domain = [["sale_ok", "=", true], ["type", "!=", "service"], ["lst_price", ">", 0]];
  return await odoo.call("product.product", "search", { params: { domain, limit: 2, order: "id" } }) as number[];
}

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  liveTest(`what a dry run tells of an order is what the create then makes, over ${protocol}`, async (live) => {
    await using main = connectLive(live, protocol);
    const { odoo } = main;
    const [desk, chair] = await someProducts(odoo);
    const values = {
      partner_id: "Azure Interior",
      client_order_ref: "Dry run",
      order_line: {
        create: [{ product_id: desk, product_uom_qty: 3 }, { product_id: chair, product_uom_qty: 2, price_unit: 50 }],
      },
    };
    const tried = asDryRun(await createRecords(odoo, { model: "sale.order", values }, dry()));
    assert.equal(tried.possible, true, JSON.stringify(tried));
    const created = await createRecords(odoo, { model: "sale.order", values }, agreeing());
    main.keep("sale.order", created.ids);
    const [would] = tried.records;
    const [made] = created.records;
    const told = would?.["filled"] as JsonObject;
    assert.ok(Number(told["amount_total"]) > 100);
    for (const [name, value] of Object.entries(told)) {
      if (name !== "date_order") assert.deepEqual(made?.filled[name], value, name);
    }
    const lines = (would?.["lines"] as unknown as Record<string, LineTable>)["order_line"]!;
    const kept = made?.lines?.["order_line"];
    assert.deepEqual(lines.columns, kept?.columns.slice(1));
    assert.deepEqual(lines.rows, kept?.rows.map((row) => row.slice(1)));
    assert.equal(made?.differs, undefined, "the price that was given was kept");
    // What only the form would do is told as such, and create really leaves it out.
    const suggested = would?.["suggested"] as JsonObject;
    const [row] = await read(odoo, "sale.order", created.ids, Object.keys(suggested));
    for (const name of Object.keys(suggested)) assert.equal(row?.[name], false, name);
  });
}

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  liveTest(`what a dry run tells of a changed line is what the update then does, over ${protocol}`, async (live) => {
    await using main = connectLive(live, protocol);
    const { odoo } = main;
    const [desk, chair] = await someProducts(odoo);
    const lines = [{ product_id: desk, product_uom_qty: 3 }, { product_id: chair, price_unit: 50 }];
    const values = { partner_id: "Azure Interior", order_line: { create: lines } };
    const { ids } = await createRecords(odoo, { model: "sale.order", values }, agreeing());
    main.keep("sale.order", ids);
    const [row] = await read(odoo, "sale.order", ids, ["order_line"]);
    const [first, second] = row!["order_line"] as number[];
    for (
      const order_line of [
        { update: [{ id: first, product_uom_qty: 7, discount: 10 }] },
        { update: [{ id: first, price_unit: 9.99 }], remove: [second] },
      ]
    ) {
      const change = { model: "sale.order", ids, values: { client_order_ref: "x", order_line } };
      const tried = asDryRun(await updateRecords(odoo, change, dry()));
      const done = await updateRecords(odoo, change, agreeing());
      assert.ok(Object.keys(done.records[0]?.also_changed ?? {}).includes("amount_total"));
      assert.deepEqual(tried.records[0]?.["also_changed"], done.records[0]?.also_changed);
    }
  });
}

liveTest("a delete's cascades and blockers are those of Odoo", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const { odoo } = main;
  const [desk] = await someProducts(odoo);
  const partner = await createRecords(odoo, { model: "res.partner", values: { name: "Dry run" } }, agreeing());
  main.keep("res.partner", partner.ids);
  const values = { partner_id: partner.ids[0], order_line: { create: [{ product_id: desk }, { product_id: desk }] } };
  const order = await createRecords(odoo, { model: "sale.order", values }, agreeing());
  main.keep("sale.order", order.ids);

  const blocked = asDryRun(await deleteRecords(odoo, { model: "res.partner", ids: partner.ids }, dry()));
  assert.equal(blocked.possible, false);
  assert.ok(
    blocked.blocked_by?.some(({ model, field, count }) => `${model}.${field} ${count}` === "sale.order.partner_id 1"),
  );
  const refused = await deleteRecords(odoo, { model: "res.partner", ids: partner.ids }, agreeing()).catch((one) => one);
  assert.equal(refused.code, "E004", "Odoo refuses what was told");

  const going = asDryRun(await deleteRecords(odoo, { model: "sale.order", ids: order.ids }, dry()));
  assert.equal(going.possible, true);
  assert.deepEqual(going.goes_with_it?.find(({ model }) => model === "sale.order.line")?.count, 2);
  const gone = await deleteRecords(odoo, { model: "sale.order", ids: order.ids }, agreeing());
  assert.deepEqual(gone.went_with_it, going.goes_with_it);
});

liveTest("a dry run knows the rights of who asks, and the rules on single records", async (live) => {
  await using main = connectLive(live, "jsonrpc", { user: "limited", password: "limited" });
  const { odoo } = main;
  const create = asDryRun(await createRecords(odoo, { model: "res.partner", values: { name: "x" } }, dry()));
  assert.deepEqual([create.possible, create.missing_rights], [false, ["create res.partner"]]);
  await using second = connectLive(live, "jsonrpc", { user: "second", password: "second" });
  // Orders of the first company are not the second's: Odoo does not even show them.
  const [order] = await someOrders(live, 1);
  const strange = await updateRecords(
    second.odoo,
    { model: "sale.order", ids: [order!], values: { client_order_ref: "x" } },
    dry(),
  ).catch((one) => one);
  assert.equal(strange.code, "E003", JSON.stringify(strange));
});

/** Drafts with lines, as the administrator sees them. */
async function someOrders(live: LiveOdoo, limit: number): Promise<number[]> {
  await using main = connectLive(live, "jsonrpc");
  const domain = [["state", "=", "draft"], ["order_line", "!=", false]];
  return await main.odoo.call("sale.order", "search", { params: { domain, limit, order: "id" } }) as number[];
}

/** What one user has ever written, by model: how many records, and when the last one. */
async function writtenBy(odoo: Odoo, user: number): Promise<Map<string, string>> {
  const rows = await odoo.call("ir.model", "search_read", {
    params: { domain: [["transient", "=", false]], fields: ["model"], limit: 5000 },
  }) as { model: string }[];
  const found = new Map<string, string>();
  // The first few at once: the company's Odoo answers four at a time.
  await Promise.all([0, 1, 2, 3].map(async (part) => {
    for (const { model } of rows.filter((_, index) => index % 4 === part)) {
      // Odoo writes each login down, that of other tests too.
      if (model === "res.users.log") continue;
      const domain = [["write_uid", "=", user]];
      try {
        const count = await odoo.call(model, "search_count", { params: { domain }, context: { active_test: false } });
        const [last] = count === 0 ? [] : await odoo.call(model, "search_read", {
          params: { domain, fields: ["write_date"], order: "write_date desc, id desc", limit: 1 },
          context: { active_test: false },
          cache: "never",
        }) as JsonObject[];
        found.set(model, `${count} ${last?.["id"]} ${last?.["write_date"]}`);
      } catch {
        // No table, no write_uid, or closed by the policy.
      }
    }
  }));
  return found;
}

liveTest("dry runs write nothing: the database before and after is the same", async (live) => {
  await using watch = connectLive(live, "jsonrpc");
  // A user of its own, so that other work on the same database does not show.
  await using main = connectLive(live, "jsonrpc", { user: "demo", password: "demo" });
  const { odoo } = main;
  const user = (await odoo.user()).id;
  const [desk, chair] = await someProducts(odoo);
  const orders = await odoo.call("sale.order", "search", {
    params: { domain: [["state", "=", "draft"], ["order_line", "!=", false]], limit: 2 },
  }) as number[];
  const [order] = await read(odoo, "sale.order", orders.slice(0, 1), ["order_line"]);
  const line = (order!["order_line"] as number[])[0];
  const before = await writtenBy(watch.odoo, user);
  assert.ok(before.size > 100, `${before.size} models`);
  const values = {
    partner_id: 14,
    order_line: { create: [{ product_id: desk, product_uom_qty: 2 }, { product_id: chair }] },
  };
  await createRecords(odoo, { model: "sale.order", values }, dry());
  await createRecords(odoo, { model: "crm.lead", values: [{ name: "a" }, { name: "b" }] }, dry());
  await createRecords(
    odoo,
    { model: "res.partner", values: { name: "a", child_ids: { create: [{ name: "b" }] } } },
    dry(),
  );
  await createRecords(odoo, { model: "product.template", values: { name: "a" } }, dry());
  await createRecords(odoo, { model: "account.move", values: { move_type: "out_invoice", partner_id: 14 } }, dry());
  const changed = { client_order_ref: "x", partner_id: 14, order_line: { update: [{ id: line, product_uom_qty: 9 }] } };
  await updateRecords(odoo, { model: "sale.order", ids: orders.slice(0, 1), values: changed }, dry());
  await updateRecords(odoo, { model: "sale.order", ids: orders, values: { client_order_ref: "x" } }, dry());
  await deleteRecords(odoo, { model: "sale.order", ids: orders }, dry());
  await deleteRecords(odoo, { model: "res.partner", ids: [14] }, dry());
  assert.deepEqual(main.changes(), []);
  assert.deepEqual(await writtenBy(watch.odoo, user), before);
});
