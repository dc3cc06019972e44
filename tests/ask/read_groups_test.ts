import assert from "node:assert/strict";
import type { Json } from "../../src/lib/json.ts";
import { parseGroupOrder } from "../../src/ask/group_order.ts";
import { parseGroups } from "../../src/ask/grouping.ts";
import { parseMeasures } from "../../src/ask/measures.ts";
import { readGroups } from "../../src/ask/read_groups.ts";
import { failureOf } from "../odoo/calls.ts";
import { FIELDS, recordedOdoo, type Watched } from "./odoos.ts";

async function read(odoo: Watched, groupBy: string[], measureWords: string[], order?: string) {
  const groups = await parseGroups(odoo, "sale.order", groupBy);
  const measures = await parseMeasures(odoo, "sale.order", measureWords);
  const parts = parseGroupOrder(order, { groups, values: measures.map(({ key }) => key) });
  return await readGroups(odoo, {
    model: "sale.order",
    domain: [],
    groups,
    measures,
    order: parts,
    limit: 3,
    context: {},
  });
}

/** What every version must answer for orders by state and month. */
const BY_MONTH = [
  { keys: ["cancel", "2026-11-01 00:00:00"], values: [1, 84] },
  { keys: ["draft", "2026-10-01 00:00:00"], values: [3, 13057.5] },
  { keys: [false, false], values: [2, 461.5] },
];

/** As recorded on 14 (`read_group_month`), with the aliases asked for here and one group without values. */
const ON_14: Json = [
  {
    __count: 1,
    m0: 1,
    m1: 84.0,
    state: "cancel",
    "date_order:month": "November 2026",
    __domain: [
      ...["&", ["state", "=", "cancel"], "&", ["date_order", ">=", "2026-11-01 00:00:00"], [
        "date_order",
        "<",
        "2026-12-01 00:00:00",
      ]],
    ],
  },
  {
    __count: 3,
    m0: 3,
    m1: 13057.5,
    state: "draft",
    "date_order:month": "October 2026",
    // The query's own conditions follow those of the group.
    __domain: [
      ...["&", "&", "&", ["state", "=", "draft"], ["date_order", ">=", "2026-10-01 00:00:00"], [
        "date_order",
        "<",
        "2026-11-01 00:00:00",
      ]],
      ["date_order", ">=", "2020-01-01 00:00:00"],
    ],
  },
  {
    __count: 2,
    m0: 2,
    m1: 461.5,
    state: false,
    "date_order:month": false,
    __domain: ["&", ["state", "=", false], ["date_order", "=", false]],
  },
];

