import assert from "node:assert/strict";
import fc from "fast-check";
import { closest } from "../../src/lib/closest.ts";

const MODELS = [
  "res.partner",
  "res.partner.bank",
  "res.users",
  "sale.order",
  "sale.order.line",
  "crm.lead",
  "product.product",
];

Deno.test("a misspelt name finds the right one first", () => {
  const cases: [string, string][] = [
    ["res.partners", "res.partner"],
    ["res_partner", "res.partner"],
    ["Res.Partner", "res.partner"],
    ["res.partenr", "res.partner"],
    ["sale.oder", "sale.order"],
    ["saleorderline", "sale.order.line"],
    ["partner", "res.partner"],
    ["crm.leads", "crm.lead"],
  ];
  for (const [typed, meant] of cases) assert.equal(closest(typed, MODELS)[0], meant, typed);
});

Deno.test("nothing alike means no proposal", () => {
  assert.deepEqual(closest("stock.quant", MODELS), []);
  assert.deepEqual(closest("", MODELS), []);
  assert.deepEqual(closest("x", []), []);
});

Deno.test("the proposals are few and are all given names", () => {
  fc.assert(fc.property(fc.string(), fc.array(fc.string()), fc.nat(5), (word, names, most) => {
    const found = closest(word, names, most);
    assert.ok(found.length <= most);
    assert.ok(found.every((name) => names.includes(name)));
  }));
});

Deno.test("one changed letter never hides a name", () => {
  const name = fc.stringMatching(/^[a-z]{4,20}$/);
  fc.assert(fc.property(name, fc.nat(), fc.array(name), (word, at, others) => {
    const position = at % word.length;
    const typed = word.slice(0, position) + "9" + word.slice(position + 1);
    assert.ok(closest(typed, [...others, word], Infinity).includes(word));
  }));
});

Deno.test("hostile names a million letters long do not keep it busy", () => {
  assert.deepEqual(closest("a".repeat(1_000_000), ["b".repeat(1_000_000), "res.partner"]), []);
});
