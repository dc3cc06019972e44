import assert from "node:assert/strict";
import type { Json } from "../../src/lib/json.ts";
import { analytics } from "../../src/ask/analytics.ts";
import { searchRecords } from "../../src/ask/select.ts";
import { failureOf } from "../odoo/calls.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

/** Confirmed orders of the demo company, read whole. */
async function orders(): Promise<{ id: number; partner: number; date: string; total: number }[]> {
  const { rows } = await searchRecords(await demoOdoo(), {
    model: "sale.order",
    domain: [["state", "=", "sale"]],
    fields: ["partner_id", "date_order", "amount_total"],
    limit: 500,
  });
  return rows.map(([id, partner, date, total]) => ({
    id: id as number,
    partner: (partner as number[])[0]!,
    date: date as string,
    total: total as number,
  }));
}

const cents = (value: Json) => Math.round(Number(value) * 100);

Deno.test("sums by month in the user's time zone equal those over the records themselves", async () => {
  const odoo = await demoOdoo();
  const answer = await analytics(odoo, {
    model: "sale.order",
    group_by: ["date_order:month"],
    measures: ["count", "amount_total:sum"],
    where: [{ field: "state", op: "=", value: "Sales Order" }],
  });
  const expected = new Map<string, [number, number]>();
  for (const { date, total } of await orders()) {
    const [count, sum] = expected.get(date.slice(0, 7)) ?? [0, 0];
    expected.set(date.slice(0, 7), [count + 1, sum + cents(total)]);
  }
  assert.deepEqual(
    answer.rows.map(([month, count, sum]) => [month, count, cents(sum!)]),
    [...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, [count, sum]]) => [month, count, sum]),
  );
  assert.equal(answer.totals?.["count"], (await orders()).length);
  assert.equal(odoo.calls.length, 1);
  assert.deepEqual(answer.columns.map(({ name, type, currency_field }) => [name, type, currency_field]), [
    ["date_order:month", "datetime", undefined],
    ["count", "integer", undefined],
    ["amount_total:sum", "monetary", "currency_id"],
  ]);
  assert.ok(answer.notes.some((note) => /currency_id/.test(note)));
});

Deno.test("the best come first, totals cover those that are not shown", async () => {
  const odoo = await demoOdoo();
  const answer = await analytics(odoo, {
    model: "sale.order",
    group_by: ["partner_id"],
    measures: [{ field: "amount_total", op: "sum" }, "amount_total:max"],
    domain: [["state", "=", "sale"]],
    limit: 3,
  });
  const sums = new Map<number, number>();
  for (const { partner, total } of await orders()) sums.set(partner, (sums.get(partner) ?? 0) + cents(total));
  const best = [...sums].sort(([, a], [, b]) => b - a).slice(0, 3);
  assert.deepEqual(answer.rows.map(([partner, sum]) => [(partner as Json[])[0], cents(sum!)]), best);
  assert.equal(answer.has_more, true);
  assert.equal(cents(answer.totals!["amount_total:sum"]!), [...sums.values()].reduce((a, b) => a + b));
  assert.equal(answer.totals!["amount_total:max"], undefined);
  assert.equal(odoo.calls.length, 2);
});

Deno.test("without groups there is one row, and nothing adds up to 0", async () => {
  const odoo = await demoOdoo();
  const none = await analytics(odoo, {
    model: "sale.order",
    measures: ["amount_total:sum", "amount_total:avg", "date_order:max", "count"],
    domain: [["id", "in", []]],
  });
  assert.deepEqual(none.rows, [[0, null, null, 0]]);
  const empty: Json = [{
    __extra_domain: [[1, "=", 1]],
    __count: 0,
    "amount_total:sum": false,
    "date_order:max": false,
  }];
  const newer = recordedOdoo({ fields: FIELDS, version: "19.0", answers: [empty] });
  const answer = await analytics(newer, {
    model: "sale.order",
    measures: ["count", "amount_total:sum", "date_order:max"],
  });
  assert.deepEqual(answer.rows, [[0, 0, null]]);
});

Deno.test("the answers of 14 and 19 to one question are the same table", async () => {
  const question = {
    model: "sale.order",
    group_by: ["partner_id"],
    measures: ["amount_total:avg", "date_order:max"],
    order: "partner_id",
  };
  // As recorded: read_group_m2o on 14 (aliases as asked here), formatted_read_group_m2o on 19.
  const on14: Json = [{
    __count: 2,
    m0: 5055.0,
    m1: "2026-10-21 07:38:00",
    partner_id: [10, "Deco Addict"],
    __domain: [["partner_id", "=", 10]],
  }];
  const on19: Json = [{
    partner_id: [10, "Deco Addict"],
    __extra_domain: [["partner_id", "=", 10]],
    "amount_total:avg": 5055.0,
    "date_order:max": "2026-10-21 07:38:00",
  }];
  const tables = await Promise.all(
    [["14.0", on14] as const, ["19.0", on19] as const].map(([version, answer]) =>
      analytics(recordedOdoo({ fields: FIELDS, version, answers: [answer] }), question)
    ),
  );
  assert.deepEqual(tables[0], tables[1]);
  assert.deepEqual(tables[0]!.rows, [[[10, "Deco Addict"], 5055, "2026-10-21T09:38:00+02:00"]]);
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
    const { rows } = await analytics(odoo, { model: "sale.order", group_by: key, measures: ["count"] });
    assert.deepEqual(rows, [[name, 1]]);
    assert.equal(odoo.calls[0]?.context["tz"], "Europe/Brussels");
  }
});

Deno.test("what can't be grouped or computed is refused with its place", async () => {
  const odoo = recordedOdoo({ fields: FIELDS });
  const cases: [string[], unknown[], string, RegExp][] = [
    [["note"], ["count"], "E004", /group_by\[0\].*html field/],
    [["order_line"], ["count"], "E004", /one2many field/],
    [["expected_date"], ["count"], "E004", /computed at each read/],
    [["partner_id.country_id"], ["count"], "E013", /path/],
    [["id"], ["count"], "E004", /each record/],
    [["date_order:decade"], ["count"], "E004", /can't be grouped by "decade"/],
    [["validity_date:hour"], ["count"], "E004", /can't be grouped by "hour"/],
    [["state:month"], ["count"], "E004", /no date/],
    [["stat"], ["count"], "E004", /no field "stat"/],
    [["state"], [], "E004", /measures: the list is empty/],
    [["state"], ["amount_total:summ"], "E004", /"summ" is no aggregate/],
    [["state"], ["name:sum"], "E004", /the sum of name, a char field, makes no sense/],
    [["state"], ["order_line:count"], "E004", /makes no sense/],
    [["state"], ["expected_date:max"], "E004", /computed at each read/],
    [["state"], [{ field: "amount_total", op: "sum", as: "x" }], "E004", /"as" does not belong here/],
    [["state"], [5], "E004", /5 is no measure/],
    [["state"], ["partner_id.credit:sum"], "E013", /path/],
  ];
  for (const [group_by, measures, code, message] of cases) {
    const failure = await failureOf(analytics(odoo, { model: "sale.order", group_by, measures }));
    assert.equal(failure.code, code, failure.message);
    assert.match(failure.message, message);
  }
  const order = await failureOf(
    analytics(odoo, { model: "sale.order", group_by: ["state"], measures: ["count"], order: "amount_total desc" }),
  );
  assert.match(order.message, /"amount_total" is no column/);
  const limit = await failureOf(analytics(odoo, { model: "sale.order", measures: ["count"], limit: 1_000_000 }));
  assert.equal(limit.code, "E012");
});
