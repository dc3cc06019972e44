/** What the page of the charts makes of an answer, before a pixel is drawn. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readAnswer } from "../../../src/mcp/ui/page/answer.ts";
import { makeFormat } from "../../../src/mcp/ui/page/format.ts";
import { type ChartPlan, planChart } from "../../../src/mcp/ui/page/plan.ts";

const customer = { name: "partner_id", label: "Customer", type: "many2one" };
const currency = { name: "currency_id", label: "Currency", type: "many2one" };
const salesperson = { name: "user_id", label: "Salesperson", type: "many2one" };
const month = { name: "date_order:month", label: "Order Date (month)", type: "datetime" };
const total = { name: "amount_total:sum", label: "Total (sum)", type: "monetary", currency: "EUR" };
const money = { name: "amount_total:sum", label: "Total (sum)", type: "monetary", currency_field: "currency_id" };
const count = { name: "count", label: "Count", type: "integer" };
const format = makeFormat("en-US");

/** Plans a chart of which there must be one. */
function planOf(structured: object): ChartPlan {
  const answer = readAnswer(structured);
  assert.ok(answer?.chart);
  const plan = planChart(answer, answer.chart, format);
  assert.ok(typeof plan === "object", String(plan));
  return plan;
}

const drawn = ({ series }: ChartPlan) =>
  series.map(({ label, values, unit, axis }) => [label, values, unit.currency, axis]);

Deno.test("amounts and counts stand on axes of their own, a missing value is a gap", () => {
  const rows = [[[1, "Azure"], 1200.5, 3], [[2, "Deco"], null, 0]];
  const plan = planOf({ columns: [customer, total, count], rows, chart: { type: "bar", x: 0, series: [1, 2] } });
  assert.deepEqual(plan.categories, ["Azure", "Deco"]);
  assert.deepEqual(drawn(plan), [["Total (sum)", [1200.5, null], "EUR", 0], ["Count", [3, 0], null, 1]]);
  assert.deepEqual(plan.axisTitles, ["Total (sum), EUR", "Count"]);
});

Deno.test("amounts of two currencies are never one series", () => {
  const rows = [[[1, "Azure"], [1, "EUR"], 10], [[2, "Deco"], [2, "USD"], 20], [[3, "Gemini"], [1, "EUR"], 30]];
  const plan = planOf({
    columns: [customer, currency, money],
    rows,
    others: { groups: 4, "amount_total:sum": { EUR: 5, USD: 6 } },
    chart: { type: "bar", x: 0, series: [2] },
  });
  assert.deepEqual(plan.categories, ["Azure", "Deco", "Gemini", "Others (4)"]);
  assert.deepEqual(drawn(plan), [["EUR", [10, null, 30, 5], "EUR", 0], ["USD", [null, 20, null, 6], "USD", 1]]);
});

Deno.test("amounts of the others in a currency that is not drawn are named", () => {
  const plan = planOf({
    columns: [customer, currency, money],
    rows: [[[1, "Azure"], [1, "EUR"], 10], [[2, "Deco"], [1, "EUR"], 20]],
    others: { groups: 4, "amount_total:sum": { EUR: 5, USD: 6 } },
    chart: { type: "bar", x: 0, series: [2] },
  });
  assert.deepEqual(drawn(plan), [["Total (sum)", [10, 20, 5], "EUR", 0]]);
  assert.deepEqual(plan.remarks, ["Only in the table: the others' amounts in USD."]);
});

Deno.test("a second group becomes the series, and periods stand in their order", () => {
  const rows = [["2026-02", [1, "Ann"], 5], ["2026-01", [1, "Ann"], 3], ["2026-01", [2, "Bob"], 4]];
  const plan = planOf({ columns: [month, salesperson, total], rows, chart: { type: "line", x: 0, series: [2] } });
  assert.deepEqual(plan.categories, ["Jan 2026", "Feb 2026"]);
  assert.deepEqual(drawn(plan), [["Ann", [3, 5], "EUR", 0], ["Bob", [4, null], "EUR", 0]]);
});

Deno.test("with too many for series, the second group stands in the name", () => {
  const rows = Array.from({ length: 18 }, (_, at) => [[at % 2, `C${at % 2}`], [at, `U${at}`], at]);
  const plan = planOf({ columns: [customer, salesperson, count], rows, chart: { type: "bar", x: 0, series: [2] } });
  assert.equal(plan.categories.length, 18);
  assert.equal(plan.categories[3], "C1 · U3");
  assert.equal(plan.series.length, 1);
});

Deno.test("two customers of one name are two bars", () => {
  const rows = [[[1, "Azure"], 10], [[2, "Azure"], 20]];
  const plan = planOf({ columns: [customer, count], rows, chart: { type: "bar", x: 0, series: [1] } });
  assert.deepEqual(plan.series[0]?.values, [10, 20]);
});

