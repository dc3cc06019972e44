import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../src/lib/json.ts";
import { analytics, type AnalyticsInput } from "../../src/ask/analytics.ts";
import { estimateTokens } from "../../src/ask/budget.ts";
import { searchRecords } from "../../src/ask/select.ts";
import { failureOf } from "../odoo/calls.ts";
import { checkAnswer, questions, readOrders } from "./grouped.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

/** The day of the demo company's clock. */
const NOW = Date.parse("2026-11-20T09:30:00Z");

const CONFIRMED = { model: "sale.order", domain: [["state", "=", "sale"], ["currency_id", "=", 1]] };

async function ask(input: AnalyticsInput) {
  const odoo = await demoOdoo();
  return { answer: await analytics(odoo, input, {}, NOW), calls: odoo.calls.map(({ method }) => method) };
}

Deno.test("every figure of an answer is that of the records themselves", async () => {
  const odoo = await demoOdoo();
  const orders = await readOrders(odoo);
  assert.ok(new Set(orders.map((order) => JSON.stringify(order["currency_id"]))).size > 1);
  await fc.assert(fc.asyncProperty(questions, (asked) => checkAnswer(odoo, orders, asked)), { numRuns: 150 });
});

Deno.test("a plain question is one request, and tells the one currency with the column", async () => {
  const { answer, calls } = await ask({
    ...CONFIRMED,
    group_by: ["user_id"],
    measures: ["count", "amount_total:sum", "amount_total:avg"],
    order: "-amount_total:sum",
  });
  assert.deepEqual(calls, ["read_group"]);
  assert.deepEqual(answer.columns, [
    { name: "user_id", label: "Salesperson", type: "many2one" },
    { name: "count", label: "Count", type: "integer" },
    { name: "amount_total:sum", label: "Total (sum)", type: "monetary", currency: "EUR" },
    { name: "amount_total:avg", label: "Total (avg)", type: "monetary", currency: "EUR" },
  ]);
  assert.deepEqual(answer.notes, []);
  assert.equal(answer.groups, answer.groups_total);
});

Deno.test("the first groups come with the others together, and all in all, for one request", async () => {
  const all = await ask({ ...CONFIRMED, group_by: ["partner_id"], measures: ["amount_total:sum", "amount_total:max"] });
  const { answer, calls } = await ask({
    ...CONFIRMED,
    group_by: ["partner_id"],
    measures: ["amount_total:sum", "amount_total:max"],
    limit: 2,
    share: true,
  });
  assert.deepEqual(calls, ["read_group"]);
  const [shown, rest] = [all.answer.rows.slice(0, 2), all.answer.rows.slice(2)];
  const cents = (rows: Json[][]) => Math.round(rows.reduce((sum, row) => sum + Number(row[1]), 0) * 100);
  assert.deepEqual(answer.rows.map(([partner, sum, , max]) => [partner, sum, max]), shown);
  assert.deepEqual(answer.others, {
    groups: rest.length,
    "amount_total:sum": cents(rest) / 100,
    "amount_total:max": Math.max(...rest.map(([, , max]) => Number(max))),
  });
  assert.equal(answer.totals!["amount_total:sum"], cents(all.answer.rows) / 100);
  const shares = answer.rows.map((row) => Number(row[2]));
  assert.deepEqual(shares, shown.map((row) => Math.round(Number(row[1]) / cents(all.answer.rows) * 100_000) / 10));
  assert.deepEqual(answer.notes, [`The first 2 of ${rest.length + 2} groups; the rest is in others.`]);
});

Deno.test("different values of the others are counted by Odoo, not added up", async () => {
  const { answer, calls } = await ask({
    ...CONFIRMED,
    group_by: ["user_id"],
    measures: ["partner_id:count_distinct"],
    limit: 1,
  });
  const whole = await ask({ ...CONFIRMED, measures: ["partner_id:count_distinct"] });
  assert.equal(answer.totals!["partner_id:count_distinct"], whole.answer.rows[0]![0]);
  assert.deepEqual(calls, ["read_group", "read_group", "read_group"]);
});

