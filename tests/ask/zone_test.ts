import assert from "node:assert/strict";
import fc from "fast-check";
import { isoLocal, knownZone, odooDate, odooDatetime, parseOdoo, today, toLocal, toUtc } from "../../src/ask/zone.ts";

const ZONES = [
  "UTC",
  "Europe/Brussels",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Pacific/Apia",
];
const instants = fc.integer({ min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(2037, 11, 31) / 1000 }).map((s) =>
  s * 1000
);

Deno.test("an instant written with its offset is the same instant again", () => {
  fc.assert(fc.property(instants, fc.constantFrom(...ZONES), (utc, zone) => {
    assert.equal(Date.parse(isoLocal(utc, zone)), utc);
  }));
});

Deno.test("the local clock leads back to an instant that shows the same", () => {
  fc.assert(fc.property(instants, fc.constantFrom(...ZONES), (utc, zone) => {
    const local = toLocal(utc, zone);
    assert.equal(toLocal(toUtc(local, zone), zone), local);
  }));
});

Deno.test("Odoo's datetimes are read as they are written", () => {
  fc.assert(fc.property(instants, (utc) => {
    assert.equal(parseOdoo(odooDatetime(utc)), utc);
    assert.equal(parseOdoo(`${odooDatetime(utc)}.123456`), utc);
    assert.equal(parseOdoo(odooDate(utc)), Math.floor(utc / 86_400_000) * 86_400_000);
  }));
  for (const text of ["", "2026-13-01", "yesterday", "2026-01-01 10:00"]) assert.equal(parseOdoo(text), null);
});

Deno.test("a time that comes twice is its first, one that never comes is after the change", () => {
  assert.equal(odooDatetime(toUtc(Date.UTC(2026, 9, 25, 2, 30), "Europe/Brussels")), "2026-10-25 00:30:00");
  assert.equal(odooDatetime(toUtc(Date.UTC(2026, 2, 29, 2, 30), "Europe/Brussels")), "2026-03-29 01:30:00");
  // São Paulo skipped midnight on that day: it began at 1.
  assert.equal(odooDatetime(toUtc(Date.UTC(2018, 10, 4), "America/Sao_Paulo")), "2018-11-04 03:00:00");
});

Deno.test("instants before zones had whole minutes are told in UTC", () => {
  assert.equal(isoLocal(Date.UTC(1800, 0, 1), "Europe/Brussels"), "1800-01-01T00:00:00Z");
});

Deno.test("nothing leaves the years Odoo can hold", () => {
  assert.equal(odooDatetime(Date.UTC(10_000, 0, 1)), "9999-12-31 23:59:59");
});

Deno.test("a zone the runtime doesn't know is UTC", () => {
  assert.equal(knownZone("Mars/Olympus"), "UTC");
  assert.equal(knownZone("Asia/Tokyo"), "Asia/Tokyo");
  assert.equal(today("Asia/Tokyo", Date.parse("2026-11-21T20:00:00Z")), "2026-11-22");
});
