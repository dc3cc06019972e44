import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { countRecords, searchRecords } from "../../src/ask/select.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreesWithEvaluation } from "./agreement.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

Deno.test("a search answers a table, with one request", async () => {
  const odoo = await demoOdoo();
  const page = await searchRecords(odoo, {
    model: "sale.order",
    domain: [["state", "=", "sale"]],
    fields: ["name", "partner_id", "date_order", "amount_total", "order_line"],
    limit: 3,
    order: "amount_total desc",
  });
  assert.equal(odoo.calls.length, 1);
  assert.deepEqual(page.columns, [
    "id",
    "name",
    "partner_id",
    "date_order",
    "amount_total",
    "order_line",
  ]);
  assert.equal(page.rows.length, 3);
  assert.deepEqual([page.count, page.has_more, page.total, page.domain], [3, true, undefined, undefined]);
  for (const [id, name, partner, date, total, lines] of page.rows) {
    assert.ok(Number.isInteger(id));
    assert.match(String(name), /^S\d+/);
    assert.ok(Array.isArray(partner) && typeof partner[1] === "string");
    assert.match(String(date), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/);
    assert.equal(typeof total, "number");
    assert.ok((lines as { count: number }).count > 0);
  }
});

Deno.test("pages by cursor hold every record once", async () => {
  const odoo = await demoOdoo();
  const question = { model: "res.partner", fields: ["name"], limit: 7, order: "city" };
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await searchRecords(odoo, { ...question, cursor });
    seen.push(...page.rows.map(([id]) => id as number));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const { count } = await countRecords(odoo, { model: "res.partner" });
  assert.equal(new Set(seen).size, count);
  assert.equal(seen.length, count);
  const first = await searchRecords(odoo, question);
  const foreign = await failureOf(searchRecords(odoo, { ...question, order: "name", cursor: first.next! }));
  assert.equal(foreign.code, "E004");
});

Deno.test("the total is counted only when asked for, at the same time", async () => {
  const odoo = await demoOdoo();
  const page = await searchRecords(odoo, { model: "res.partner", limit: 1, total: true });
  assert.deepEqual(odoo.calls.map(({ method }) => method).sort(), ["search_count", "search_read"]);
  assert.ok(page.total! > 1);
});

Deno.test("a limit over the operator's is refused with how to page, never cut", async () => {
  const odoo = await demoOdoo();
  const failure = await failureOf(searchRecords(odoo, { model: "res.partner", limit: 1_000_000 }));
  assert.equal(failure.code, "E012");
  assert.match(failure.hint, /cursor/);
  for (const limit of [0, -1, 2.5]) {
    assert.equal((await failureOf(searchRecords(odoo, { model: "res.partner", limit }))).code, "E004");
  }
  assert.equal((await searchRecords(odoo, { model: "res.partner" }, { maxRows: 5 })).count, 5);
  assert.equal(odoo.calls.length, 1);
});

Deno.test("archived records are left out with a word, or come when asked for", async () => {
  const odoo = await demoOdoo();
  const some = await searchRecords(odoo, { model: "res.partner", fields: ["name"], total: true });
  assert.ok(some.notes.some((note) => /[Aa]rchived/.test(note)));
  const all = await searchRecords(odoo, {
    model: "res.partner",
    fields: ["name"],
    total: true,
    include_archived: true,
  });
  assert.ok(all.total! > some.total!);
  assert.deepEqual(all.notes, []);
  const told = await searchRecords(odoo, { model: "res.partner", fields: ["name"], domain: [["active", "=", false]] });
  assert.deepEqual(told.notes, []);
});

Deno.test("where is answered with the domain that was sent", async () => {
  const odoo = await demoOdoo();
  const page = await searchRecords(odoo, {
    model: "sale.order",
    where: [{ field: "partner_id.country_id.code", op: "in", value: ["BE", "NL"] }, {
      field: "date_order",
      op: "=",
      value: "this_month",
    }],
    fields: ["name"],
  });
  assert.deepEqual(page.domain, [
    ["partner_id.country_id.code", "in", ["BE", "NL"]],
    ["date_order", ">=", "2026-10-31 23:00:00"],
    ["date_order", "<", "2026-11-30 23:00:00"],
  ]);
  const both = searchRecords(odoo, { model: "sale.order", where: [], domain: [] });
  assert.equal((await failureOf(both)).code, "E004");
});

Deno.test("a domain that can't be read is an error, never all records", async () => {
  const odoo = await demoOdoo();
  for (const domain of ["[]", {}, [["nothing", "=", 1]], ["|", ["name", "=", "x"]]]) {
    assert.equal((await failureOf(countRecords(odoo, { model: "res.partner", domain }))).code, "E004");
  }
  assert.equal(odoo.calls.length, 0);
});

Deno.test("unknown models are told with close names", async () => {
  const failure = await failureOf(searchRecords(await demoOdoo(), { model: "res.partners" }));
  assert.equal(failure.code, "E005");
  assert.match(failure.hint, /res\.partner/);
});

Deno.test("binaries are asked for by size, so that no bytes come", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: [[{ id: 1, signature: "70.00 bytes" }]] });
  const page = await searchRecords(odoo, { model: "sale.order", fields: ["signature"] });
  assert.deepEqual(page.rows, [[1, "(70.00 bytes)"]]);
  assert.equal(odoo.calls[0]?.context["bin_size"], true);
});

Deno.test("a computed field that fails on 14 is left out with a word, the rest is answered", async () => {
  const singleton = new Failure(
    "E999",
    "Cannot finish sale.order.search_read: an error inside Odoo (ValueError: Expected singleton).",
  );
  const odoo = recordedOdoo({
    fields: FIELDS,
    answers: [singleton, [{ id: 1, name: "S1" }, { id: 2, name: "S2" }], [{ id: 1, display_name: "S1" }, {
      id: 2,
      display_name: "S2",
    }], singleton],
  });
  const page = await searchRecords(odoo, { model: "sale.order", fields: ["name", "display_name", "is_late"] });
  assert.deepEqual(page.columns, ["id", "name", "display_name"]);
  assert.deepEqual(page.rows, [[1, "S1", "S1"], [2, "S2", "S2"]]);
  assert.deepEqual(page.notes, ["Odoo could not compute or show is_late, so it is left out."]);
});

Deno.test("an error that no field caused is not asked about again", async () => {
  const gone = new Failure("E001", "Cannot reach Odoo: connection refused.", { retryable: true });
  const odoo = recordedOdoo({ fields: FIELDS, answers: [gone] });
  assert.equal(await failureOf(searchRecords(odoo, { model: "sale.order", fields: ["name", "is_late"] })), gone);
  const forbidden = new Failure("E003", "You are not allowed.", { details: { model: "sale.order" } });
  const closed = recordedOdoo({ fields: FIELDS, answers: [forbidden] });
  assert.equal(await failureOf(searchRecords(closed, { model: "sale.order", fields: ["name", "is_late"] })), forbidden);
});

for (const [model, seed] of [["sale.order", 14], ["crm.lead", 41], ["res.partner", 7]] as const) {
  Deno.test(`any where finds exactly the ${model} of the demo company that fulfil it`, async () => {
    await agreesWithEvaluation(await demoOdoo(), model, 100, seed);
  });
}