Deno.test("having leaves groups out of rows, others and totals, and says so", async () => {
  const question = { ...CONFIRMED, group_by: ["partner_id"], measures: ["count", "amount_total:sum"] };
  const all = await ask(question);
  const most = Number(all.answer.rows[1]![1]);
  const kept = all.answer.rows.filter(([, count]) => Number(count) >= most);
  for (
    const having of [[{ measure: "count", op: ">=", value: most }], `count >= ${most}`, {
      measure: "count",
      op: ">=",
      value: most,
    }]
  ) {
    const { answer, calls } = await ask({ ...question, having });
    assert.deepEqual(answer.rows, kept);
    assert.equal(answer.records, kept.reduce((sum, [, count]) => sum + Number(count), 0));
    assert.ok(answer.notes.includes(`having leaves out ${all.answer.rows.length - kept.length} groups.`));
    assert.deepEqual(calls, ["read_group"]);
  }
});

Deno.test("amounts of several currencies stay apart, in rows, totals and shares", async () => {
  const { answer } = await ask({
    model: "sale.order",
    group_by: ["state"],
    measures: ["amount_total:sum", "count"],
    share: true,
  });
  assert.deepEqual(answer.columns.map(({ name, currency_field }) => [name, currency_field]), [
    ["state", undefined],
    ["currency_id", undefined],
    ["amount_total:sum", "currency_id"],
    ["amount_total:sum:share_pct", undefined],
    ["count", undefined],
  ]);
  assert.deepEqual(Object.keys(answer.totals!["amount_total:sum"] as object).sort(), ["EUR", "USD"]);
  const shares = new Map<string, number>();
  for (const [, currency, , share] of answer.rows) {
    const name = String((currency as Json[])[1]);
    shares.set(name, (shares.get(name) ?? 0) + Number(share));
  }
  for (const sum of shares.values()) assert.ok(Math.abs(sum - 100) < 1, String(sum));
  assert.ok(answer.notes.some((note) => /EUR.*USD|USD.*EUR/.test(note)));
});

Deno.test("a path is read step by step: one request for the groups and one for each relation", async () => {
  const { answer, calls } = await ask({
    model: "sale.order.line",
    group_by: ["order_id.partner_id.country_id", "order_id.date_order:year"],
    measures: ["product_uom_qty:sum", "order_id:count_distinct", "order_id.amount_total:max"],
  });
  assert.deepEqual(calls, ["read_group", "search_read", "search_read"]);
  assert.equal(answer.columns[0]!.label, "Order Reference / Customer / Country");
  const whole = await ask({ model: "sale.order.line", measures: ["product_uom_qty:sum", "order_id:count_distinct"] });
  const [quantity, orders] = whole.answer.rows[0]!;
  assert.equal(answer.totals!["product_uom_qty:sum"], quantity);
  assert.equal(answer.totals!["order_id:count_distinct"], orders);
});

Deno.test("what Odoo can't group by is put together here, from the records and with a word about it", async () => {
  const { answer, calls } = await ask({
    model: "res.partner",
    group_by: ["category_id"],
    measures: ["count"],
    include_archived: true,
  });
  assert.deepEqual(calls, ["search_count", "search_read", "search_read"]);
  assert.match(answer.notes[0]!, /^Computed here from \d+ records: .* category_id\.$/);
  assert.match(answer.notes[1]!, /several Tags counts in each/);
  const counted = answer.rows.reduce((sum, [, count]) => sum + Number(count), 0);
  assert.ok(counted >= answer.records, "each record is in one group at least");
  assert.equal(answer.totals!["count"], answer.records);
});

Deno.test("more than 10,000 records are not read to be put together here", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: [10_001] });
  const failure = await failureOf(analytics(odoo, { model: "sale.order", group_by: ["tag_ids"], measures: ["count"] }));
  assert.equal(failure.code, "E012");
  assert.match(failure.message, /tag_ids.*10001 records.*at most 10000/);
  assert.deepEqual(odoo.calls.map(({ method }) => method), ["search_count"]);
});

