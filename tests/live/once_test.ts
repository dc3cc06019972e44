import assert from "node:assert/strict";
import { createRecords } from "../../src/change/mod.ts";
import { isObject, type JsonObject } from "../../src/lib/json.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { agreeing } from "../change/company.ts";
import { failureOf } from "../odoo/calls.ts";
import { connectLive } from "../support/live_connection.ts";
import { liveTest } from "../support/live.ts";

function keyed() {
  return { ...agreeing(), idempotencyKey: crypto.randomUUID() };
}

async function rows(odoo: Odoo, model: string, ids: number[], fields: string[]): Promise<JsonObject[]> {
  const answer = await odoo.call(model, "read", { ids, params: { fields }, cache: "never" });
  return (Array.isArray(answer) ? answer.filter(isObject) : []).map((row) => ({ ...row, id: 0 }));
}

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  for (const user of ["admin", "demo"]) {
    liveTest(`a key makes records once for ${user} over ${protocol}, and leaves later edits alone`, async (live) => {
      await using admin = connectLive(live, protocol);
      await using mine = connectLive(live, protocol, { user, password: user });
      const options = keyed();
      const request = {
        model: "res.partner",
        values: [{ name: "Once 1", country_id: "Belgium", color: 3 }, { name: "Once 2", country_id: null, color: 0 }],
      };
      const first = await createRecords(mine.odoo, request, options);
      admin.keep("res.partner", first.ids);
      assert.deepEqual([first.ids.length, first.notes], [2, undefined]);
      assert.ok(first.records.every(({ differs }) => differs === undefined));
      // write_date has whole seconds: within the first one an edit can't be told from other values.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const vals = { name: "Edited by people", active: false };
      await mine.odoo.call("res.partner", "write", { ids: first.ids, params: { vals }, effect: "write" });
      mine.sent.length = 0;
      for (const store of [options.store, memoryStore()]) {
        const again = await createRecords(mine.odoo, request, { ...options, store });
        assert.deepEqual([again.ids, again.repeated], [first.ids, true]);
        assert.equal(again.records[1]?.display_name, "Edited by people");
      }
      assert.deepEqual(mine.changes(), []);
      const other = { ...request, values: request.values.slice(0, 1) };
      assert.equal((await failureOf(createRecords(mine.odoo, other, options))).code, "E008");
      await admin.odoo.call("res.partner", "unlink", { ids: first.ids, effect: "write" });
      const gone = await failureOf(createRecords(mine.odoo, request, options));
      assert.match(gone.message, /deleted since/);
    });
  }
}

liveTest("other values under a used key are told apart although the Store has forgotten them", async (live) => {
  await using connection = connectLive(live, "jsonrpc");
  const options = keyed();
  const request = { model: "res.partner", values: { name: "Once told apart", color: 3 } };
  const { ids } = await createRecords(connection.odoo, request, options);
  connection.keep("res.partner", ids);
  const other = { ...request, values: { ...request.values, color: 4 } };
  const failure = await failureOf(createRecords(connection.odoo, other, { ...options, store: memoryStore() }));
  assert.equal(failure.code, "E008");
});

liveTest("six callers with one key and nothing in common but Odoo make the records once", async (live) => {
  await using connection = connectLive(live, "jsonrpc");
  const options = keyed();
  const name = `Once at once ${options.idempotencyKey}`;
  const request = { model: "res.partner", values: Array.from({ length: 10 }, () => ({ name })) };
  // A Store of its own for each: replicas that share nothing.
  const calls = Array.from(
    { length: 6 },
    () => createRecords(connection.odoo, request, { ...options, store: memoryStore() }),
  );
  const answers = await Promise.all(calls);
  const all = await connection.odoo.call("res.partner", "search", { params: { domain: [["name", "=", name]] } });
  connection.keep("res.partner", all as number[]);
  assert.equal((all as number[]).length, 10);
  for (const { ids } of answers) assert.deepEqual(ids, answers[0]!.ids);
});

