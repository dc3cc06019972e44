import assert from "node:assert/strict";
import fc from "fast-check";
import { format, type Granularity, periodOf } from "../../src/demo/period.ts";

Deno.test("labels and bounds are those of Odoo 14 in English", () => {
  const of = (granularity: Granularity) => periodOf("2026-10-17 13:05:00", "datetime", granularity, "UTC");
  assert.deepEqual(of("hour"), { label: "01:00 17 Oct", start: "2026-10-17 13:00:00", end: "2026-10-17 14:00:00" });
  assert.deepEqual(of("day"), { label: "17 Oct 2026", start: "2026-10-17 00:00:00", end: "2026-10-18 00:00:00" });
  assert.deepEqual(of("week"), { label: "W42 2026", start: "2026-10-12 00:00:00", end: "2026-10-19 00:00:00" });
  assert.deepEqual(of("month"), { label: "October 2026", start: "2026-10-01 00:00:00", end: "2026-11-01 00:00:00" });
  assert.deepEqual(of("quarter"), { label: "Q4 2026", start: "2026-10-01 00:00:00", end: "2027-01-01 00:00:00" });
  assert.deepEqual(of("year"), { label: "2026", start: "2026-01-01 00:00:00", end: "2027-01-01 00:00:00" });
  assert.deepEqual(periodOf("2026-10-17", "date", "month", "Asia/Tokyo"), {
    ...{ label: "October 2026", start: "2026-10-01", end: "2026-11-01" },
  });
});

Deno.test("a day on which the clocks change is 23 or 25 hours long", () => {
  const day = periodOf("2026-10-25 12:00:00", "datetime", "day", "Europe/Brussels");
  assert.deepEqual([day.start, day.end], ["2026-10-24 22:00:00", "2026-10-25 23:00:00"]);
  const spring = periodOf("2026-03-29 12:00:00", "datetime", "day", "Europe/Brussels");
  assert.deepEqual([spring.start, spring.end], ["2026-03-28 23:00:00", "2026-03-29 22:00:00"]);
});

Deno.test("every moment lies in its period, and all moments of a period name the same one", () => {
  const zones = fc.constantFrom("UTC", "Europe/Brussels", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe");
  const granularity = fc.constantFrom<Granularity>("day", "week", "month", "quarter", "year");
  const moment = fc.date({ min: new Date("2015-01-01"), max: new Date("2035-01-01"), noInvalidDate: true });
  fc.assert(fc.property(moment, zones, granularity, (date, zone, cut) => {
    const value = format(date);
    const period = periodOf(value, "datetime", cut, zone);
    assert.ok(period.start <= value && value < period.end);
    assert.deepEqual(periodOf(period.start, "datetime", cut, zone), period);
  }));
});