Deno.test("of more than 1,000 groups the first are shown, and Odoo adds up the whole", async () => {
  const row = (id: number): Json => ({
    __count: 1,
    m0: 1,
    m1: 2000 - id,
    partner_id: [id, `P${id}`],
    currency_id: [1, "EUR"],
    __domain: [["partner_id", "=", id], ["currency_id", "=", 1]],
  });
  const groups = Array.from({ length: 1001 }, (_, index) => row(index + 1));
  const question = { model: "sale.order", group_by: ["partner_id"], measures: ["amount_total:sum"], limit: 2 };
  const euros = { __count: 5000, m0: 5000, m1: 9000, currency_id: [1, "EUR"], __domain: [["currency_id", "=", 1]] };
  const odoo = recordedOdoo({ fields: FIELDS, answers: [groups, [euros]] });
  const { rows, others, totals, groups_total, records, columns } = await analytics(odoo, question);
  assert.deepEqual(rows, [[[1, "P1"], 1999], [[2, "P2"], 1998]]);
  assert.deepEqual(others, { "amount_total:sum": 9000 - 1999 - 1998 });
  assert.deepEqual([totals, groups_total, records], [{ "amount_total:sum": 9000 }, undefined, 5000]);
  assert.equal(columns[1]!.currency, "EUR");

  // A currency that only groups beyond the first have keeps its column.
  const dollars = { __count: 1, m0: 1, m1: 7, currency_id: [2, "USD"], __domain: [["currency_id", "=", 2]] };
  const several = recordedOdoo({ fields: FIELDS, answers: [groups, [euros, dollars]] });
  const split = await analytics(several, question);
  assert.deepEqual(split.rows[0], [[1, "P1"], [1, "EUR"], 1999]);
  assert.deepEqual(split.others, { "amount_total:sum": { EUR: 9000 - 1999 - 1998, USD: 7 } });
});

Deno.test("Odoo's nothings before the largest don't hide the largest", async () => {
  const row = (id: number, sum: Json): Json => ({
    m0: 1,
    m1: sum,
    partner_id: [id, `P${id}`],
    currency_id: [1, "EUR"],
    __domain: [["partner_id", "=", id], ["currency_id", "=", 1]],
  });
  const groups = Array.from({ length: 1200 }, (_, index) => row(index + 1, index < 900 ? false : 2000 - index));
  const odoo = recordedOdoo({ fields: FIELDS, answers: [groups.slice(0, 1001), groups] });
  const question = { model: "sale.order", group_by: ["partner_id"], measures: ["amount_total:sum"], limit: 1 };
  const { rows, groups_total } = await analytics(odoo, question);
  assert.deepEqual(rows, [[[901, "P901"], 1100]]);
  assert.equal(groups_total, 1200);
});

Deno.test("spans without records are there, from the start of the period to today", async () => {
  const { rows: found } = await searchRecords(await demoOdoo(), {
    model: "sale.order",
    where: [{ field: "date_order", op: "=", value: "2026-04" }],
    limit: 1,
  });
  const { answer } = await ask({
    model: "sale.order",
    domain: [["date_order", ">=", "2026-01-01"], ["id", "=", found[0]![0]!]],
    group_by: ["date_order:month"],
    measures: ["count", "amount_total:sum", "amount_total:avg"],
  });
  const months = Array.from({ length: 11 }, (_, index) => `2026-${String(index + 1).padStart(2, "0")}`);
  assert.deepEqual(answer.rows.map(([month]) => month), months);
  for (const [month, ...values] of answer.rows) {
    if (month === "2026-04") assert.equal(values[0], 1);
    else assert.deepEqual(values, [0, 0, null]);
  }
});

Deno.test("a period is compared with the one before it, and with last year's", async () => {
  const question = { model: "sale.order", group_by: ["user_id"], measures: ["count"] };
  const between = (from: string, to: string) =>
    ask({ ...question, where: [{ field: "date_order", op: "between", value: [from, to] }] });
  for (
    const [compare, from, to] of [
      ["previous_period", "2026-09-01", "2026-09-30"],
      ["last_year", "2025-10-01", "2025-10-31"],
    ]
  ) {
    const now = await between("2026-10-01", "2026-10-31");
    const then = await between(from!, to!);
    const { answer, calls } = await ask({
      ...question,
      where: [{ field: "date_order", op: "=", value: "2026-10" }],
      compare,
    });
    assert.equal(calls.length, 2);
    assert.equal(answer.compared, `2026-10-01 to 2026-10-31 with ${from} to ${to}`);
    const values = (rows: Json[][]) => new Map(rows.map(([user, count]) => [JSON.stringify(user), count]));
    const [before, after] = [values(then.answer.rows), values(now.answer.rows)];
    assert.deepEqual(
      new Set(answer.rows.map(([user]) => JSON.stringify(user))),
      new Set([...before.keys(), ...after.keys()]),
    );
    for (const [user, count, previous, change] of answer.rows) {
      assert.equal(count, after.get(JSON.stringify(user)) ?? 0);
      assert.equal(previous, before.get(JSON.stringify(user)) ?? 0);
      const expected = previous === 0 ? null : Math.round((Number(count) / Number(previous) - 1) * 1000) / 10;
      assert.equal(change, expected);
    }
    assert.equal(answer.totals!["count:previous"], then.answer.records);
  }
});