Deno.test("rows that differ only in a number stay apart", () => {
  const priority = { name: "priority", label: "Priority", type: "integer" };
  const rows = [[[1, "Azure"], 1, 10], [[1, "Azure"], 2, 20]];
  const plan = planOf({ columns: [customer, priority, count], rows, chart: { type: "bar", x: 0, series: [2] } });
  assert.deepEqual(plan.series[0]?.values, [10, 20]);
});

Deno.test("what cannot be a pie is drawn as bars, and what is not drawn is named", () => {
  const negative = planOf({
    columns: [customer, total],
    rows: [[[1, "Azure"], 10], [[2, "Deco"], -2]],
    chart: { type: "pie", x: 0, series: [1] },
  });
  assert.equal(negative.type, "bar");
  assert.deepEqual(negative.remarks, ["Drawn as bars: a pie cannot show negative values."]);
  const rows = Array.from({ length: 70 }, (_, at) => [[at, `C${at}`], at, -at]);
  const many = planOf({ columns: [customer, total, count], rows, chart: { type: "pie", x: 0, series: [1, 2] } });
  assert.equal(many.categories.length, 40);
  assert.deepEqual(many.remarks, [
    "Drawn as bars: a pie of 70 slices cannot be read.",
    "Only in the table: Count.",
    "The first 40 of 70 groups are drawn; all stand in the table.",
  ]);
});

Deno.test("the shape records is drawn as well", () => {
  const plan = planOf({
    records: [{ "date_order:month": "2026-01", count: 3 }, { "date_order:month": "2026-02", count: 4 }],
    chart: { type: "line", x: 0, series: [1] },
  });
  assert.deepEqual(plan.categories, ["Jan 2026", "Feb 2026"]);
  assert.deepEqual(plan.series[0]?.values, [3, 4]);
});

Deno.test("numbers and periods are written as the locale does", () => {
  const german = makeFormat("de-DE");
  const euros = { currency: "EUR", type: "monetary" };
  assert.equal(german.number(1234.5, euros).replaceAll("\u00a0", " "), "1.234,50 €");
  assert.equal(german.number(12.5, { currency: null, type: "percent" }).replaceAll("\u00a0", " "), "12,5 %");
  assert.equal(format.short(20_000, euros, 80_000), "€20K");
  assert.equal(format.short(20, euros, 80), "€20");
  assert.equal(format.number(0.00123, { currency: null, type: "float" }), "0.00123");
  const periods = ["2026", "2026-Q4", "2026-10", "2026-10-05", "2026-10-05T14:00:00+02:00", "(not set)"];
  assert.deepEqual(
    periods.map((period) => format.category(period, { ...month, currency: null, currencyColumn: null })),
    ["2026", "Q4 2026", "Oct 2026", "Oct 5, 2026", "Oct 5, 2026, 14:00", "(not set)"],
  );
  assert.equal(
    makeFormat("not a locale").category(null, { ...customer, currency: null, currencyColumn: null }),
    "(not set)",
  );
});

Deno.test("no answer whatever makes the page fail, and no value is drawn twice or lost", () => {
  const cell = fc.oneof(fc.double(), fc.constant(null), fc.tuple(fc.nat(3), fc.constantFrom("A", "B")), fc.jsonValue());
  const type = fc.constantFrom("many2one", "monetary", "datetime", "integer", "char", "percent");
  const column = fc.record({ name: fc.constantFrom("a", "b", "c", "count"), label: fc.string(), type }, {
    requiredKeys: [],
  });
  const anything = fc.record({
    columns: fc.oneof(fc.array(column, { maxLength: 4 }), fc.jsonValue()),
    rows: fc.oneof(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 12 }), fc.jsonValue()),
    others: fc.jsonValue(),
    totals: fc.jsonValue(),
    notes: fc.jsonValue(),
    chart: fc.record({
      type: fc.constantFrom("bar", "line", "pie", "radar"),
      x: fc.nat(4),
      series: fc.array(fc.nat(4), { maxLength: 3 }),
    }),
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(anything, (structured) => {
      const answer = readAnswer(JSON.parse(JSON.stringify(structured)));
      if (answer?.chart === undefined || answer.chart === null) return;
      const plan = planChart(answer, answer.chart, format);
      if (typeof plan === "string" || plan.remarks.length > 0) return;
      for (const { values } of plan.series) assert.equal(values.length, plan.categories.length);
      const numbers = (list: unknown[]) => list.filter((value) => typeof value === "number").sort();
      const given = answer.chart.series.flatMap((place) => answer.rows.map((row) => row[place]));
      if (plan.categories.some((category) => category.startsWith("Others"))) return;
      assert.deepEqual(numbers(plan.series.flatMap(({ values }) => values)), numbers(given));
    }),
    { numRuns: 2000 },
  );
});
