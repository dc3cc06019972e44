import assert from "node:assert/strict";
import { toText } from "../../src/mcp/text.ts";

const COLUMNS = [
  { name: "partner_id", label: "Customer", type: "many2one" },
  { name: "amount_total:sum", label: "Total (sum)", type: "monetary", currency: "EUR" },
];

Deno.test("a chart is lines of bars below the table, with the unit", () => {
  const text = toText({
    columns: COLUMNS,
    rows: [[[7, "Azure Interior"], 1000], [[8, "A customer with a very long\nname"], 525], ["(not set)", -100], [
      "x",
      null,
    ]],
    chart: { type: "bar", x: 0, series: [1], title: "Total (sum) by Customer", unit: "EUR" },
    notes: ["a note"],
  });
  assert.deepEqual(text.split("\n"), [
    "partner_id\tamount_total:sum (EUR)",
    "Azure Interior #7\t1000",
    "A customer with a very long\\nname #8\t525",
    "(not set)\t-100",
    "x\t",
    "notes: a note",
    "Total (sum) by Customer (EUR):",
    "Azure Interior           ████████████████████ 1000",
    "A customer with a very … ██████████▌ 525",
    "(not set)                ░░ -100",
    "x                        –",
  ]);
});

Deno.test("two groups name a bar together, and fifteen bars are enough", () => {
  const rows = Array.from({ length: 20 }, (_, index) => ["2026-10", [index, `P${index}`], 20 - index]);
  const columns = [{ name: "date:month", type: "date" }, COLUMNS[0]!, { name: "count", type: "integer" }];
  const lines = toText({ columns, rows, chart: { type: "line", x: 0, series: [2], title: "Count" } }).split("\n");
  assert.equal(lines[21], "Count:");
  assert.equal(lines[22], "2026-10 · P0  ████████████████████ 20");
  assert.equal(lines.at(-1), "… 5 more in the table");
  assert.equal(lines.length, 21 + 1 + 15 + 1);
});

Deno.test("nothing to draw draws nothing", () => {
  for (const rows of [[], [["x", 0]], [["x", null]]]) {
    const text = toText({ columns: COLUMNS, rows, chart: { type: "bar", x: 0, series: [1], title: "T" } });
    assert.doesNotMatch(text, /T:|█|chart/);
  }
});