Deno.test("months are compared with the month before, the first with one outside the period", async () => {
  const months = { model: "sale.order", group_by: ["date_order:month"], measures: ["count"] };
  const all = new Map((await ask(months)).answer.rows.map(([month, count]) => [month, count]));
  const { answer, calls } = await ask({
    ...months,
    where: [{ field: "date_order", op: ">=", value: "2026-08-01" }],
    compare: "previous_period",
  });
  assert.deepEqual(answer.rows.map(([month, , previous]) => [month, previous]), [
    ["2026-08", all.get("2026-07")],
    ["2026-09", all.get("2026-08")],
    ["2026-10", all.get("2026-09")],
    ["2026-11", all.get("2026-10")],
  ]);
  assert.equal(calls.length, 2);
  const order = await ask({ ...months, compare: "last_year", order: "-count:change_pct", limit: 3 });
  assert.deepEqual(
    order.answer.rows.map((row) => row[3]),
    order.answer.rows.map((row) => row[3]).sort((a, b) => Number(b) - Number(a)),
  );
  const year = await ask({ ...months, compare: "last_year", order: "date_order" });
  assert.equal(year.calls.length, 1, "all years are in the answer already");
  for (const [month, , previous] of year.answer.rows) {
    assert.equal(previous, all.get(`${Number(String(month).slice(0, 4)) - 1}${String(month).slice(4)}`) ?? 0);
  }
});

Deno.test("spans that the period cuts, or that are not over, are told with what they are compared with", async () => {
  const notes = async (value: Json, more: Partial<AnalyticsInput> = {}) => {
    const where = value === null ? {} : { where: [{ field: "date_order", op: "between", value }] };
    const question = { model: "sale.order", group_by: ["date_order:month"], measures: ["count"], ...where, ...more };
    return (await ask(question)).answer.notes.filter((note) => note.startsWith("2"));
  };
  const compare = "previous_period";
  assert.deepEqual(await notes(["2026-08-11", "2026-11-20"], { compare }), [
    "2026-08 starts on 2026-08-11, as the period does, and is compared with 2026-07-11 to 2026-07-31.",
    "2026-11 runs to 2026-11-20 so far and is compared with 2026-10-01 to 2026-10-20.",
  ]);
  assert.deepEqual(await notes(["2026-08-01", "2026-10-12"], { compare: "last_year" }), [
    "2026-10 ends on 2026-10-12, as the period does, and is compared with 2025-10-01 to 2025-10-12.",
  ]);
  const whole = "2026-11 is not over, and is compared with all of 2026-10.";
  for (const value of [null, ["2026-08-01", "2026-12-31"]]) assert.deepEqual(await notes(value, { compare }), [whole]);
  assert.deepEqual(await notes(["2026-08-01", "2026-10-31"], { compare }), []);
  const quarters = { group_by: ["date_order:quarter"] };
  assert.deepEqual(await notes(["2026-04-01", "2026-11-20"], { compare, ...quarters }), [
    "2026-Q4 runs to 2026-11-20 so far and is compared with 2026-07-01 to 2026-08-20.",
  ]);
  assert.deepEqual(await notes(["2026-08-11", "2026-11-20"]), ["2026-08 starts on 2026-08-11, as the period does."]);
  assert.deepEqual(await notes(["2026-08-11", "2026-08-20"], { compare }), [
    "2026-08 runs from 2026-08-11 to 2026-08-20, as the period does, and is compared with 2026-07-11 to 2026-07-20.",
  ]);
});

Deno.test("a chart names its columns; without groups there is none", async () => {
  const chart = async (input: Partial<AnalyticsInput>) =>
    (await ask({ ...CONFIRMED, measures: ["amount_total:sum", "count"], ...input })).answer.chart;
  assert.deepEqual(await chart({ group_by: ["user_id"], chart: "auto" }), {
    type: "bar",
    x: 0,
    series: [1, 2],
    title: "Total (sum) by Salesperson",
    unit: "EUR",
  });
  assert.equal((await chart({ group_by: ["user_id", "date_order:month"], chart: "auto" }))?.type, "line");
  assert.equal((await chart({ group_by: ["user_id", "date_order:month"], chart: "auto" }))?.x, 1);
  const pie = { group_by: ["user_id"], measures: ["amount_total:sum"], share: true, chart: "auto" };
  assert.equal((await chart(pie))?.type, "pie");
  assert.equal(await chart({ chart: "bar" }), undefined);
  const byCount = { group_by: ["user_id"], chart: "bar", order: "count desc" };
  assert.deepEqual((await chart(byCount))?.series, [2, 1], "what the groups are ordered by comes first");
});

