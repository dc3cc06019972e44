import assert from "node:assert/strict";
import type { Json } from "../../src/lib/json.ts";
import { lengthOf, periodOf, planComparison } from "../../src/ask/group_compare.ts";
import { moved } from "../../src/ask/group_dates.ts";
import { parseFields } from "../../src/odoo/mod.ts";
import { FIELDS } from "./odoos.ts";

const fields = parseFields(FIELDS["sale.order"]!);
const ZONE = "Europe/Brussels";
const NOW = Date.parse("2026-11-21T12:00:00Z");

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);

function compare(kind: string, domain: Json[]) {
  return planComparison(kind, domain, [], fields, ZONE, NOW);
}

Deno.test("the previous period is as long as people mean it", () => {
  const cases: [string, string, string][] = [
    // From, the first day after, and the start of the period before.
    ["2026-11-01", "2026-12-01", "2026-10-01"],
    ["2026-03-01", "2026-04-01", "2026-02-01"],
    ["2026-10-01", "2027-01-01", "2026-07-01"],
    ["2026-01-01", "2027-01-01", "2025-01-01"],
    ["2026-05-01", "2026-07-01", "2026-03-01"],
    ["2026-11-01", "2026-11-22", "2026-10-01"],
    ["2026-10-01", "2026-11-22", "2026-07-01"],
    ["2026-01-01", "2026-11-22", "2025-01-01"],
    ["2026-11-16", "2026-11-23", "2026-11-09"],
    ["2026-11-16", "2026-11-20", "2026-11-09"],
    ["2026-11-20", "2026-11-21", "2026-11-19"],
    ["2026-11-01", "2026-11-02", "2026-10-31"],
    ["2026-10-22", "2026-11-22", "2026-09-21"],
  ];
  for (const [from, until, before] of cases) {
    const shift = lengthOf(day(from), day(until));
    assert.equal(new Date(moved(day(from), shift, -1)).toISOString().slice(0, 10), before, `${from} to ${until}`);
  }
});

Deno.test("the dates of conditions are moved in the user's time zone, summer time or not", () => {
  // November 2026 in Brussels; October ends an hour later in UTC, because its clocks are set back.
  const november: Json[] = [
    ["state", "=", "sale"],
    ["date_order", ">=", "2026-10-31 23:00:00"],
    ["date_order", "<", "2026-11-30 23:00:00"],
  ];
  assert.deepEqual(compare("previous_period", november), {
    domain: [
      ["state", "=", "sale"],
      ["date_order", ">=", "2026-09-30 22:00:00"],
      ["date_order", "<", "2026-10-31 23:00:00"],
    ],
    shift: { months: 1, days: 0 },
    group: -1,
    text: "2026-11-01 to 2026-11-30 (not over yet) with 2026-10-01 to 2026-10-31",
  });
  const dates: Json[] = [["validity_date", ">=", "2026-03-01"], ["validity_date", "<=", "2026-03-31"]];
  assert.deepEqual(compare("previous_period", dates).domain, [
    ["validity_date", ">=", "2026-02-01"],
    ["validity_date", "<=", "2026-02-28"],
  ]);
  assert.deepEqual(compare("last_year", dates).domain, [
    ["validity_date", ">=", "2025-03-01"],
    ["validity_date", "<=", "2025-03-31"],
  ]);
});

Deno.test("an open end is today's, so that the earlier period does not reach into the later", () => {
  const { domain, text } = compare("previous_period", [["validity_date", ">=", "2026-11-01"]]);
  assert.deepEqual(domain, [["validity_date", ">=", "2026-10-01"], ["validity_date", "<", "2026-10-22"]]);
  assert.equal(text, "2026-11-01 to 2026-11-21 (not over yet) with 2026-10-01 to 2026-10-21");
});

Deno.test("only conditions that all records fulfil make a period", () => {
  const either: Json[] = [
    "|",
    ["validity_date", ">=", "2020-01-01"],
    ["state", "=", "sale"],
    "!",
    ["validity_date", "<", "2021-01-01"],
    "&",
    ["validity_date", ">=", "2026-01-01"],
    ["validity_date", "<", "2026-02-01"],
  ];
  assert.deepEqual(periodOf(either, "validity_date", ZONE), { from: day("2026-01-01"), until: day("2026-02-01") });
  const { domain } = compare("previous_period", either);
  assert.deepEqual(domain?.slice(0, 6), either.slice(0, 6));
  assert.deepEqual(domain?.slice(6), [["validity_date", ">=", "2025-12-01"], ["validity_date", "<", "2026-01-01"]]);
});

Deno.test("the end of a month meets the end of a shorter one", () => {
  const cases: [string, string][] = [
    // The last days of the two periods.
    ["2026-03-27", "2026-02-27"],
    ["2026-03-28", "2026-02-28"],
    ["2026-03-30", "2026-02-28"],
    ["2026-03-31", "2026-02-28"],
  ];
  for (const [last, before] of cases) {
    const { domain } = compare("previous_period", [["validity_date", ">=", "2026-03-01"], [
      "validity_date",
      "<=",
      last,
    ]]);
    assert.deepEqual(domain, [["validity_date", ">=", "2026-02-01"], ["validity_date", "<=", before]]);
  }
});
