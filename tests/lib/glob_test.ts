import assert from "node:assert/strict";
import { compileGlobs } from "../../src/lib/glob.ts";

Deno.test("a star stands for any run of characters and everything else for itself", () => {
  const match = compileGlobs(["sale.*", "*.credit_limit", "res.partner"]);
  assert.equal(match("sale.order"), "sale.*");
  assert.equal(match("sale.order.line"), "sale.*");
  assert.equal(match("res.partner.credit_limit"), "*.credit_limit");
  assert.equal(match("res.partner"), "res.partner");
  assert.equal(match("Sale.Order"), "sale.*");
  for (const other of ["sale", "saleXorder", "presale.order", "res.partners", "resXpartner", ""]) {
    assert.equal(match(other), null, other);
  }
});

Deno.test("letters that mean something in a regular expression mean themselves", () => {
  const match = compileGlobs(["a+(b)|[c]?^$\\{1}"]);
  assert.equal(match("a+(b)|[c]?^$\\{1}"), "a+(b)|[c]?^$\\{1}");
  assert.equal(match("aab"), null);
  assert.equal(compileGlobs([])("anything"), null);
});
