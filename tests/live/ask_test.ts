import assert from "node:assert/strict";
import {
  analytics,
  countRecords,
  describeModel,
  getContext,
  getMetadata,
  getRecords,
  listModels,
  searchByName,
  searchRecords,
} from "../../src/ask/mod.ts";
import { wholeOrders } from "../ask/orders.ts";
import { failureOf } from "../odoo/calls.ts";
import { liveTest } from "../support/live.ts";
import { connect } from "./connected.ts";

liveTest("once the fields are known, each question to a real Odoo is one request", async (live) => {
  using main = connect(live);
  const { odoo, sent } = main;
  const questions: [string, () => Promise<unknown>][] = [
    [
      "sale.order.search_read",
      () => searchRecords(odoo, { model: "sale.order", domain: [["date_order", ">=", "last_year"]] }),
    ],
    ["res.partner.read", () => getRecords(odoo, { model: "res.partner", ids: [1, 3] })],
    ["res.partner.search_count", () => countRecords(odoo, { model: "res.partner" })],
    [
      "sale.order.read_group",
      () => analytics(odoo, { model: "sale.order", group_by: ["partner_id"], measures: ["amount_total:sum"] }),
    ],
  ];
  for (const [method, ask] of questions) {
    await ask();
    sent.length = 0;
    await ask();
    assert.deepEqual(sent.map((name) => name.replace("formatted_", "")), [method]);
  }
  await getContext(odoo);
  sent.length = 0;
  await getContext(odoo);
  assert.deepEqual(sent, []);
});

liveTest("sums by month of a real Odoo equal those over its records", async (live) => {
  using main = connect(live);
  const orders = await wholeOrders(main.odoo);
  const cents = (value: number) => Math.round(value * 100);
  for (const [granularity, name] of [["month", 7], ["year", 4], ["day", 10]] as const) {
    const { rows, records } = await analytics(main.odoo, {
      model: "sale.order",
      group_by: [`date_order:${granularity}`],
      measures: ["count", "amount_total:sum"],
      limit: 500,
    });
    const sums = new Map<string, [number, number]>();
    for (const { date_order, amount_total } of orders) {
      const [count, sum] = sums.get(date_order.slice(0, name)) ?? [0, 0];
      sums.set(date_order.slice(0, name), [count + 1, sum + cents(amount_total)]);
    }
    const expected = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, [count, sum]]) => [key, count, sum]);
    // Dates without orders are filled in with 0.
    const some = rows.filter(([, count]) => count !== 0);
    assert.deepEqual(some.map(([key, count, sum]) => [key, count, cents(sum as number)]), expected);
    assert.equal(records, orders.length);
  }
});

liveTest("the useful fields of every model people ask about can be read from a real Odoo", async (live) => {
  using main = connect(live);
  const { models } = await listModels(main.odoo, { limit: 60 });
  assert.ok(models.some(({ name }) => name === "res.partner"));
  let read = 0;
  for (const { name } of models) {
    const { rights } = await describeModel(main.odoo, { model: name });
    if (rights.read === false) continue;
    read += 1;
    const page = await searchRecords(main.odoo, { model: name, limit: 3, total: true });
    assert.equal(page.rows.length, Math.min(3, page.total!), name);
    const wrong = page.rows.flat().filter((value) => value === undefined);
    assert.deepEqual(wrong, [], name);
  }
  assert.ok(read > 20);
});

liveTest("all stored fields of the big models can be read from a real Odoo", async (live) => {
  using main = connect(live);
  for (const model of ["res.partner", "sale.order", "product.product", "account.move", "hr.employee"]) {
    const page = await searchRecords(main.odoo, { model, fields: ["all_stored"], limit: 2 });
    assert.ok(page.columns.length > 20 && page.rows.length > 0, model);
    assert.ok(JSON.stringify(page.rows).length < 20_000, model);
  }
});

liveTest("a computed field that fails for several records is left out, the rest is read", async (live) => {
  using main = connect(live);
  const fields = await main.odoo.fields("crm.lead");
  // On 14 its computation takes one record only.
  if (!fields.has("ribbon_message")) return;
  const page = await searchRecords(main.odoo, {
    model: "crm.lead",
    fields: ["name", "ribbon_message", "display_name"],
    limit: 40,
  });
  assert.ok(page.rows.length > 1);
  assert.deepEqual(page.columns, ["id", "name", "display_name"]);
  assert.ok(page.notes.some((note) => note.includes("ribbon_message")));
});

liveTest("records are read in order, with what is missing and an address that opens them", async (live) => {
  using main = connect(live);
  const { records, missing } = await getRecords(main.odoo, {
    model: "res.partner",
    ids: [3, 99_999_999, 1],
    fields: ["id"],
  });
  assert.deepEqual([records.map(({ id }) => id), missing], [[3, 1], [99_999_999]]);
  assert.ok(String(records[0]?.["url"]).startsWith(live.url));
});

liveTest("images come by their size", async (live) => {
  using main = connect(live);
  const { rows } = await searchRecords(main.odoo, {
    model: "res.partner",
    domain: [["image_128", "!=", false]],
    fields: ["image_128"],
    limit: 2,
  });
  for (const [, image] of rows) assert.match(String(image), /^\([\d.]+ [A-Za-z]+\)$/);
  assert.ok(rows.length > 0);
});

liveTest("a search on what Odoo 14 can't search is refused, not answered with every record", async (live) => {
  using main = connect(live);
  const question = { model: "res.partner", domain: [["contact_address", "ilike", "a"]] };
  assert.equal((await failureOf(countRecords(main.odoo, question))).code, "E004");
});

liveTest("names, external ids and metadata are told for several records at once", async (live) => {
  using main = connect(live);
  const found = await searchByName(main.odoo, "res.country", "Belg", 3);
  assert.equal(found[0]?.name, "Belgium");
  const { records: [country, other] } = await getMetadata(main.odoo, { model: "res.country", ids: [found[0]!.id, 1] });
  assert.deepEqual(country?.external_ids, ["base.be"]);
  assert.equal(other?.external_ids.length, 1);
  assert.match(country!.created!, /^\d{4}-\d\d-\d\dT/);
});

liveTest("an ordinary user gets models, rights and refusals of their own", async (live) => {
  using main = connect(live, "limited", "limited");
  const { odoo } = main;
  const login = await odoo.user().catch(() => null);
  // Only the project's own live database has this user.
  if (login === null) return;
  const { models } = await listModels(odoo, { query: "contact" });
  assert.equal(models[0]?.name, "res.partner");
  const { rights } = await describeModel(odoo, { model: "sale.order" });
  assert.deepEqual(rights, { create: false, read: false, write: false, unlink: false });
  assert.equal((await failureOf(searchRecords(odoo, { model: "sale.order" }))).code, "E003");
});
