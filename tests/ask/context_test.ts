import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { getContext } from "../../src/ask/context.ts";
import { getMetadata } from "../../src/ask/metadata.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json } from "../../src/lib/json.ts";
import type { Call } from "../../src/odoo/mod.ts";
import { demoOdoo, FIELDS, recordedOdoo, type Watched } from "./odoos.ts";

const COMPANY = {
  currency_id: { type: "many2one", string: "Currency", relation: "res.currency" },
  fiscalyear_last_day: { type: "integer", string: "Last day" },
  fiscalyear_last_month: { type: "selection", string: "Last month" },
};

/** An Odoo of a user in Tokyo that answers by model, whatever the order of the calls. */
function inTokyo(answers: { [model: string]: Json | Failure }): Watched {
  const odoo = recordedOdoo({ fields: { "res.company": COMPANY }, timeZone: "Asia/Tokyo", version: "saas~18.2+e" });
  return {
    ...odoo,
    call: (model, method) => {
      odoo.calls.push({ model, method } as Call);
      const answer = answers[model] ?? new Failure("E003", `You are not allowed to access ${model}.`);
      return answer instanceof Failure ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

Deno.test("the context tells who, where and which day it is there, and what kind of Odoo it is", async () => {
  const odoo = inTokyo({
    "res.company": [{ id: 1, currency_id: [7, "JPY"], fiscalyear_last_month: "3", fiscalyear_last_day: 31 }],
    "ir.model": [{ id: 1, model: "sale.order", name: "Sales Order" }, {
      id: 2,
      model: "stock.picking",
      name: "Transfer",
    }],
  });
  assert.deepEqual(await getContext(odoo, Date.parse("2026-11-21T20:00:00Z")), {
    user: { id: 2, name: "Ann", login: "ann" },
    company: { id: 1, name: "Main" },
    currency: "JPY",
    language: "en_US",
    time_zone: "Asia/Tokyo",
    now: "2026-11-22T05:00:00+09:00",
    today: "2026-11-22",
    weekday: "Sunday",
    fiscal_year: { from: "2026-04-01", to: "2027-03-31" },
    odoo: { version: "saas~18.2+e", edition: "enterprise" },
    apps: ["sale", "stock"],
  });
});

Deno.test("what a user may not see is left out of the context; apps are then told by what may be read", async () => {
  const odoo = inTokyo({ "crm.lead": true, "sale.order": false });
  const { currency, fiscal_year, apps } = await getContext(odoo, Date.parse("2026-11-21T20:00:00Z"));
  assert.deepEqual([currency, fiscal_year, apps], [undefined, { from: "2026-01-01", to: "2026-12-31" }, ["crm"]]);
  const asked = odoo.calls.length;
  await getContext(odoo);
  const again = odoo.calls.slice(asked).filter(({ method }) => method === "check_access_rights");
  assert.deepEqual(again, [], "refusals are remembered");
});

Deno.test("a user of many companies gets the first of them, and their number", async () => {
  const odoo = inTokyo({});
  const companies = Array.from({ length: 30 }, (_, at) => ({ id: at + 1, name: `Subsidiary number ${at + 1} Ltd.` }));
  const user = { ...await odoo.user(), companies };
  const context = await getContext({ ...odoo, user: () => Promise.resolve(user) });
  assert.deepEqual([context.companies?.length, context.companies_count], [8, 30]);
  assert.ok(encode(JSON.stringify(context)).length < 300, `${encode(JSON.stringify(context)).length} tokens`);
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
