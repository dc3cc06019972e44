import { problemsOf } from "../../src/change/refuse.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkValues, type WriteMode } from "../../src/change/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { failureOf } from "../odoo/calls.ts";
import { company } from "./company.ts";

const shared = await company();

async function checked(model: string, values: unknown, mode: WriteMode = "update"): Promise<JsonObject> {
  return await checkValues(shared.odoo, model, values, mode);
}

/** The problems of refused values: where each is, and why. */
async function problems(model: string, values: unknown, mode: WriteMode = "update"): Promise<JsonObject[]> {
  const failure = await failureOf(checkValues(shared.odoo, model, values, mode));
  assert.equal(failure.code, "E004", failure.message);
  assert.ok(Array.isArray(failure.details["problems"]), failure.message);
  return problemsOf(failure);
}

async function refused(model: string, values: JsonObject, at: string, reason: RegExp, mode: WriteMode = "update") {
  const [problem, ...more] = await problems(model, values, mode);
  assert.deepEqual(more, []);
  assert.equal(problem?.["at"], at);
  assert.match(String(problem?.["reason"]), reason);
}

Deno.test("plain values pass as they are, and null is Odoo's false", async () => {
  const values = { name: "Ann", is_company: true, color: 3, active: false, email: "a@b.c", comment: "a\nb\tc" };
  assert.deepEqual(await checked("res.partner", values), values);
  assert.deepEqual(await checked("res.partner", { name: "", phone: null, parent_id: null, color: null }), {
    name: "",
    phone: false,
    parent_id: false,
    color: false,
  });
  assert.deepEqual(await checked("crm.lead", { expected_revenue: 12.5, probability: 1e3 }), {
    expected_revenue: 12.5,
    probability: 1000,
  });
});

Deno.test("every bad key is named at once, with close names and places inside lines", async () => {
  const found = await problems("sale.order", {
    partner: 7,
    client_order_ref: 5,
    validity_date: "31.02.2026",
    order_line: { create: [{ product_id: 1 }, { product_uom_qty: "3", product: 1 }] },
  }, "create");
  assert.deepEqual(found.map(({ at }) => at), [
    "partner",
    "client_order_ref",
    "validity_date",
    "order_line.create[1].product_uom_qty",
    "order_line.create[1].product",
  ]);
  assert.match(String(found[0]?.["hint"]), /partner_id/);
  assert.match(String(found[4]?.["hint"]), /product_id/);
});

Deno.test("a label instead of a field's name is told its name", async () => {
  const [problem] = await problems("sale.order", { "Customer Reference": "x" });
  assert.deepEqual(problem?.["closest"], ["client_order_ref"]);
});

Deno.test("types are not bent", async () => {
  await refused("res.partner", { name: true }, "name", /true is no text/);
  await refused("res.partner", { name: 5 }, "name", /no text/);
  await refused("res.partner", { name: ["x"] }, "name", /no text/);
  await refused("res.partner", { name: { en_US: "x" } }, "name", /no text/);
  await refused("res.partner", { is_company: "yes" }, "is_company", /neither true nor false/);
  await refused("res.partner", { is_company: 1 }, "is_company", /neither true nor false/);
  await refused("res.partner", { color: "3" }, "color", /whole number/);
  await refused("res.partner", { color: 1.5 }, "color", /whole number/);
  await refused("res.partner", { color: true }, "color", /whole number/);
  await refused("crm.lead", { expected_revenue: "12" }, "expected_revenue", /no number/);
  await refused("crm.lead", { expected_revenue: Infinity }, "expected_revenue", /no number/);
});

Deno.test("integers and ids beyond 32 bits are refused", async () => {
  await refused("res.partner", { color: 2 ** 31 }, "color", /32-bit/);
  assert.deepEqual(await checked("res.partner", { color: -(2 ** 31) + 1 }), { color: -2147483647 });
  await refused("res.partner", { parent_id: 2 ** 31 }, "parent_id", /32-bit/);
  await refused("res.partner", { parent_id: 0 }, "parent_id", /no id/);
  await refused("res.partner", { parent_id: -1 }, "parent_id", /no id/);
  await refused("res.partner", { category_id: [1, 2 ** 40] }, "category_id[1]", /32-bit/);
});

