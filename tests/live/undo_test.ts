/** Taking changes back on a real Odoo, through the front door: the server's process ends and starts in between. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, connectStdio, type Tree } from "../support/server.ts";

function connect(live: LiveOdoo, { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}) {
  const where = ["--odoo-url", live.url, "--odoo-database", live.database];
  const who = { ODOO_USERNAME: live.username, ODOO_PASSWORD: live.password };
  return connectStdio(["serve", ...where, ...args], { env: { ...who, ...env } });
}

async function done(client: Client, tool: string, args: Record<string, unknown>): Promise<Tree> {
  const { isError, data, text } = await call(client, tool, args);
  assert.equal(isError, false, `${tool} ${JSON.stringify(args)}: ${text.slice(0, 1500)}`);
  return data;
}

async function refused(client: Client, code: string, tool: string, args: Record<string, unknown>): Promise<Tree> {
  const { isError, data, text } = await call(client, tool, args);
  assert.deepEqual([isError, data.code], [true, code], `${tool} ${JSON.stringify(args)}: ${text.slice(0, 1500)}`);
  return data;
}

/** Runs a tool that needs a confirmation. */
async function agreed(client: Client, tool: string, args: Record<string, unknown>): Promise<Tree> {
  const { details } = await refused(client, "E010", tool, args);
  return await done(client, tool, { ...args, plan: details!.plan });
}

/** Odoo itself, asked past the server: the truth, and somebody else's changes. Deletes what was kept at the end. */
async function odooItself(live: LiveOdoo) {
  const uid = await login(live);
  const made: { model: string; id: number }[] = [];
  const ask = async (model: string, method: string, args: unknown[], options: object = {}): Promise<unknown> =>
    JSON.parse(await jsonCall(live, uid, model, method, args, options)).result;
  return {
    ask,
    keep(model: string, ids: Tree | undefined) {
      const list = (ids as unknown as number[]).map(Number);
      made.push(...list.map((id) => ({ model, id })));
      return list;
    },
    async read(model: string, id: number, fields: string[]): Promise<Tree> {
      return (await ask(model, "read", [[id], fields]) as Tree[])[0]!;
    },
    async [Symbol.asyncDispose]() {
      for (const { model, id } of made.reverse()) {
        if (model === "sale.order") await ask(model, "action_cancel", [[id]]).catch(() => {});
        await ask(model, "unlink", [[id]]).catch(() => {});
      }
    },
  };
}