Deno.test("groups that don't fit into an answer are with the others", async () => {
  const odoo = await demoOdoo();
  const question = { ...CONFIRMED, group_by: ["partner_id", "date_order:day"], measures: ["amount_total:sum"] };
  const answer = await analytics(odoo, question, { maxTokens: 1000 }, NOW);
  assert.ok(answer.groups < answer.groups_total!);
  assert.equal(answer.others!["groups"], answer.groups_total! - answer.groups);
  assert.ok(estimateTokens(JSON.stringify(answer)) < 1250);
  assert.ok(answer.notes.some((note) => /fit into an answer/.test(note)));
});

Deno.test("without groups there is one row, and nothing adds up to 0", async () => {
  const { answer: none } = await ask({
    model: "sale.order",
    measures: ["amount_total:sum", "amount_total:avg", "date_order:max", "count"],
    domain: [["id", "in", []]],
  });
  assert.deepEqual(none.rows, [[0, null, null, 0]]);
  const empty: Json = [{ __extra_domain: [[1, "=", 1]], __count: 0, "date_order:max": false, "amount_total:count": 0 }];
  const newer = recordedOdoo({ fields: FIELDS, version: "19.0", answers: [empty] });
  const answer = await analytics(newer, {
    model: "sale.order",
    measures: ["count", "date_order:max", "amount_total:count"],
  });
  assert.deepEqual(answer.rows, [[0, null, 0]]);
});

Deno.test("the answers of 14 and 19 to one question are the same table", async () => {
  const question = {
    model: "sale.order",
    group_by: ["partner_id", "state", "locked"],
    measures: ["amount_total:avg", "date_order:max"],
    order: "partner_id",
  };
  // As recorded: read_group_m2o on 14 (aliases as asked here), formatted_read_group_m2o on 19.
  const on14: Json = [{
    __count: 2,
    m0: 2,
    m1: 10110.0,
    m2: 2,
    m3: "2026-10-21 07:38:00",
    partner_id: [10, "Deco Addict"],
    state: false,
    locked: false,
    currency_id: [1, "EUR"],
    __domain: [["partner_id", "=", 10], ["state", "=", false], ["locked", "=", false], ["currency_id", "=", 1]],
  }];
  const on19: Json = [{
    partner_id: [10, "Deco Addict"],
    state: false,
    locked: false,
    currency_id: [1, "EUR"],
    __extra_domain: [["partner_id", "=", 10]],
    __count: 2,
    "amount_total:sum": 10110.0,
    "amount_total:count": 2,
    "date_order:max": "2026-10-21 07:38:00",
  }];
  const tables = await Promise.all(
    [["14.0", on14] as const, ["19.0", on19] as const].map(([version, answer]) =>
      analytics(recordedOdoo({ fields: FIELDS, version, answers: [answer] }), question)
    ),
  );
  assert.deepEqual(tables[0], tables[1]);
  assert.deepEqual(tables[0]!.rows, [[[10, "Deco Addict"], "(not set)", false, 5055, "2026-10-21T09:38:00+02:00"]]);
});

Deno.test("spans of dates are named by ISO in the user's time zone", async () => {
  const spans: [string, string, string][] = [
    ["year", "2025-12-31 23:00:00", "2026"],
    ["quarter", "2026-09-30 22:00:00", "2026-Q4"],
    ["month", "2026-09-30 22:00:00", "2026-10"],
    ["week", "2026-10-04 22:00:00", "2026-10-05"],
    ["day", "2026-10-04 22:00:00", "2026-10-05"],
    ["hour", "2026-10-04 22:00:00", "2026-10-05T00:00:00+02:00"],
  ];
  for (const [granularity, start, name] of spans) {
    const key = `date_order:${granularity}`;
    const answer: Json = [{
      m0: 1,
      [key]: "x",
      __domain: ["&", ["date_order", ">=", start], ["date_order", "<", "x"]],
    }];
    const odoo = recordedOdoo({ fields: FIELDS, answers: [answer] });
    const { rows } = await analytics(odoo, { model: "sale.order", group_by: key, measures: ["count"] }, {}, 0);
    assert.deepEqual(rows, [[name, 1]]);
    assert.equal(odoo.calls[0]?.context["tz"], "Europe/Brussels");
  }
});