Deno.test("text that no protocol carries is refused", async () => {
  await refused("res.partner", { name: "a\ud800" }, "name", /surrogate/);
  await refused("res.partner", { name: "a\u0000" }, "name", /U\+0000/);
  await refused("res.partner", { name: "a\u001b[1m" }, "name", /U\+001B/);
  await refused("res.partner", { name: "a\uffff" }, "name", /U\+FFFF/);
  assert.deepEqual(await checked("res.partner", { name: "é 😀 \u202e\r\n" }), { name: "é 😀 \u202e\r\n" });
});

Deno.test("dates are ISO days of the calendar", async () => {
  assert.deepEqual(await checked("crm.lead", { date_deadline: "2028-02-29" }), { date_deadline: "2028-02-29" });
  for (const bad of ["2026-02-30", "2026-13-01", "0000-01-01"]) {
    await refused("crm.lead", { date_deadline: bad }, "date_deadline", /no day of the calendar/);
  }
  for (const bad of ["31.02.2026", "02/28/2026", "2026-2-3", "tomorrow", "", 20260221, true, "2026-02-03T10:00"]) {
    await refused("crm.lead", { date_deadline: bad }, "date_deadline", /no date/);
  }
});

Deno.test("datetimes become UTC: by their offset, else by the user's time zone", async () => {
  const at = async (text: string) => (await checked("sale.order", { commitment_date: text }))["commitment_date"];
  assert.equal(await at("2026-11-21T09:30:00+01:00"), "2026-11-21 08:30:00");
  assert.equal(await at("2026-11-21T09:30:00Z"), "2026-11-21 09:30:00");
  assert.equal(await at("2026-11-21T00:30-0500"), "2026-11-21 05:30:00");
  assert.equal(await at("2026-11-21T09:30"), "2026-11-21 08:30:00", "Brussels in winter");
  assert.equal(await at("2026-07-21 09:30:15"), "2026-07-21 07:30:15", "Brussels in summer");
  assert.equal(await at("2026-07-21"), "2026-07-20 22:00:00", "that day's midnight there");
  assert.equal(await at("2026-11-21T09:30:00.000Z"), "2026-11-21 09:30:00");
});

Deno.test("datetimes that are none, or not certain, are refused", async () => {
  const refuse = (text: string, reason: RegExp) =>
    refused("sale.order", { commitment_date: text }, "commitment_date", reason);
  await refuse("31.02.2026 10:00", /no datetime/);
  await refuse("2026-02-30T10:00", /no day of the calendar/);
  await refuse("2026-02-03T25:00", /no time of day/);
  await refuse("2026-02-03T10:60", /no time of day/);
  await refuse("2026-02-03T10:00:00.123Z", /whole seconds/);
  await refuse("2026-02-03T10:00+99:00", /no offset/);
  await refuse("0001-01-01T00:00+10:00", /beyond the years/);
  await refuse("9999-12-31T23:30-10:00", /beyond the years/);
  await refuse("2026-03-29T02:30", /never comes in Europe\/Brussels/);
  await refuse("2026-10-25T02:30", /comes twice in Europe\/Brussels/);
  await refuse("2026-11-21T09:30:00'); DROP", /no datetime/);
});

Deno.test("a selection takes its values, or the one label that fits", async () => {
  assert.deepEqual(await checked("crm.lead", { type: "lead" }), { type: "lead" });
  assert.deepEqual(await checked("crm.lead", { type: "Opportunity" }), { type: "opportunity" });
  const [problem] = await problems("crm.lead", { type: "oportunity" });
  assert.match(String(problem?.["hint"]), /Did you mean opportunity\?.*lead \(Lead\)/);
  await refused("crm.lead", { type: 1 }, "type", /no text/);
});

Deno.test("a many2one takes an id, null, a record as answers show it, or a name", async () => {
  for (const value of [7, { id: 7, name: "Brightwater Cycles" }, [7, "Brightwater Cycles"], "Brightwater Cycles"]) {
    assert.deepEqual(await checked("sale.order", { partner_id: value }), { partner_id: 7 });
  }
  assert.deepEqual(await checked("res.partner", { country_id: "belgium" }), { country_id: 1 });
  assert.deepEqual(await checked("res.partner", { country_id: "Belg" }), { country_id: 1 }, "the only one with it");
  await refused("res.partner", { country_id: "Atlantis" }, "country_id", /no res\.country called "Atlantis"/);
  await refused("res.partner", { country_id: "" }, "country_id", /empty/);
  await refused("res.partner", { country_id: "1" }, "country_id", /is a text/);
  await refused("res.partner", { country_id: { code: "BE" } }, "country_id", /no res\.country/);
  await refused("res.partner", { country_id: [1, 2] }, "country_id", /no res\.country/);
  await refused("res.partner", { country_id: true }, "country_id", /no res\.country/);
});

