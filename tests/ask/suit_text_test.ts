import assert from "node:assert/strict";
import { checkDomain } from "../../src/ask/check_domain.ts";
import { parseDomain, toDomain } from "../../src/ask/domain.ts";
import { suitVersion } from "../../src/ask/suit_version.ts";
import type { Json } from "../../src/lib/json.ts";
import { FIELDS, recordedOdoo } from "./odoos.ts";

async function sent(leaf: Json[], version = "14.0", model = "res.country"): Promise<Json[]> {
  const odoo = recordedOdoo({ fields: FIELDS, version });
  const { condition } = await checkDomain(odoo, model, parseDomain([leaf]));
  return toDomain((await suitVersion(odoo, model, condition, {})).condition);
}

Deno.test("a text too long for its field fits none: 14 would cut it and find another", async () => {
  const cases: [Json[], Json[]][] = [
    [["code", "=", "BE"], ["code", "=", "BE"]],
    [["code", "=", "USA"], ["code", "in", []]],
    [["code", "!=", "USA"], ["code", "not in", []]],
    [["code", "in", ["BE", "USA"]], ["code", "in", ["BE"]]],
    [["code", "=ilike", "%sc"], ["code", "=ilike", "sc"]],
    [["code", "=ilike", "belg%"], ["code", "in", []]],
    [["code", "=ilike", "%b%"], ["code", "ilike", "b"]],
    [["code", "=ilike", "b%"], ["code", "=ilike", "b%"]],
    [["code", "ilike", "belgium"], ["code", "ilike", "belgium"]],
  ];
  for (const [leaf, expected] of cases) {
    assert.deepEqual(await sent(leaf), [expected]);
    assert.deepEqual(await sent(leaf, "19.0"), [leaf]);
  }
  assert.deepEqual(await sent(["country_id.code", "=", "USA"], "14.0", "res.partner"), [["country_id.code", "in", []]]);
});

Deno.test("negative operators on translated fields miss what is unset on 14, and can't take a list", async () => {
  assert.deepEqual(await sent(["vat_label", "not ilike", "VAT"]), [
    ...["|", ["vat_label", "not ilike", "VAT"], ["vat_label", "=", false]],
  ]);
  assert.deepEqual(await sent(["name", "!=", "Belgium"]), [["name", "!=", "Belgium"]]);
  assert.deepEqual(await sent(["name", "not in", ["Belgium", "France"]]), [
    ["name", "!=", "Belgium"],
    ["name", "!=", "France"],
  ]);
  assert.deepEqual(await sent(["vat_label", "not in", ["a", "b"]]), [
    ...["|", "&", ["vat_label", "!=", "a"], ["vat_label", "!=", "b"], ["vat_label", "=", false]],
  ]);
  assert.deepEqual(await sent(["vat_label", "not ilike", "VAT"], "16.0"), [["vat_label", "not ilike", "VAT"]]);
});