Deno.test("what can't be grouped or computed is refused with its place", async () => {
  const odoo = recordedOdoo({ fields: FIELDS });
  const cases: [Partial<AnalyticsInput>, string, RegExp][] = [
    [{ group_by: ["note"] }, "E004", /group_by\[0\].*html field/],
    [{ group_by: ["order_line"] }, "E004", /one2many field/],
    [{ group_by: ["signature"] }, "E004", /binary field/],
    [{ group_by: ["order_line.product_uom_qty"] }, "E013", /goes through order_line.*many/],
    [{ group_by: ["state.name"] }, "E004", /goes through state, a selection field/],
    [{ group_by: ["partner_id.nosuch"] }, "E004", /res\.partner has no field "nosuch"/],
    [{ group_by: ["partner_id.id"] }, "E004", /each record/],
    [{ group_by: ["id"] }, "E004", /each record/],
    [{ group_by: ["date_order:decade"] }, "E004", /can't be grouped by "decade"/],
    [{ group_by: ["validity_date:hour"] }, "E004", /can't be grouped by "hour"/],
    [{ group_by: ["state:month"] }, "E004", /no date/],
    [{ group_by: ["stat"] }, "E004", /no field "stat"/],
    [{ measures: [] }, "E004", /measures: the list is empty/],
    [{ measures: ["amount_total:summ"] }, "E004", /"summ" is no aggregate/],
    [{ measures: ["name:sum"] }, "E004", /the sum of name, a char field, makes no sense/],
    [{ measures: ["order_line:count"] }, "E004", /makes no sense/],
    [{ measures: [{ field: "amount_total", op: "sum", as: "x" }] }, "E004", /"as" does not belong here/],
    [{ measures: [5] }, "E004", /5 is no measure/],
    [{ measures: ["order_line.product_uom_qty:sum"] }, "E013", /goes through order_line/],
    [{ order: "amount_total desc" }, "E004", /"amount_total" is no column/],
    [{ order: "-count desc" }, "E004", /no key with asc or desc/],
    [{ having: [{ measure: "amount_total:sum", op: ">", value: 1 }] }, "E004", /having\[0\].*none of the measures/],
    [{ having: [{ measure: "count", op: "like", value: 1 }] }, "E004", /"like" is no op/],
    [{ having: [{ measure: "count", op: ">", value: "5" }] }, "E004", /"5" is no number/],
    [{ having: "count" }, "E004", /"count" is no condition/],
    [{ compare: "last_decade" }, "E004", /"last_decade" is unknown/],
    [{ compare: "previous_period" }, "E004", /no period to compare/],
    [
      { compare: "previous_period", where: [{ field: "date_order", op: "<", value: "2026-01-01" }] },
      "E004",
      /no start/,
    ],
    [{ compare: "last_year", group_by: ["date_order:hour"] }, "E004", /hours/],
    [{ compare: "last_year", group_by: ["date_order:day", "validity_date:day"] }, "E013", /two dates/],
    [{ chart: "donut" }, "E004", /"donut" is no kind of chart/],
    [{ limit: -1 }, "E004", /limit/],
    [{ limit: 1_000_000 }, "E012", /limit/],
  ];
  for (const [input, code, message] of cases) {
    const failure = await failureOf(
      analytics(odoo, { model: "sale.order", group_by: ["state"], measures: ["count"], ...input }),
    );
    assert.equal(failure.code, code, failure.message);
    assert.match(failure.message, message);
    assert.ok(!/undefined/.test(failure.message + failure.hint), failure.hint);
  }
  assert.deepEqual(odoo.calls, [], "nothing is sent");
});

Deno.test("measures are understood in the forms that people write", async () => {
  for (const word of ["sum(amount_total)", "amount_total", "amount_total:SUM", "amount_total:total"]) {
    const { answer } = await ask({ ...CONFIRMED, measures: [word, "count", "id:count"] });
    assert.deepEqual(answer.columns.map(({ name }) => name), ["amount_total:sum", "count"]);
  }
});