liveTest(
  "an update with many2one, many2many and plain fields goes back, after the server's process ended",
  async (live) => {
    await using odoo = await odooItself(live);
    const tags = await odoo.ask("res.partner.category", "search", [[]], { limit: 3 }) as number[];
    assert.equal(tags.length, 3);
    let token: Tree;
    let id: number;
    let before: Tree;
    const names = ["name", "phone", "country_id", "category_id", "comment", "active"];
    {
      await using client = await connect(live);
      const values = { name: "Undo one", phone: "+32 1", country_id: "Belgium", category_id: tags.slice(0, 2) };
      const created = await done(client, "create_record", { model: "res.partner", values });
      id = odoo.keep("res.partner", created.ids)[0]!;
      before = await odoo.read("res.partner", id, names);
      const changed = await agreedOrDone(client, "update_record", {
        model: "res.partner",
        ids: [id],
        values: { phone: "+32 2", country_id: "France", category_id: [tags[2]], comment: "new", active: false },
      });
      assert.match(String(changed.undo!.until), /^\d{4}-\d\d-\d\dT/);
      assert.equal(changed.undo!.note, undefined, "a file keeps it");
      token = changed.undo!.token!;
      const after = await odoo.read("res.partner", id, names);
      assert.notDeepEqual(after, before);
    }
    await using client = await connect(live);
    const dry = await done(client, "undo", { token, dry_run: true });
    assert.equal(dry.dry_run, true);
    assert.match(String(dry.restored), /write .*country_id.* back to res\.partner Undo one #/);
    assert.equal((await odoo.read("res.partner", id, names)).phone, "+32 2");
    const undone = await done(client, "undo", { token });
    assert.equal(undone.complete, true, JSON.stringify(undone));
    assert.deepEqual(await odoo.read("res.partner", id, names), before);
    assert.equal((await refused(client, "E005", "undo", { token })).details!.reason, "used");
  },
);

/** An update that may need a confirmation. */
async function agreedOrDone(client: Client, tool: string, args: Record<string, unknown>): Promise<Tree> {
  const { isError, data } = await call(client, tool, args);
  return isError ? await done(client, tool, { ...args, plan: data.details!.plan }) : data;
}

liveTest("lines of an order go back: changed ones, added ones; a deleted one is told", async (live) => {
  await using odoo = await odooItself(live);
  await using client = await connect(live);
  const [product] = await odoo.ask("product.product", "search", [[["sale_ok", "=", true]]], { limit: 1 }) as number[];
  const [partner] = await odoo.ask("res.partner", "search", [[["is_company", "=", true]]], { limit: 1 }) as number[];
  const line = (price: number) => ({ product_id: product, product_uom_qty: 1, price_unit: price });
  const created = await done(client, "create_record", {
    model: "sale.order",
    values: { partner_id: partner, order_line: { create: [line(10), line(20)] } },
  });
  const [id] = odoo.keep("sale.order", created.ids);
  const lines = (await odoo.read("sale.order", id!, ["order_line"])).order_line as unknown as number[];
  const changed = await done(client, "update_record", {
    model: "sale.order",
    ids: [id],
    values: {
      client_order_ref: "changed",
      order_line: { update: [{ id: lines[0], price_unit: 99, product_uom_qty: 3 }], create: [line(30)] },
    },
  });
  const undone = await done(client, "undo", { token: changed.undo!.token });
  assert.equal(undone.complete, true, JSON.stringify(undone));
  const order = await odoo.read("sale.order", id!, ["order_line", "client_order_ref"]);
  assert.deepEqual([order.order_line, order.client_order_ref], [lines, false]);
  const first = await odoo.read("sale.order.line", lines[0]!, ["price_unit", "product_uom_qty"]);
  assert.deepEqual([first.price_unit, first.product_uom_qty], [10, 1]);

  const less = await agreed(client, "update_record", {
    model: "sale.order",
    ids: [id],
    values: { client_order_ref: "less", order_line: { remove: [lines[1]] } },
  });
  const partly = await done(client, "undo", { token: less.undo!.token });
  assert.equal(partly.complete, false);
  assert.match(String(partly.could_not), new RegExp(`line #${lines[1]} of order_line was deleted`));
  const left = await odoo.read("sale.order", id!, ["order_line", "client_order_ref"]);
  assert.deepEqual([left.order_line, left.client_order_ref], [[lines[0]], false]);
});

liveTest("a create is deleted where nothing hangs on it, else archived; and it says which", async (live) => {
  await using odoo = await odooItself(live);
  await using client = await connect(live);
  const partner = await done(client, "create_record", {
    model: "res.partner",
    values: [{ name: "U1" }, { name: "U2" }],
  });
  const ids = odoo.keep("res.partner", partner.ids);
  const taken = await done(client, "undo", { token: partner.undo!.token });
  assert.match(String(taken.restored), /^delete res\.partner U1 #\d+, U2 #\d+$/);
  assert.equal(taken.complete, true);
  assert.equal(await odoo.ask("res.partner", "search_count", [[["id", "in", ids]]]), 0);

  const used = { model: "res.partner", values: { name: "U3" }, idempotency_key: crypto.randomUUID() };
  const third = await done(client, "create_record", used);
  const [hung] = odoo.keep("res.partner", third.ids);
  const orders = [await odoo.ask("sale.order", "create", [{ partner_id: hung }])];
  odoo.keep("sale.order", orders as unknown as Tree);
  const archived = await done(client, "undo", { token: third.undo!.token });
  assert.match(String(archived.restored), /^archive res\.partner U3 #\d+$/);
  assert.match(String(archived.remains), /1 record of res\.partner archived, not deleted: \d+ records? of sale\.order/);
  assert.equal(archived.complete, false);
  assert.equal((await odoo.read("res.partner", hung!, ["active"])).active, false);
  const again = await done(client, "create_record", used);
  assert.deepEqual([again.repeated, again.ids], [true, third.ids]);
  assert.match(String(again.notes), /Archived since the first call: U3 #\d+/);

  const title = await done(client, "create_record", { model: "res.partner.title", values: { name: "Undo title" } });
  const [titleId] = odoo.keep("res.partner.title", title.ids);
  const deleted = await done(client, "undo", { token: title.undo!.token });
  assert.match(String(deleted.restored), /^delete res\.partner\.title Undo title #\d+$/);
  assert.equal(await odoo.ask("res.partner.title", "search_count", [[["id", "=", titleId]]]), 0);
});

liveTest("delete_record archives instead when asked, and undo brings the records back", async (live) => {
  await using odoo = await odooItself(live);
  await using client = await connect(live);
  const { ids } = await done(client, "create_record", { model: "res.partner", values: { name: "Archived" } });
  const [id] = odoo.keep("res.partner", ids);
  const answer = await done(client, "delete_record", { model: "res.partner", ids: [id], archive: true });
  assert.deepEqual(answer.archived, [{ id, display_name: "Archived" }]);
  assert.equal((await odoo.read("res.partner", id!, ["active"])).active, false);
  await done(client, "undo", { token: answer.undo!.token });
  assert.equal((await odoo.read("res.partner", id!, ["active"])).active, true);
  await refused(client, "E013", "delete_record", { model: "res.partner.title", ids: [1], archive: true });
});

liveTest("undo refuses to write over what somebody changed since, and shows both", async (live) => {
  await using odoo = await odooItself(live);
  await using client = await connect(live);
  const created = await done(client, "create_record", { model: "res.partner", values: { name: "Mine", phone: "1" } });
  const [id] = odoo.keep("res.partner", created.ids);
  const changed = await done(client, "update_record", { model: "res.partner", ids: [id], values: { phone: "2" } });
  await odoo.ask("res.partner", "write", [[id], { phone: "3" }]);
  const conflict = await refused(client, "E008", "undo", { token: changed.undo!.token });
  assert.match(String(conflict.message), /phone is "3", was left as "2".*by Mitchell Admin/);
  assert.deepEqual((conflict.details!.conflicts as unknown as Tree[])[0]!.differs, [
    { field: "phone", left: "2", present: "3" },
  ]);
  assert.equal((await odoo.read("res.partner", id!, ["phone"])).phone, "3");
  // Another field is none of its business, and a refused token stays good.
  await odoo.ask("res.partner", "write", [[id], { phone: "2", city: "Ghent" }]);
  assert.equal((await done(client, "undo", { token: changed.undo!.token })).complete, true);
  const now = await odoo.read("res.partner", id!, ["phone", "city"]);
  assert.deepEqual([now.phone, now.city], ["1", "Ghent"]);
});

liveTest("a confirmed order goes back to a quotation, with a confirmation, and what stays is told", async (live) => {
  await using odoo = await odooItself(live);
  await using client = await connect(live);
  const domain = [["sale_ok", "=", true], ["type", "=", "product"]];
  const [product] = await odoo.ask("product.product", "search", [domain], { limit: 1 }) as number[];
  const [partner] = await odoo.ask("res.partner", "search", [[["is_company", "=", true]]], { limit: 1 }) as number[];
  const created = await done(client, "create_record", {
    model: "sale.order",
    values: { partner_id: partner, order_line: { create: [{ product_id: product, product_uom_qty: 1 }] } },
  });
  const [id] = odoo.keep("sale.order", created.ids);
  const acted = await agreed(client, "run_action", { model: "sale.order", ids: [id], action: "action_confirm" });
  assert.equal((await odoo.read("sale.order", id!, ["state"])).state, "sale");
  const plan = await refused(client, "E010", "undo", { token: acted.undo!.token });
  assert.match(String(plan.details!.will), /run action_cancel, then action_draft on sale\.order .*stays: deliveries/);
  const undone = await done(client, "undo", { token: acted.undo!.token, plan: plan.details!.plan });
  assert.match(String(undone.remains), /deliveries and draft invoices/);
  const order = await odoo.read("sale.order", id!, ["state", "picking_ids"]);
  assert.equal(order.state, "draft");
  const [picking] = order.picking_ids as unknown as number[];
  assert.equal((await odoo.read("stock.picking", picking!, ["state"])).state, "cancel");
});

liveTest("a lead that was won goes back to its stage and probability", async (live) => {
  await using odoo = await odooItself(live);
  await using client = await connect(live);
  const [partner] = await odoo.ask("res.partner", "search", [[["is_company", "=", true]]], { limit: 1 }) as number[];
  const lead = await done(client, "create_record", {
    model: "crm.lead",
    values: { name: "Undo lead", type: "opportunity", partner_id: partner, probability: 30 },
  });
  const [id] = odoo.keep("crm.lead", lead.ids);
  const names = ["stage_id", "probability", "active"];
  const before = await odoo.read("crm.lead", id!, names);
  const won = await agreed(client, "run_action", { model: "crm.lead", ids: [id], action: "action_set_won" });
  assert.notDeepEqual(await odoo.read("crm.lead", id!, names), before);
  await done(client, "undo", { token: won.undo!.token });
  assert.deepEqual(await odoo.read("crm.lead", id!, names), before);
});

liveTest("two servers share one store: either undoes what the other did, once", async (live) => {
  await using odoo = await odooItself(live);
  await using one = await connect(live);
  await using other = await connect(live);
  const { ids } = await done(one, "create_record", { model: "res.partner", values: { name: "Shared", phone: "1" } });
  const [id] = odoo.keep("res.partner", ids);
  const { undo } = await done(one, "update_record", { model: "res.partner", ids: [id], values: { phone: "2" } });
  const both = await Promise.all([one, other].map((client) => call(client, "undo", { token: undo!.token })));
  assert.deepEqual(both.map(({ isError }) => isError).sort(), [false, true], both.map(({ text }) => text).join("\n"));
  assert.equal((await odoo.read("res.partner", id!, ["phone"])).phone, "1");
  const gone = { model: "res.partner", ids: [id] };
  const plan = (await refused(one, "E010", "delete_record", gone)).details!.plan;
  // Odoo tells write_date by the second.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await odoo.ask("res.partner", "write", [[id], { phone: "4" }]);
  const stale = await refused(other, "E010", "delete_record", { ...gone, plan });
  assert.equal(stale.details!.no_longer_fits, true);
  const fresh = (await refused(one, "E010", "delete_record", gone)).details!.plan;
  await done(other, "delete_record", { ...gone, plan: fresh });
});

liveTest("without a file undo lasts as long as the server, which says so once and in the answer", async (live) => {
  await using odoo = await odooItself(live);
  let stderr = "";
  const env = { ODOO_USERNAME: live.username, ODOO_PASSWORD: live.password };
  const where = ["--odoo-url", live.url, "--odoo-database", live.database, "--store-file", "/proc/nowhere/store.db"];
  await using client = await connectStdio(["serve", ...where], { env, onStderr: (text) => void (stderr += text) });
  const created = await done(client, "create_record", { model: "res.partner", values: { name: "In memory" } });
  odoo.keep("res.partner", created.ids);
  assert.equal(created.undo!.note, "only until this server stops");
  assert.equal(stderr.match(/last only until this server stops/g)?.length, 1, stderr);
  await done(client, "undo", { token: created.undo!.token });
});

liveTest("a made-up token, a changed one and one of another Odoo undo nothing", async (live) => {
  await using odoo = await odooItself(live);
  await using client = await connect(live);
  const created = await done(client, "create_record", { model: "res.partner", values: { name: "Kept" } });
  const [id] = odoo.keep("res.partner", created.ids);
  const token = String(created.undo!.token);
  for (const wrong of [token.slice(0, -1), `${token}x`, "x", "../../etc", token.toUpperCase()]) {
    assert.equal((await refused(client, "E005", "undo", { token: wrong })).details!.reason, "unknown");
  }
  // The same Instance name and Store, but another address: it might as well be another Odoo.
  await using other = await connect(live, { args: ["--odoo-protocol", "xmlrpc"] });
  await using elsewhere = await connect({ ...live, url: live.url.replace("127.0.0.1", "localhost") });
  assert.equal((await refused(elsewhere, "E005", "undo", { token })).details!.reason, "unknown");
  assert.equal((await odoo.read("res.partner", id!, ["active"])).active, true);
  await done(other, "undo", { token });
  assert.equal(await odoo.ask("res.partner", "search_count", [[["id", "=", id]]]), 0);
});