Deno.test("a name that fits several records is never guessed at: the candidates and what tells them apart", async () => {
  const [problem] = await problems("sale.order", { partner_id: "Brightwater Cycl" });
  const candidates = problem?.["candidates"] as JsonObject[];
  assert.deepEqual(candidates.find(({ id }) => id === 7)?.["city"], "Ghent");
  assert.deepEqual(candidates.find(({ id }) => id === 10)?.["city"], "Leeds");
  assert.match(String(problem?.["reason"]), /Brightwater Cycles #7 \(.*Ghent.*\).*Brightwater Cycling #10/);
});

Deno.test("an exact name wins over longer ones that hold it, and is looked up once", async () => {
  const own = await company();
  const line = { product_id: "Oak Desk 160", name: "x" };
  const values = await checkValues(own.odoo, "sale.order", {
    partner_id: "Brightwater Cycles",
    order_line: { create: [line, line] },
  }, "create");
  assert.equal(values["partner_id"], 7);
  assert.deepEqual(own.sent.map(({ model, method }) => `${model}.${method}`), [
    "res.partner.name_search",
    "product.product.name_search",
    "sale.order.default_get",
  ]);
  assert.equal(own.sent.at(-1)?.cache, "schema", "which fields have a default is asked once an hour");
});

Deno.test("x2many values become commands, removals before additions", async () => {
  const field = async (value: Json) => (await checked("res.partner", { category_id: value }))["category_id"];
  assert.deepEqual(await field([1, 2, 2]), [[6, 0, [1, 2]]]);
  assert.deepEqual(await field([]), [[6, 0, []]]);
  assert.deepEqual(await field(null), [[5, 0, 0]]);
  assert.deepEqual(await field(["Retail", 2]), [[6, 0, [1, 2]]]);
  assert.deepEqual(await field({ add: [1], remove: [2] }), [[3, 2, 0], [4, 1, 0]]);
  assert.deepEqual(await field({ set: ["Retail"] }), [[6, 0, [1]]]);
  assert.deepEqual(await field([[6, 0, [1, 1]], [4, 2]]), [[6, 0, [1]], [4, 2, 0]]);
  assert.deepEqual(await field([[5], [3, 2, false]]), [[5, 0, 0], [3, 2, 0]]);
  const children = { create: [{ name: "Ann", country_id: "Belgium" }], update: [{ id: 8, phone: null }] };
  assert.deepEqual(await checked("res.partner", { child_ids: children }), {
    child_ids: [[1, 8, { phone: false }], [0, 0, { name: "Ann", country_id: 1 }]],
  });
  assert.deepEqual(await checked("res.partner", { child_ids: [[0, 0, { child_ids: [[0, 0, { name: "x" }]] }]] }), {
    child_ids: [[0, 0, { child_ids: [[0, 0, { name: "x" }]] }]],
  });
});

Deno.test("unknown and malformed commands are refused: Odoo would ignore them", async () => {
  const refuse = (value: Json, at: string, reason: RegExp) =>
    refused("res.partner", { category_id: value }, at, reason);
  await refuse([[7, 1]], "category_id[0]", /no command number/);
  await refuse([["6", 0, [1]]], "category_id[0]", /no command number/);
  await refuse([[true, 1, {}]], "category_id[0]", /no command number/);
  await refuse([[]], "category_id[0]", /no command/);
  await refuse([[4, 1], 5], "category_id[1]", /no command/);
  await refuse([[6, 0, 1]], "category_id[0][2]", /no list/);
  await refuse([[4]], "category_id[0][1]", /whole number/);
  await refuse("1,2", "category_id", /no list of records/);
  await refuse({ append: [1] }, "category_id.append", /unknown/);
  await refuse({ add: 1 }, "category_id.add", /no list/);
  await refuse({ set: [1], add: [2] }, "category_id", /set replaces/);
  await refuse([{ name: "x" }], "category_id[0]", /no record/);
  await refuse({ update: [{ name: "x" }] }, "category_id.update[0].id", /whole number/);
});

Deno.test("a new record has no lines to change, remove or delete", async () => {
  for (const value of [{ remove: [1] }, { update: [{ id: 1 }] }, [[1, 1, {}]], [[2, 1]], [[3, 1]]]) {
    const [problem] = await problems("res.partner", { child_ids: value }, "create");
    assert.match(String(problem?.["reason"]), /being created/);
  }
});

Deno.test("lines nest five levels deep and no deeper", async () => {
  let values: JsonObject = { name: "x" };
  for (let level = 0; level < 5; level++) values = { child_ids: [[0, 0, values]] };
  await checked("res.partner", values);
  const [problem] = await problems("res.partner", { child_ids: { create: [values] } });
  assert.match(String(problem?.["reason"]), /deeper than 5/);
});

Deno.test("lines of a line are added or linked, not changed or deleted, where no plan would show it", async () => {
  const inner = (value: Json): JsonObject => ({ child_ids: { update: [{ id: 8, child_ids: value }] } });
  for (const value of [[[2, 9]], [[1, 9, { name: "x" }]], { remove: [9] }, { set: [] }, [], null]) {
    await refused("res.partner", inner(value), "child_ids.update[0].child_ids", /not changed or deleted from here/);
  }
  await checked("res.partner", inner({ create: [{ name: "x" }] }));
  await checked("res.partner", { child_ids: { update: [{ id: 8, category_id: [1] }] } });
});

Deno.test("a status is not written: the actions that change it are named", async () => {
  const [problem] = await problems("sale.order", { state: "sale" });
  assert.equal(problem?.["at"], "state");
  assert.match(String(problem?.["hint"]), /run_action.*action_confirm/);
  await refused("sale.order", { partner_id: 7, state: "sale" }, "state", /status/, "create");
  assert.deepEqual(await checked("crm.lead", { stage_id: 2, priority: "1" }), { stage_id: 2, priority: "1" });
});

Deno.test("stored computed fields and Odoo's own are refused; other read-only ones are sent", async () => {
  await refused("sale.order", { amount_total: 5 }, "amount_total", /computes/);
  await refused("res.partner", { display_name: "x" }, "display_name", /computes/);
  await refused("res.partner", { commercial_partner_id: 1 }, "commercial_partner_id", /computes/);
  for (const name of ["id", "create_uid", "write_date", "__last_update"]) {
    await refused("res.partner", { [name]: 1 }, name, /by itself/);
  }
  // Read-only in the form, but a draft takes it: fields_get alone can't know.
  assert.deepEqual(await checked("sale.order", { partner_id: 7, validity_date: "2026-12-01" }), {
    partner_id: 7,
    validity_date: "2026-12-01",
  });
});

Deno.test("values that are no object are refused", async () => {
  for (const values of [null, [], "name=x", 5, [{ name: "x" }]]) {
    assert.match(String((await problems("res.partner", values))[0]?.["reason"]), /no object/);
  }
});

Deno.test("a secret field can't be written: it is as if it did not exist", async () => {
  await refused("res.users", { password: "x" }, "password", /no field "password"/);
});

Deno.test("whatever is sent, values are answered or refused with E004, and nothing is changed", async () => {
  const own = await company();
  const names = fc.constantFrom(
    "name",
    "color",
    "parent_id",
    "category_id",
    "child_ids",
    "is_company",
    "type",
    "active",
    "x",
  );
  const command = fc.oneof(
    fc.array(fc.oneof(fc.integer({ min: -1, max: 8 }), fc.jsonValue()), { maxLength: 4 }),
    fc.jsonValue(),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.array(command, { maxLength: 4 }),
    fc.string({ unit: "binary" }),
    fc.double(),
  );
  const values = fc.oneof(fc.dictionary(fc.oneof(names, fc.string()), value), fc.jsonValue());
  const modes = fc.constantFrom<WriteMode>("create", "update");
  await fc.assert(
    fc.asyncProperty(values, modes, async (sent, mode) => {
      try {
        const answer = await checkValues(own.odoo, "res.partner", sent, mode);
        assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer, "what is answered can travel as JSON");
      } catch (error) {
        assert.ok(error instanceof Failure && error.code === "E004", String(error));
      }
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(own.changes(), []);
});