/** As recorded on 19 for the deprecated `read_group`: the query's conditions come first, and there is `__range`. */
const WITH_RANGE: Json = [
  {
    state: "cancel",
    "date_order:month": "November 2026",
    m0: 1,
    m1: 84.0,
    __domain: [
      ...["&", "&", ["date_order", ">=", "2020-01-01 00:00:00"], ["state", "=", "cancel"], "&"],
      ...[["date_order", ">=", "2026-11-01 00:00:00"], ["date_order", "<", "2026-12-01 00:00:00"]],
    ],
    __range: { "date_order:month": { from: "2026-11-01 00:00:00", to: "2026-12-01 00:00:00" } },
  },
  {
    state: "draft",
    "date_order:month": "October 2026",
    m0: 3,
    m1: 13057.5,
    __domain: [],
    __range: { date_order: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00" } },
  },
  { state: false, "date_order:month": false, m0: 2, m1: 461.5, __domain: [], __range: { "date_order:month": false } },
];

/** As recorded on 19 (`formatted_read_group_month`). */
const ON_19: Json = [
  {
    state: "cancel",
    "date_order:month": ["2026-11-01 00:00:00", "November 2026"],
    __extra_domain: [
      ...["&", "&", ["state", "=", "cancel"], ["date_order", ">=", "2026-11-01 00:00:00"], [
        "date_order",
        "<",
        "2026-12-01 00:00:00",
      ]],
    ],
    __count: 1,
    "amount_total:sum": 84.0,
  },
  {
    state: "draft",
    "date_order:month": ["2026-10-01 00:00:00", "October 2026"],
    __extra_domain: [
      ...["&", "&", ["state", "=", "draft"], ["date_order", ">=", "2026-10-01 00:00:00"], [
        "date_order",
        "<",
        "2026-11-01 00:00:00",
      ]],
    ],
    __count: 3,
    "amount_total:sum": 13057.5,
  },
  {
    state: false,
    "date_order:month": false,
    __extra_domain: ["&", ["state", "=", false], ["date_order", "=", false]],
    __count: 2,
    "amount_total:sum": 461.5,
  },
];

Deno.test("groups have one form, whatever the version answers", async () => {
  const recordings: [string, Json][] = [["14.0", ON_14], ["17.0", WITH_RANGE], ["19.0", ON_19]];
  for (const [version, answer] of recordings) {
    const odoo = recordedOdoo({ fields: FIELDS, version, answers: [answer] });
    assert.deepEqual(await read(odoo, ["state", "date_order:month"], ["count", "amount_total:sum"]), BY_MONTH, version);
  }
});

Deno.test("two groupings of one date are told apart by the order of the conditions", async () => {
  const answer: Json = [{
    __count: 1,
    m0: 1,
    "date_order:year": "2026",
    "date_order:day": "21 Nov 2026",
    __domain: [
      ...["&", "&", ["date_order", ">=", "2026-01-01 00:00:00"], ["date_order", "<", "2027-01-01 00:00:00"]],
      ...["&", ["date_order", ">=", "2026-11-21 00:00:00"], ["date_order", "<", "2026-11-22 00:00:00"]],
    ],
  }];
  const odoo = recordedOdoo({ fields: FIELDS, answers: [answer] });
  const [row] = await read(odoo, ["date_order:year", "date_order:day"], ["count"]);
  assert.deepEqual(row?.keys, ["2026-01-01 00:00:00", "2026-11-21 00:00:00"]);
});

Deno.test("read_group is asked with names of its own for aggregates, and can so be ordered by the count", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: [[]] });
  await read(odoo, ["partner_id"], ["count", "amount_total:avg", "state:count_distinct"], "count desc");
  assert.equal(odoo.calls[0]?.method, "read_group");
  assert.deepEqual(odoo.calls[0]?.params, {
    domain: [],
    fields: ["m0:count(id)", "m1:avg(amount_total)", "m2:count_distinct(state)"],
    groupby: ["partner_id"],
    lazy: false,
    orderby: "m0 desc, partner_id asc",
    limit: 3,
  });
});

Deno.test("formatted_read_group is asked from 19 on", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, version: "saas~19.1+e", answers: [[]] });
  await read(odoo, ["partner_id"], ["count", "amount_total:sum"], "count desc");
  assert.equal(odoo.calls[0]?.method, "formatted_read_group");
  assert.deepEqual(odoo.calls[0]?.params, {
    domain: [],
    groupby: ["partner_id"],
    aggregates: ["__count", "amount_total:sum"],
    order: "__count desc, partner_id asc",
    limit: 3,
  });
});

Deno.test("what read_group would leave out without a word is refused", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: [] });
  assert.equal((await failureOf(read(odoo, ["date_order:month"], ["date_order:max"]))).code, "E013");
  assert.equal(odoo.calls.length, 0);
  const newer = recordedOdoo({ fields: FIELDS, version: "19.0", answers: [[]] });
  assert.deepEqual(await read(newer, ["date_order:month"], ["date_order:max"]), []);
});

Deno.test("a group whose start can't be told is an error, no guess", async () => {
  const answer: Json = [{ m0: 1, "date_order:month": "Oktober 2026", __domain: [] }];
  const odoo = recordedOdoo({ fields: FIELDS, answers: [answer] });
  assert.equal((await failureOf(read(odoo, ["date_order"], ["count"]))).code, "E999");
});