liveTest(
  "a user without rights is refused in Odoo's own words, and no business rule is lost on the way",
  async (live) => {
    await using limited = connectLive(live, "jsonrpc", { user: "limited", password: "limited" });
    const partner = { model: "res.partner", values: { name: "Once not allowed" } };
    const refused = await failureOf(createRecords(limited.odoo, partner, keyed()));
    assert.equal(refused.code, "E003");
    await using connection = connectLive(live, "jsonrpc");
    const tag = { model: "crm.tag", values: { name: `Once ${crypto.randomUUID()}` } };
    const { ids } = await createRecords(connection.odoo, tag, keyed());
    connection.keep("crm.tag", ids);
    const twice = await failureOf(createRecords(connection.odoo, tag, keyed()));
    assert.deepEqual([twice.code, twice.message], ["E004", "Tag name already exists !"]);
  },
);

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Values of every kind of field, as callers write them. */
const KINDS: { model: string; values: Record<string, unknown>; lines?: string }[] = [
  {
    model: "res.partner",
    values: {
      name: 'Tricky "quotes", commas; tabs\tand\nlines %s %(x)s é 😀',
      comment: "False",
      is_company: true,
      active: true,
      employee: false,
      type: "invoice",
      color: 7,
      partner_latitude: 0.1,
      partner_longitude: -1.23e-7,
      date: "2026-02-28",
      country_id: "Belgium",
      user_id: null,
      category_id: { create: [], add: ["Services"] },
      image_1920: PIXEL,
      child_ids: { create: [{ name: "A", email: "a@example.com" }, { name: "B", email: null }] },
    },
    lines: "child_ids",
  },
  {
    model: "crm.lead",
    values: {
      name: "0",
      type: "opportunity",
      priority: "2",
      probability: 12.34,
      expected_revenue: 1e9,
      date_deadline: "2026-12-31",
      tag_ids: ["Product", "Software"],
      stage_id: "Qualified",
      description: " spaces around ",
    },
  },
  {
    model: "sale.order",
    values: {
      partner_id: "Azure Interior",
      commitment_date: "2026-07-01T12:00",
      validity_date: "2026-12-24",
      order_line: {
        create: [
          { product_id: 6, product_uom_qty: 3, discount: 12.5, name: "first\nline" },
          { product_id: 7, product_uom_qty: 0.333, discount: 0, name: "second" },
        ],
      },
    },
    lines: "order_line",
  },
  {
    model: "product.product",
    values: { name: "Once a product", list_price: 9.99, default_code: "ONCE", type: "service", sale_ok: false },
  },
  {
    model: "project.task",
    values: { name: "Once a task", project_id: 1, planned_hours: 2.5, priority: "1", description: "<p>x &amp; y</p>" },
  },
];

liveTest("every kind of field arrives through a key as create alone would have brought it", async (live) => {
  await using connection = connectLive(live, "jsonrpc");
  const { odoo } = connection;
  for (const { model, values, lines } of KINDS) {
    const plain = await createRecords(odoo, { model, values }, agreeing());
    connection.keep(model, plain.ids);
    connection.sent.length = 0;
    const once = await createRecords(odoo, { model, values }, keyed());
    connection.keep(model, once.ids);
    assert.deepEqual([connection.changes(), once.notes], [["load"], undefined], model);
    const names = Object.keys(values).filter((name) => name !== lines);
    assert.deepEqual(await rows(odoo, model, once.ids, names), await rows(odoo, model, plain.ids, names), model);
    assert.deepEqual(once.records[0]?.differs, plain.records[0]?.differs, model);
    if (lines === undefined) continue;
    const field = (await odoo.fields(model)).get(lines)!;
    const inner = Object.keys((values[lines] as { create: JsonObject[] }).create[0]!);
    const linesOf = async (ids: number[]) => {
      const [row] = await odoo.call(model, "read", {
        ids,
        params: { fields: [lines] },
        cache: "never",
      }) as JsonObject[];
      const own = (row![lines] as number[]).sort((a, b) => a - b);
      connection.keep(field.relation!, own);
      return await rows(odoo, field.relation!, own, inner);
    };
    assert.deepEqual(await linesOf(once.ids), await linesOf(plain.ids), model);
  }
});

liveTest("what does not fit Odoo's import is named in Odoo as well, and found again", async (live) => {
  for (const user of ["admin", "demo"]) {
    await using admin = connectLive(live, "jsonrpc");
    await using mine = connectLive(live, "jsonrpc", { user, password: user });
    const options = keyed();
    const request = { model: "res.partner", values: [{ name: "Once odd 1" }, { name: "Once odd 2", color: 4 }] };
    const first = await createRecords(mine.odoo, request, options);
    admin.keep("res.partner", first.ids);
    assert.deepEqual(mine.changes(), ["create"]);
    assert.match(first.notes?.join() ?? "", /two calls at the same moment could still create twice/);
    const again = await createRecords(mine.odoo, request, { ...options, store: memoryStore() });
    assert.deepEqual([again.ids, again.repeated], [first.ids, true]);
  }
});

liveTest(
  "a time that comes twice, and a relation to an archived record, are created once the weaker way",
  async (live) => {
    await using connection = connectLive(live, "jsonrpc");
    const { odoo } = connection;
    const [archived] =
      (await createRecords(odoo, { model: "res.partner", values: { name: "Gone", active: false } }, agreeing())).ids;
    connection.keep("res.partner", [archived!]);
    const values = { name: "Once below an archived one", parent_id: archived };
    const { ids, notes } = await createRecords(odoo, { model: "res.partner", values }, keyed());
    connection.keep("res.partner", ids);
    assert.match(notes?.join() ?? "", /Odoo's import refused them/);
    const twice = { partner_id: "Azure Interior", commitment_date: "2026-10-25T00:30:00Z" };
    const order = await createRecords(odoo, { model: "sale.order", values: twice }, keyed());
    connection.keep("sale.order", order.ids);
    assert.match(order.notes?.join() ?? "", /comes twice in Europe\/Brussels/);
    const [row] = await rows(odoo, "sale.order", order.ids, ["commitment_date"]);
    assert.equal(row?.["commitment_date"], "2026-10-25 00:30:00");
  },
);
