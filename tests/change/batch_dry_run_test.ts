import assert from "node:assert/strict";
import { type BatchRequest, type Operation, runBatch } from "../../src/change/mod.ts";
import { company, type CompanyOptions, declining } from "./company.ts";

const partner = (values: Record<string, unknown> = {}): Operation => ({
  op: "create",
  model: "res.partner",
  values: { name: "Dry", ...values },
});

async function dry(request: BatchRequest, options: CompanyOptions = {}) {
  const { odoo, changes } = await company(options);
  const answer = await runBatch(odoo, request, { ...declining(3), actions: { allow: [], deny: [] }, dryRun: true });
  assert.ok("dry_run" in answer);
  assert.deepEqual(changes(), []);
  return answer;
}

Deno.test("a dry run tells operation by operation what would happen, with names and before and after", async () => {
  const answer = await dry({
    operations: [
      partner({ country_id: "Belgium" }),
      { op: "update", model: "res.partner", ids: [7], values: { color: 9, parent_id: "$1.id" } },
      { op: "create", model: "crm.lead", values: { name: "Lead", partner_id: "$1.id" } },
      { op: "delete", model: "res.partner", ids: [8] },
      { op: "action", model: "sale.order", ids: [1], action: "action_confirm" },
      { op: "update", model: "res.partner", ids: ["$1.id"], values: { color: 2 } },
    ],
    on_error: "stop",
  });
  assert.deepEqual([answer.possible, answer.would], [true, "run 6 operations on 6 records"]);
  assert.deepEqual(answer.counts, { create: 2, update: 2, delete: 1, action: 1 });
  const [create, update, lead, deleted, action, made] = answer.items;
  const values = (item: typeof create) => item!.records[0]!["values"] as Record<string, { name?: string }>;
  assert.equal(values(create)["country_id"]?.name, "Belgium");
  const changed = update!.records[0]!["changed"] as Record<string, { before?: unknown; after: unknown }>;
  assert.deepEqual([changed["color"]?.after, changed["parent_id"]?.after], [9, "$1.id"]);
  assert.equal(values(lead)["partner_id"], "$1.id");
  assert.match(String(deleted!.records[0]!["display_name"]), /Elin Sandvoort/);
  assert.equal(action!.item, 5);
  assert.deepEqual(made!.records, [{ record: "the one of operation 1", color: 2 }]);
  assert.ok(answer.needs_confirmation!.some((line) => /^4\. delete res\.partner/.test(line)));
  assert.equal(answer.plan, "plan token");
});

Deno.test("a dry run tells the problems of every operation at once, missing records among them", async () => {
  const answer = await dry({
    operations: [
      partner({ color: "red" }),
      { op: "update", model: "res.partner", ids: [7, 99_999], values: { color: 1 } },
      partner({ parent_id: "$9.id" }),
      { op: "update", model: "res.partner", ids: [7], values: {} },
      { op: "create", model: "crm.lead", values: { name: "x", nme: "x" } },
    ],
    on_error: "continue",
  });
  assert.equal(answer.possible, false);
  const places = answer.refused!.map(({ at }) => at);
  assert.deepEqual(places, [
    "operations[0].values.color",
    "operations[1].ids",
    "operations[2].values.parent_id",
    "operations[3]",
    "operations[4].values.nme",
  ]);
  assert.equal(answer.plan, undefined);
});

Deno.test("a dry run says that rollback can't be kept, and the way out", async () => {
  const answer = await dry({
    operations: [partner(), { op: "update", model: "res.partner", ids: [7], values: { color: 1 } }],
  });
  assert.equal(answer.possible, false);
  assert.deepEqual(answer.refused?.map(({ at }) => at), ["on_error"]);
  assert.match(String(answer.refused![0]!["hint"]), /"undo"/);
});

Deno.test("a dry run of thousands tells the first in full and the rest in few lines", async () => {
  const answer = await dry({ operations: Array.from({ length: 3000 }, () => partner()), on_error: "stop" });
  assert.deepEqual([answer.items.length, answer.others], [10, ["11-3000. create 2990 records of res.partner"]]);
  assert.ok(JSON.stringify(answer).length < 8000);
});

Deno.test("a dry run names rights that are missing", async () => {
  const answer = await dry({ operations: [partner()] }, { login: "limited" });
  assert.deepEqual([answer.possible, answer.missing_rights], [false, ["create res.partner"]]);
});
