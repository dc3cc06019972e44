import assert from "node:assert/strict";
import { ISO_CALENDAR } from "../../src/ask/calendar.ts";
import { readWhen } from "../../src/ask/dates.ts";
import { odooDate, odooDatetime } from "../../src/ask/zone.ts";

/** A Saturday, already Sunday in Tokyo. */
const NOW = Date.parse("2026-11-21T20:00:00Z");

function days(text: string, zone = "Europe/Brussels"): [string, string] | null {
  const when = readWhen(text, zone, NOW);
  return when?.kind === "span" ? [odooDate(when.from), odooDate(when.until - 1)] : null;
}

Deno.test("periods mean whole local days, weeks from Monday", () => {
  const periods: [string, string, string][] = [
    ["today", "2026-11-21", "2026-11-21"],
    ["yesterday", "2026-11-20", "2026-11-20"],
    ["Tomorrow", "2026-11-22", "2026-11-22"],
    ["-30d", "2026-10-22", "2026-10-22"],
    ["+2w", "2026-12-05", "2026-12-05"],
    ["-1m", "2026-10-21", "2026-10-21"],
    ["-9m", "2026-02-21", "2026-02-21"],
    ["-1y", "2025-11-21", "2025-11-21"],
    ["this_week", "2026-11-16", "2026-11-22"],
    ["next_monday", "2026-11-23", "2026-11-23"],
    ["Next Saturday", "2026-11-28", "2026-11-28"],
    ["last wednesday", "2026-11-18", "2026-11-18"],
    ["last saturday", "2026-11-14", "2026-11-14"],
    ["last_week", "2026-11-09", "2026-11-15"],
    ["this_month", "2026-11-01", "2026-11-30"],
    ["next_month", "2026-12-01", "2026-12-31"],
    ["this_quarter", "2026-10-01", "2026-12-31"],
    ["last_quarter", "2026-07-01", "2026-09-30"],
    ["next_quarter", "2027-01-01", "2027-03-31"],
    ["last_year", "2025-01-01", "2025-12-31"],
    ["this_fiscal_year", "2026-01-01", "2026-12-31"],
    ["last_30_days", "2026-10-22", "2026-11-21"],
    ["last 1 day", "2026-11-20", "2026-11-21"],
    ["past_2_weeks", "2026-11-07", "2026-11-21"],
    ["last_12_months", "2025-11-21", "2026-11-21"],
    ["last_2_quarters", "2026-05-21", "2026-11-21"],
    ["next_7_days", "2026-11-21", "2026-11-28"],
    ["next_1_year", "2026-11-21", "2027-11-21"],
    ["year_to_date", "2026-01-01", "2026-11-21"],
    ["mtd", "2026-11-01", "2026-11-21"],
    ["Last Month", "2026-10-01", "2026-10-31"],
    ["2026-10", "2026-10-01", "2026-10-31"],
    ["2026-Q4", "2026-10-01", "2026-12-31"],
    ["2024", "2024-01-01", "2024-12-31"],
    ["2024-02-29", "2024-02-29", "2024-02-29"],
  ];
  for (const [text, from, to] of periods) assert.deepEqual(days(text), [from, to], text);
});

Deno.test("weeks start with the day of the user's language", () => {
  const week = (weekStart: number) => {
    const when = readWhen("this_week", "UTC", NOW, { ...ISO_CALENDAR, weekStart });
    return when?.kind === "span" && odooDate(when.from);
  };
  assert.deepEqual([0, 1, 5, 6].map(week), ["2026-11-15", "2026-11-16", "2026-11-20", "2026-11-21"]);
});

Deno.test("fiscal years end on the company's day, the last of the month where it has no such day", () => {
  const year = (text: string, month: number, day: number, now = NOW) => {
    const when = readWhen(text, "UTC", now, { ...ISO_CALENDAR, fiscalEnd: { month, day } });
    return when?.kind === "span" && [odooDate(when.from), odooDate(when.until - 1)];
  };
  assert.deepEqual(year("fiscal_year", 3, 31), ["2026-04-01", "2027-03-31"]);
  assert.deepEqual(year("this_fiscal_year", 11, 21), ["2025-11-22", "2026-11-21"]);
  assert.deepEqual(year("this_fiscal_year", 11, 20), ["2026-11-21", "2027-11-20"]);
  assert.deepEqual(year("last_fiscal_year", 6, 31), ["2025-07-01", "2026-06-30"]);
  assert.deepEqual(year("next fiscal year", 2, 28), ["2027-03-01", "2028-02-29"]);
  assert.deepEqual(year("fiscal_year_to_date", 9, 30), ["2026-10-01", "2026-11-21"]);
});

Deno.test("now is this second", () => {
  assert.deepEqual(readWhen("now", "Asia/Tokyo", NOW + 999), { kind: "instant", at: NOW });
});

Deno.test("today is the user's today", () => {
  assert.deepEqual(days("today", "Asia/Tokyo"), ["2026-11-22", "2026-11-22"]);
  assert.deepEqual(days("this_week", "Asia/Tokyo"), ["2026-11-16", "2026-11-22"]);
});

Deno.test("a month before a day that the month before doesn't have is its last day", () => {
  const when = readWhen("-1m", "UTC", Date.parse("2026-03-31T12:00:00Z"));
  assert.equal(when?.kind === "span" && odooDate(when.from), "2026-02-28");
});

Deno.test("what is no date of the calendar is none", () => {
  const wrong = [
    "31.02.2026",
    "2026-02-30",
    "2025-02-29",
    "2026-00",
    "2026-Q5",
    "0026",
    "21-11-2026",
    "-d",
    "-999999d",
  ];
  for (
    const text of [
      ...wrong,
      "-9999y",
      "2026-11-21T25:00",
      "2026-11-21T10:60",
      "2026-11-21 10:00+15:00",
      "last_decade",
      "",
    ]
  ) {
    assert.equal(readWhen(text, "UTC", NOW), null, text);
  }
});

Deno.test("instants are told from days", () => {
  const when = readWhen("2026-11-21 10:00:00.999", "Europe/Brussels", NOW);
  assert.deepEqual(when, { kind: "instant", at: Date.parse("2026-11-21T09:00:00Z") });
  assert.equal(odooDatetime(when.kind === "instant" ? when.at : 0), "2026-11-21 09:00:00");
});
