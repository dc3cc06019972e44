import assert from "node:assert/strict";
import fc from "fast-check";
import { type BatchRequest, type Operation, runBatch } from "../../src/change/mod.ts";
import { readReferences } from "../../src/change/batch_reference.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

const partner = (values: Record<string, unknown> = {}): Operation => ({
  op: "create",
  model: "res.partner",
  values: { name: "Reference", ...values },
});

async function run(operations: Operation[], on_error: BatchRequest["on_error"] = "stop") {
  const own = await company();
  const options = agreeing();
  return { ...own, ...options, go: () => runBatch(own.odoo, { operations, on_error }, options) };
}

Deno.test("earlier records are referred to in values, in lines, in lists of ids and as the records to change", async () => {
  const tag: Operation = { op: "create", model: "crm.tag", values: { name: "Referred to" } };
  const { go, odoo } = await run([
    partner(),
    partner({ parent_id: "$1.id", child_ids: { create: [{ name: "Line", parent_id: "$1.id" }] } }),
    tag,
    { op: "create", model: "crm.lead", values: { name: "Lead", partner_id: "$2.id", tag_ids: ["$3.id"] } },
    { op: "update", model: "res.partner", ids: ["$1.id", 7], values: { comment: "both" } },
    { op: "update", model: "crm.lead", ids: ["$4.id"], values: { tag_ids: { add: ["$3.id"] }, partner_id: "$1.id" } },
    { op: "update", model: "res.partner", ids: [8], values: { parent_id: "$5.id" } },
    { op: "delete", model: "res.partner", ids: ["$1.id"] },
  ].filter((_, index) => index !== 6 && index !== 7) as Operation[]);
  const answer = await go();
  assert.deepEqual(answer.items.map(({ status }) => status), Array(6).fill("done"));
  const [first, second, third, lead] = answer.items.map(({ records }) => records![0]!.id);
  const read = async (model: string, id: number, fields: string[]) =>
    (await odoo.call(model, "read", { ids: [id], params: { fields } }) as JsonObject[])[0]!;
  assert.equal(((await read("res.partner", second!, ["parent_id"]))["parent_id"] as Json[])[0], first);
  const row = await read("crm.lead", lead!, ["partner_id", "tag_ids"]);
  assert.deepEqual([(row["partner_id"] as Json[])[0], row["tag_ids"]], [first, [third]]);
  assert.equal((await read("res.partner", first!, ["comment"]))["comment"], "both");
  assert.deepEqual(answer.items[4]?.records?.map(({ id }) => id), [first, 7]);
});

Deno.test("an update of just one record may be referred to as well", async () => {
  const { go } = await run([
    { op: "update", model: "res.partner", ids: [7], values: { color: 1 } },
    partner({ parent_id: "$1.id" }),
  ]);
  assert.equal((await go()).complete, true);
});

Deno.test("what depends on a failed operation is not tried, and says why", async () => {
  const bad: Operation = { op: "create", model: "res.partner", values: { name: "Bad", parent_id: 999_999 } };
  const { go } = await run(
    [bad, partner({ parent_id: "$1.id" }), partner({ parent_id: "$2.id" }), partner()],
    "continue",
  );
  const { items } = await go();
  assert.deepEqual(items.map(({ status }) => status), ["failed", "not_tried", "not_tried", "done"]);
  assert.equal(items[1]?.because, "it needs the record of operation 1, which was not made");
  assert.equal(items[2]?.because, "it needs the record of operation 2, which was not made");
});

