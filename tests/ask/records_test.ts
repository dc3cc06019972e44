import assert from "node:assert/strict";
import { getRecords, searchByName } from "../../src/ask/records.ts";
import { recordUrl } from "../../src/ask/url.ts";
import { parseVersion } from "../../src/odoo/mod.ts";
import { failureOf } from "../odoo/calls.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

Deno.test("records come in the order asked for, once each, and what is missing is told", async () => {
  const odoo = await demoOdoo();
  const answer = await getRecords(odoo, {
    model: "res.partner",
    ids: [12, 11, 12, 999_999],
    fields: ["name", "country_id"],
  });
  assert.deepEqual(answer.records.map(({ id }) => id), [12, 11]);
  assert.deepEqual(answer.missing, [999_999]);
  assert.deepEqual(Object.keys(answer.records[0]!), ["id", "name", "country_id"]);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("to see whether a record exists something of its table is read: 19 answers any id otherwise", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, version: "19.0", answers: [[{ id: 1, name: "S1" }]] });
  const answer = await getRecords(odoo, { model: "sale.order", ids: [1, 2], fields: ["id"] });
  assert.deepEqual(odoo.calls[0]?.params["fields"], ["id", "name"]);
  assert.deepEqual([answer.records, answer.missing], [[{ id: 1 }], [2]]);
});

Deno.test("each record carries the address that opens it, right for the version", async () => {
  const cases: [string, string, string | null][] = [
    ["14.0", "sale.order", "https://o.example/web#id=1&model=sale.order&view_type=form"],
    ["17.0", "sale.order", "https://o.example/web#id=1&model=sale.order&view_type=form"],
    ["saas~18.1+e", "sale.order", "https://o.example/odoo/sale.order/1"],
    ["19.0", "base", "https://o.example/odoo/m-base/1"],
  ];
  for (const [version, model, url] of cases) {
    assert.equal(recordUrl("https://o.example", parseVersion(version)!, model, 1), url);
  }
  assert.equal(recordUrl(null, parseVersion("19.0")!, "sale.order", 1), null);
  const odoo = recordedOdoo({ fields: FIELDS, webUrl: "https://o.example", answers: [[{ id: 1, name: "S1" }]] });
  const { records } = await getRecords(odoo, { model: "sale.order", ids: [1], fields: ["name"] });
  assert.deepEqual(records, [{ id: 1, name: "S1", url: "https://o.example/web#id=1&model=sale.order&view_type=form" }]);
});

Deno.test("ids that can't be are refused before anything is asked", async () => {
  const odoo = await demoOdoo();
  for (const ids of [[], [0], [-1], [1.5], [2 ** 31]]) {
    assert.equal((await failureOf(getRecords(odoo, { model: "res.partner", ids }))).code, "E004");
  }
  const many = Array.from({ length: 11 }, (_, at) => at + 1);
  assert.equal((await failureOf(getRecords(odoo, { model: "res.partner", ids: many }, { maxRows: 10 }))).code, "E012");
  assert.equal(odoo.calls.length, 0);
});

Deno.test("records are found by a part of their name", async () => {
  const found = await searchByName(await demoOdoo(), "res.country", "belg", 5);
  assert.deepEqual(found.map(({ name }) => name), ["Belgium"]);
});
