import assert from "node:assert/strict";
import fc from "fast-check";
import { checkMoment } from "../../src/change/moment.ts";
import { checkScalar } from "../../src/change/scalar.ts";
import { whyNotWritten } from "../../src/change/writable.ts";
import { Failure } from "../../src/lib/failure.ts";
import { type Field, parseFields } from "../../src/odoo/mod.ts";

/** Fields of the types that the demo company has none of, as `fields_get` describes them. */
const FIELDS = parseFields({
  photo: { type: "binary" },
  target: { type: "reference" },
  extra: { type: "properties" },
  computed: { type: "selection", selection: [] },
  twice: { type: "selection", selection: [["a", "Same"], ["b", "Same"], ["c", "Other"]] },
  state: { type: "selection", readonly: true, required: true, selection: [["draft", "Draft"]] },
  move_type: { type: "selection", readonly: true, required: true, selection: [["entry", "Entry"]] },
  task_state: { type: "selection", selection: [["done", "Done"]] },
  invoice_line_ids: { type: "one2many", readonly: true, relation: "m", depends: ["invoice_line_ids.x"] },
  date: { type: "date", readonly: true, required: true, depends: ["x"] },
});

const field = (name: string): Field => FIELDS.get(name)!;
const check = (name: string, value: unknown) => checkScalar(field(name), value, "UTC", name);
const refuse = (name: string, value: unknown, reason: RegExp) =>
  assert.throws(
    () => check(name, value),
    (error) => error instanceof Failure && error.code === "E004" && reason.test(error.message),
    String(value),
  );

Deno.test("base64 is strict: Odoo stores what is left of anything", () => {
  assert.equal(check("photo", "aGVsbG8="), "aGVsbG8=");
  assert.equal(check("photo", ""), "");
  assert.equal(check("photo", null), false);
  for (const bad of ["hello", "aGVsbG8", "aGVs bG8=", "aGVsbG8=\n", "aG_sbG8=", "=aGV", "a==="]) {
    refuse("photo", bad, /base64/);
  }
  refuse("photo", "data:image/png;base64,aGVsbG8=", /data: URL/);
  refuse("photo", 5, /no text/);
});

Deno.test("a reference is a model and an id", () => {
  assert.equal(check("target", "res.partner,7"), "res.partner,7");
  for (const bad of ["res.partner", "res.partner,x", "7", "res.partner,7,8", "res.pаrtner,7"]) {
    refuse("target", bad, /no reference/);
  }
  refuse("target", "res.partner,0", /no id/);
  refuse("target", "res.partner,9999999999", /32-bit/);
});

Deno.test("a type this program does not know goes on to Odoo, as long as it can be sent", () => {
  const value = [{ name: "p", value: [1, "x", null, true] }];
  assert.deepEqual(check("extra", value), value);
  refuse("extra", [{ name: "a\ud800" }], /surrogate/);
  refuse("extra", { a: undefined }, /can't be sent/);
  refuse("extra", NaN, /no number/);
});

Deno.test("a selection without values leaves the check to Odoo, and a label that two values share is none", () => {
  assert.equal(check("computed", "anything"), "anything");
  assert.equal(check("twice", "other"), "c");
  refuse("twice", "Same", /no value/);
});

Deno.test("what may be written: statuses never, required ones on create, editable selections always", () => {
  const may = (name: string, mode: "create" | "update") => whyNotWritten(field(name), mode) === null;
  assert.deepEqual([may("state", "create"), may("state", "update")], [false, false]);
  assert.deepEqual([may("move_type", "create"), may("move_type", "update")], [true, true]);
  assert.deepEqual([may("task_state", "create"), may("task_state", "update")], [true, true]);
  assert.deepEqual([may("invoice_line_ids", "create"), may("invoice_line_ids", "update")], [true, true]);
  assert.deepEqual([may("date", "create"), may("date", "update")], [true, false]);
});

const ZONES = ["UTC", "Europe/Brussels", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"];

Deno.test("an instant written with any offset is the same instant in Odoo's form", () => {
  const instants = fc.date({ min: new Date("1950-01-01"), max: new Date("2150-01-01"), noInvalidDate: true });
  const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });
  fc.assert(fc.property(instants, offsets, fc.constantFrom(...ZONES), (instant, offset, zone) => {
    const utc = Math.floor(instant.getTime() / 1000) * 1000;
    const clock = new Date(utc + offset * 60_000).toISOString().slice(0, 19);
    const size = Math.abs(offset);
    const sign = offset < 0 ? "-" : "+";
    const written = `${clock}${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${
      String(size % 60).padStart(2, "0")
    }`;
    const stored = checkMoment("datetime", written, zone, "at");
    assert.equal(stored, new Date(utc).toISOString().slice(0, 19).replace("T", " "));
  }));
});

Deno.test("a local time is an instant at which the zone's clocks show it, or is refused", () => {
  const instants = fc.date({ min: new Date("1971-01-01"), max: new Date("2037-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(instants, fc.constantFrom(...ZONES), (instant, zone) => {
      const clock = new Date(Math.floor(instant.getTime() / 60_000) * 60_000).toISOString().slice(0, 16);
      let stored: string;
      try {
        stored = checkMoment("datetime", clock, zone, "at");
      } catch (error) {
        return assert.match((error as Failure).message, /comes twice|never comes/);
      }
      const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
      assert.equal(shown.format(new Date(`${stored.replace(" ", "T")}Z`)), clock.replace("T", " "));
    }),
    { numRuns: 300 },
  );
});

Deno.test("any text is a moment or is refused, never something in between", () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/));
  fc.assert(
    fc.property(texts, fc.constantFrom<"date" | "datetime">("date", "datetime"), (text, type) => {
      try {
        assert.match(checkMoment(type, text, "UTC", "at"), /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/);
      } catch (error) {
        assert.ok(error instanceof Failure && error.code === "E004", String(error));
      }
    }),
    { numRuns: 500 },
  );
});
