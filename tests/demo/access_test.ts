import assert from "node:assert/strict";
import { demo, refusal } from "./ask.ts";

Deno.test("the limited user reads contacts and products and nothing of sales", async () => {
  const { count, ask } = demo("limited");
  assert.ok(await count("res.partner", []) > 0);
  assert.ok(await count("product.product", []) > 0);
  for (const model of ["sale.order", "sale.order.line", "crm.lead"]) {
    const failure = await refusal(count(model, []));
    assert.equal(failure.code, "E003");
    assert.match(failure.message, /^You are not allowed to access '.+' \(.+\) records\.\n\nThis operation is allowed/);
  }
  assert.equal((await refusal(ask("sale.order", "action_confirm", {}, { ids: [1] }))).code, "E003");
  assert.equal((await refusal(ask("res.partner", "create", { vals_list: { name: "x" } }))).code, "E003");
});

Deno.test("the salesperson sells, but neither deletes orders nor touches the company", async () => {
  const { ask, count, create, idOf, write } = demo("demo");
  const partner_id = await idOf("res.partner", "Tulpwerk");
  const order = await create("sale.order", { partner_id });
  assert.equal(await ask("sale.order", "action_confirm", {}, { ids: [order] }), true);
  assert.equal((await refusal(ask("sale.order", "unlink", {}, { ids: [order] }))).code, "E003");
  const failure = await refusal(write("res.company", 1, { fiscalyear_last_day: 30 }));
  assert.match(failure.message, /^You are not allowed to modify 'Companies' \(res\.company\) records\./);
  assert.deepEqual(failure.details["groups"], ["Administration/Access Rights"]);
  assert.equal((await refusal(count("ir.config_parameter", []))).code, "E003");
});

Deno.test("check_access_rights tells or raises", async () => {
  const { ask } = demo("limited");
  const check = (operation: string, raise_exception: boolean) =>
    ask("sale.order", "check_access_rights", { operation, raise_exception });
  assert.equal(await check("read", false), false);
  assert.equal((await refusal(check("write", true))).code, "E003");
  assert.equal(await ask("res.partner", "check_access_rights", { operation: "read" }), true);
});

Deno.test("fields of a model that the user may not change are all readonly", async () => {
  const describe = async (login: "admin" | "limited") => {
    const fields = await demo(login).ask("sale.order", "fields_get", { allfields: ["note"], attributes: ["readonly"] });
    return fields;
  };
  assert.deepEqual(await describe("admin"), { note: { readonly: false } });
  assert.deepEqual(await describe("limited"), { note: { readonly: true } });
});

Deno.test("companies other than the only one are refused", async () => {
  const { count } = demo();
  assert.ok(await count("sale.order", [], { allowed_company_ids: [1] }) > 0);
  assert.equal((await refusal(count("sale.order", [], { allowed_company_ids: [2] }))).code, "E003");
});
