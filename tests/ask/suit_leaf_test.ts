import assert from "node:assert/strict";
import { checkDomain } from "../../src/ask/check_domain.ts";
import { parseDomain, toDomain } from "../../src/ask/domain.ts";
import { suitVersion } from "../../src/ask/suit_version.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { recordedOdoo } from "./odoos.ts";

const stored = { store: true, searchable: true, sortable: true };
const computed = { store: false, searchable: true, sortable: false };
const FIELDS: { [model: string]: JsonObject } = {
  "project.task": { project_id: { type: "many2one", relation: "project.project", ...stored } },
  "project.project": {
    partner_id: { type: "many2one", relation: "res.partner", ...stored },
    company_id: { type: "many2one", relation: "res.company", required: true, ...stored },
    task_ids: { type: "one2many", relation: "project.task", relation_field: "project_id", ...stored },
  },
  "res.partner": {
    email: { type: "char", ...stored },
    credit_limit: { type: "float", ...stored },
    property_payment_term_id: { type: "many2one", relation: "account.payment.term", ...computed },
  },
  "res.company": { email: { type: "char", ...stored } },
  "product.product": { standard_price: { type: "float", ...computed } },
};

async function sent(model: string, leaf: Json[], version = "14.0", answers: Json[] = []): Promise<Json[]> {
  const odoo = recordedOdoo({ fields: FIELDS, version, answers });
  const { condition } = await checkDomain(odoo, model, parseDomain([leaf]));
  return toDomain((await suitVersion(odoo, model, condition, {})).condition);
}

Deno.test("what is unset at the end of a path counts only where the record before it is there", async () => {
  const customer: Json = ["project_id.partner_id", "!=", false];
  for (
    const leaf of [
      ["project_id.partner_id.email", "!=", "a@b.c"],
      ["project_id.partner_id.email", "not ilike", "acme"],
      ["project_id.partner_id.email", "=", false],
    ]
  ) {
    assert.deepEqual(await sent("project.task", leaf), [customer, leaf]);
    assert.deepEqual(await sent("project.task", leaf, "19.0"), [leaf]);
  }
  const positive = ["project_id.partner_id.email", "ilike", "acme"];
  assert.deepEqual(await sent("project.task", positive), [positive]);
  const there = ["company_id.email", "!=", "a@b.c"];
  assert.deepEqual(await sent("project.project", there), [there]);
  assert.deepEqual(await sent("project.task", ["project_id.partner_id.credit_limit", "<", 5]), [
    "|",
    ["project_id.partner_id.credit_limit", "<", 5],
    ...["&", customer, ["project_id.partner_id.credit_limit", "=", false]],
  ]);
});

Deno.test("numbers with a search of their own get no lists, and 0 among what differs", async () => {
  const price = (op: string, value: Json): Json[] => ["standard_price", op, value];
  assert.deepEqual(await sent("product.product", price("in", [5, 7])), ["|", price("=", 5), price("=", 7)]);
  assert.deepEqual(await sent("product.product", price("not in", [5, 7])), [
    ...["|", price("!=", 5), price("=", 0), "|", price("!=", 7), price("=", 0)],
  ]);
  assert.deepEqual(await sent("product.product", price("!=", 5)), ["|", price("!=", 5), price("=", 0)]);
  assert.deepEqual(await sent("product.product", price("<", 5)), [price("<", 5)]);
  assert.deepEqual(await sent("product.product", price("in", [5, 7]), "19.0"), [price("in", [5, 7])]);
});

Deno.test("a company's own relation that is unset differs, too", async () => {
  const leaf = ["property_payment_term_id", "!=", 3];
  assert.deepEqual(await sent("res.partner", leaf), ["|", leaf, ["property_payment_term_id", "=", false]]);
});

Deno.test("none of these records of a one2many: to 16 those without a parent are left out first", async () => {
  const leaf: Json[] = ["task_ids", "not in", [4, 5]];
  assert.deepEqual(await sent("project.project", leaf, "14.0", [[4]]), [["task_ids", "not in", [4]]]);
  assert.deepEqual(await sent("project.project", leaf, "17.0"), [leaf]);
});
