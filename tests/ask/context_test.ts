import assert from "node:assert/strict";
import { getContext } from "../../src/ask/context.ts";
import { getMetadata } from "../../src/ask/metadata.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

Deno.test("the context tells who, where and which day it is there, without asking Odoo", async () => {
  const odoo = recordedOdoo({ fields: {}, timeZone: "Asia/Tokyo", version: "saas~18.2+e" });
  assert.deepEqual(await getContext(odoo, Date.parse("2026-11-21T20:00:00Z")), {
    instance: "recorded",
    user: { id: 2, name: "Ann", login: "ann" },
    company: { id: 1, name: "Main" },
    language: "en_US",
    time_zone: "Asia/Tokyo",
    today: "2026-11-22",
    odoo: { version: "saas~18.2+e", edition: "enterprise" },
  });
  assert.equal(odoo.calls.length, 0);
});

const PLAIN = {
  created: "2026-11-21T12:28:36+01:00",
  created_by: { id: 1, name: "OdooBot" },
  changed: "2026-11-21T12:28:56+01:00",
  changed_by: null,
};
const RAW = {
  create_uid: [1, "OdooBot"],
  create_date: "2026-11-21 11:28:36",
  write_uid: false,
  write_date: "2026-11-21 11:28:56",
};

Deno.test("metadata of 19 holds all external ids of a record, with one request", async () => {
  const rows = [{
    id: 1,
    ...RAW,
    xmlid: "base.main_partner",
    xmlids: [{ xmlid: "base.main_partner" }, { xmlid: "own.main" }],
  }];
  const odoo = recordedOdoo({ fields: FIELDS, version: "19.0", answers: [rows] });
  assert.deepEqual(await getMetadata(odoo, { model: "res.partner", ids: [1, 99] }), {
    records: [{ id: 1, ...PLAIN, external_ids: ["base.main_partner", "own.main"] }],
    missing: [99],
  });
});

Deno.test("14 finds the external id of one record only, so the others are asked for again", async () => {
  const [first, second, third] = [1, 2, 3].map((id) => ({
    id,
    ...RAW,
    xmlid: false as string | false,
    noupdate: false,
  }));
  const odoo = recordedOdoo({
    fields: FIELDS,
    answers: [
      [third!, { ...first!, xmlid: "base.one" }, second!],
      [{ ...third!, xmlid: "base.three" }],
      [second!],
    ],
  });
  const { records } = await getMetadata(odoo, { model: "res.partner", ids: [1, 2, 3] });
  assert.deepEqual(records.map(({ id, external_ids }) => [id, external_ids]), [[1, ["base.one"]], [2, []], [3, [
    "base.three",
  ]]]);
});

Deno.test("metadata of the demo company is told the same way", async () => {
  const { records, missing } = await getMetadata(await demoOdoo(), { model: "res.partner", ids: [11, 999_999] });
  assert.deepEqual(Object.keys(records[0]!), ["id", "created", "created_by", "changed", "changed_by", "external_ids"]);
  assert.deepEqual(missing, [999_999]);
});