Deno.test("references that can't be kept are refused, each with its place and reason, before anything is sent", async () => {
  const bad: [Operation[], RegExp][] = [
    [
      [partner({ parent_id: "$2.id" }), partner()],
      /operations\[0\]\.values\.parent_id: "\$2\.id" refers to operation 2, which comes later/,
    ],
    [[partner({ parent_id: "$1.id" })], /refers to its own operation/],
    [[partner({ parent_id: "$2.id" }), partner({ parent_id: "$1.id" })], /comes later/],
    [[partner(), partner({ parent_id: "$9.id" })], /refers to no operation: there are 2/],
    [[partner(), partner({ parent_id: "$0.id" })], /refers to no operation/],
    [[partner(), partner({ comment: "$1.name" })], /operations\[1\]\.values\.comment: "\$1\.name" is no reference/],
    [
      [{ op: "delete", model: "res.partner", ids: [8] }, partner({ parent_id: "$1.id" })],
      /which is no create, nor an update/,
    ],
    [
      [partner(), { op: "update", model: "crm.lead", ids: [1], values: { partner_id: "$1.id", stage_id: "$1.id" } }],
      /operations\[1\]\.values\.stage_id: operation 1 makes a record of res\.partner, and crm\.stage is wanted/,
    ],
    [
      [partner(), { op: "update", model: "crm.lead", ids: ["$1.id"], values: { name: "x" } }],
      /operations\[1\]\.ids\[0\]: "\$1\.id" is a record of res\.partner, and crm\.lead is wanted/,
    ],
    [
      [partner(), { op: "create", model: "crm.lead", values: { name: "x", tag_ids: { add: ["$1.id"] } } }],
      /tag_ids: operation 1 makes a record of res\.partner, and crm\.tag is wanted/,
    ],
    [[partner(), { op: "update", model: "res.partner", ids: ["seven"], values: { color: 1 } }], /"seven" is no id/],
    [[partner(), partner({ name: "$1.id" })], /operations\[1\]\.values\.name: "\$1\.id" is no text/],
  ];
  for (const [operations, why] of bad) {
    const { go, changes } = await run(operations);
    const failure = await failureOf(go());
    assert.equal(failure.code, "E004", String(why));
    assert.match(failure.message, why);
    assert.deepEqual(changes(), []);
  }
  const both = await failureOf((await run([partner({ parent_id: "$2.id" }), partner({ color: "red" })])).go());
  assert.match(both.message, /operations\[0\].*comes later; operations\[1\]\.values\.color/);
});

Deno.test("a circle of references says how to get out of it", async () => {
  const { go } = await run([partner({ parent_id: "$2.id" }), partner({ parent_id: "$1.id" })]);
  assert.match((await failureOf(go())).hint, /Where two need each other, create one without and update it afterwards/);
});

Deno.test("amounts and other texts with a dollar sign are no references", async () => {
  const { go, odoo } = await run([partner({ comment: "$5", ref: "$1.50", street: "costs $1.id" })]);
  const { items } = await go();
  const ids = [items[0]!.records![0]!.id];
  const fields = ["comment", "ref", "street"];
  const [row] = await odoo.call("res.partner", "read", { ids, params: { fields } }) as JsonObject[];
  assert.deepEqual(fields.map((name) => row![name]), ["$5", "$1.50", "costs $1.id"]);
});

Deno.test("a stand-in is never a number that the operations hold, and is put back everywhere", () => {
  const near = fc.integer({ min: 2 ** 31 - 12_000, max: 2 ** 31 - 1 });
  fc.assert(fc.property(fc.array(near, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (numbers, count) => {
    const operations = Array.from({ length: count }, (_, index): Operation => ({
      op: "create",
      model: "res.partner",
      values: { numbers, own: index === 0 ? null : `$${index}.id`, deep: [[4, index === 0 ? 0 : "$1.id"]] },
    }));
    const { operations: own, standIns, problems, needs } = readReferences(operations);
    assert.deepEqual(problems, []);
    for (const [index, { values }] of own.entries()) {
      const back = standIns.resolve(values as JsonObject, (place) => place === 0 ? 0 : `$${place}.id`);
      assert.deepEqual(back, operations[index]!.values);
      assert.deepEqual(needs[index], index === 0 ? [] : [...new Set([index, 1])]);
    }
  }));
});
