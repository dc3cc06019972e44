import assert from "node:assert/strict";
import fc from "fast-check";
import { updateRecords } from "../../src/change/mod.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

const PARTNER = 7;

async function writeDate(odoo: Odoo): Promise<string> {
  const rows = await odoo.call("res.partner", "read", { ids: [PARTNER], params: { fields: ["write_date"] } });
  return String((rows as JsonObject[])[0]?.["write_date"]);
}

function update(odoo: Odoo, seen: { if_unchanged_since?: string; expect?: Record<string, unknown> }) {
  return updateRecords(
    odoo,
    { model: "res.partner", ids: [PARTNER], values: { color: 3, city: "Bruges" }, ...seen },
    agreeing(),
  );
}

Deno.test("a write_date is understood as answers show it and as Odoo writes it, with or without fractions", async () => {
  const { odoo } = await company();
  const text = await writeDate(odoo);
  const utc = new Date(`${text.replace(" ", "T")}Z`);
  const brussels = `${new Date(utc.getTime() + 7_200_000).toISOString().slice(0, 19)}+02:00`;
  const forms = [text, `${text}.123456`, brussels, utc.toISOString(), brussels.slice(0, 19)];
  for (const [index, since] of forms.entries()) {
    const own = await company();
    const { records } = await update(own.odoo, { if_unchanged_since: since });
    assert.deepEqual(records[0]?.changed["city"]?.after, "Bruges", `form ${index}: ${since}`);
  }
});

Deno.test("a record that was changed since is E008: by whom, when, and what it holds now; nothing is sent", async () => {
  const { odoo, changes } = await company();
  const failure = await failureOf(update(odoo, { if_unchanged_since: "2020-01-01 10:00:00" }));
  assert.equal(failure.code, "E008");
  assert.equal(failure.applied, "no");
  assert.match(failure.message, /#7 was last changed at \d{4}-.*\+0[12]:00 by .*Nothing was changed/);
  const [conflict] = failure.details["conflicts"] as JsonObject[];
  assert.deepEqual([conflict?.["id"], conflict?.["display_name"]], [7, "Brightwater Cycles"]);
  assert.deepEqual(Object.keys(conflict?.["present"] as JsonObject), ["color", "city"]);
  assert.equal((conflict?.["present"] as JsonObject)["city"], "Ghent");
  assert.ok((conflict?.["changed_by"] as JsonObject)["name"]);
  assert.deepEqual(changes(), []);
});

Deno.test("a write_date that is none is refused before anything is read", async () => {
  const { odoo, sent } = await company();
  for (const since of ["yesterday", "2026-02-30 10:00:00x", "12:00", "2026-13-01T00:00:00Z"]) {
    assert.equal((await failureOf(update(odoo, { if_unchanged_since: since }))).code, "E004", since);
  }
  assert.deepEqual(sent, []);
});

Deno.test("expected values may be what answers show, names, labels, or ids", async () => {
  const { odoo } = await company();
  const [row] = await odoo.call("res.partner", "read", {
    ids: [PARTNER],
    params: { fields: ["country_id", "child_ids", "category_id"] },
  }) as { country_id: [number, string]; child_ids: number[]; category_id: number[] }[];
  const [country, name] = row!.country_id;
  const holds: Record<string, unknown>[] = [
    { city: "Ghent", is_company: true, type: "contact" },
    { type: "Contact" },
    { country_id: name },
    { country_id: name.toLowerCase() },
    { country_id: country },
    { country_id: { id: country, name } },
    { country_id: [country, name] },
    { child_ids: row!.child_ids },
    { child_ids: [...row!.child_ids].reverse() },
    { child_ids: { count: row!.child_ids.length, ids: row!.child_ids.slice(0, 5) } },
    { category_id: row!.category_id },
    { parent_id: null },
    { display_name: "Brightwater Cycles" },
  ];
  for (const expect of holds) {
    const own = await company();
    await update(own.odoo, { expect });
    assert.deepEqual(own.changes(), ["write"], JSON.stringify(expect));
  }
});

Deno.test("a value that is not there any more is E008 with both", async () => {
  const { odoo, changes } = await company();
  const failure = await failureOf(update(odoo, { expect: { city: "Leeds", country_id: "Germany", color: 99 } }));
  assert.equal(failure.code, "E008");
  assert.match(failure.message, /city is "Ghent", not "Leeds"/);
  assert.match(failure.message, /country_id is Belgium #\d+, not "Germany"/);
  const [conflict] = failure.details["conflicts"] as JsonObject[];
  const present = Object.keys(conflict?.["present"] as JsonObject);
  for (const field of ["city", "country_id", "color"]) assert.ok(present.includes(field), field);
  for (
    const expect of [{ country_id: "Atlantis" }, { parent_id: "Brightwater Cycl" }, { child_ids: [] }, {
      category_id: null,
    }]
  ) {
    assert.equal((await failureOf(update(odoo, { expect }))).code, "E008", JSON.stringify(expect));
  }
  assert.deepEqual(changes(), []);
});

Deno.test("an expected value that no field could hold, or of no field, is refused", async () => {
  const { odoo, changes } = await company();
  for (const expect of [{ color: "red" }, { citty: "x" }, { type: "nonsense" }, { child_ids: "x" }]) {
    assert.equal((await failureOf(update(odoo, { expect }))).code, "E004", JSON.stringify(expect));
  }
  assert.deepEqual(changes(), []);
});

Deno.test("a look before the write costs no call of its own", async () => {
  const { odoo, sent } = await company();
  await update(odoo, { expect: { city: "Ghent", country_id: "Belgium" } });
  assert.deepEqual(sent.map(({ method }) => method), ["read", "write", "read"]);
});

Deno.test("whatever is expected, a write goes out only where the record holds it", async () => {
  const own = await company();
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom("Ghent", null, 7, "Belgium"));
  const names = fc.constantFrom("city", "country_id", "color", "child_ids", "is_company", "comment", "image_1920", "x");
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, value, { minKeys: 1 }), async (expect) => {
      const seen = own.sent.length;
      const failure = await update(own.odoo, { expect: { ...expect, city: "never here" as Json } }).then(
        () => assert.fail("it was written"),
        (error) => error,
      );
      assert.ok(["E008", "E004"].includes(failure.code), String(failure));
      assert.ok(own.sent.slice(seen).every(({ effect }) => effect === "read"));
    }),
    { numRuns: 200 },
  );
});
