import assert from "node:assert/strict";
import { createDemo, demoVersion } from "../../src/demo/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import { demo, refusal, TODAY } from "./ask.ts";

Deno.test("the demo company says it is Odoo 14", () => {
  assert.deepEqual(demoVersion, { text: "14.0+demo", major: 14, minor: 0, edition: "community" });
});

Deno.test("unknown models, methods, parameters and private methods are told apart", async () => {
  const { ask } = demo();
  const told = async (...call: Parameters<typeof ask>) => {
    const { code, message } = await refusal(ask(...call));
    return `${code} ${message}`;
  };
  assert.match(await told("no.such", "search"), /^E005 Cannot find model no\.such/);
  assert.match(await told("res.partner", "no_such", {}, { ids: [1] }), /^E005 .*has no such method/);
  assert.match(await told("res.partner", "constructor"), /^E005/);
  assert.match(await told("res.partner", "search", { nosuch: 1 }), /^E004 .*unexpected keyword argument 'nosuch'/);
  assert.match(await told("res.partner", "write", {}, { ids: [1] }), /^E004 .*missing 1 required/);
  assert.match(await told("res.partner", "_write", {}, { ids: [1] }), /^E003 Private methods/);
  assert.match(await told("res.partner", "read", { fields: ["constructor"] }, { ids: [1] }), /^E004/);
});

Deno.test("a call whose signal was aborted before is not carried out", async () => {
  const execute = createDemo({ today: TODAY });
  const call = { model: "crm.tag", context: {}, effect: "write", origin: "caller" } as const;
  const aborted = execute({ ...call, method: "create", params: { vals_list: { name: "Late" } } }, AbortSignal.abort());
  assert.equal((await refusal(aborted)).code, "E007");
  const count = execute(
    { ...call, method: "search_count", params: { domain: [["name", "=", "Late"]] } },
    new AbortController().signal,
  );
  assert.equal(await count, 0);
});

Deno.test("whatever the arguments, the answer is JSON or a Failure", async () => {
  const { ask } = demo();
  const rubbish = [null, -1, 1e99, "x", [], [[]], {}, [{}], [null], [[0, 0, null]], { name: {} }];
  const calls: [string, string, number[]?][] = [
    ...[["search", "domain"], ["search", "limit"], ["search", "order"], ["search_read", "fields"]] as [
      string,
      string,
    ][],
    ...[["read_group", "groupby"], ["read_group", "fields"], ["name_search", "domain"]] as [string, string][],
    ...[["create", "vals_list"], ["default_get", "fields"], ["fields_get", "attributes"]] as [string, string][],
    ...[["write", "vals", [1]], ["read", "fields", [1]]] as [string, string, number[]][],
  ];
  for (const [method, name, ids] of calls) {
    for (const value of rubbish) {
      const answer = await ask("res.partner", method, { [name]: value }, ids ? { ids } : {}).catch((error) => error);
      if (answer instanceof Error) assert.ok(answer instanceof Failure, `${method} ${name} ${JSON.stringify(value)}`);
      else assert.deepEqual(answer, JSON.parse(JSON.stringify(answer)));
    }
  }
});

Deno.test("fields_get answers the asked attributes of the asked fields", async () => {
  const { ask } = demo();
  const fields = await ask("sale.order", "fields_get", {
    allfields: ["amount_total", "order_line", "nosuch"],
    attributes: ["type", "relation_field", "currency_field", "depends", "store"],
  });
  assert.deepEqual(fields, {
    order_line: { type: "one2many", depends: [], store: true, relation_field: "order_id" },
    amount_total: { type: "monetary", depends: ["order_line.price_total"], store: true, currency_field: "currency_id" },
  });
});

Deno.test("get_metadata tells who, when and the external id", async () => {
  const { ask } = demo();
  const [row] = await ask("res.country", "get_metadata", {}, { ids: [1] }) as Record<string, unknown>[];
  assert.deepEqual(Object.keys(row!), [
    "id",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
    "xmlid",
    "noupdate",
  ]);
  assert.deepEqual([row!["xmlid"], row!["create_uid"]], ["base.be", [1, "OdooBot"]]);
  assert.deepEqual(await ask("ir.model.data", "check_object_reference", { module: "base", xml_id: "be" }), [
    "res.country",
    1,
  ]);
});

Deno.test("every field of every model reads for everyone who may read the model", async () => {
  const { ask, rows } = demo();
  for (const { model } of await rows("ir.model", [], ["model"])) {
    const name = String(model);
    const all = await ask(name, "search_read", { domain: [], limit: 3 }, { context: { active_test: false } });
    const fields = await ask(name, "fields_get", { attributes: ["type"] }) as Record<string, unknown>;
    for (const row of all as Record<string, unknown>[]) {
      assert.deepEqual(Object.keys(row).toSorted(), Object.keys(fields).toSorted(), name);
      assert.ok(Object.values(row).every((value) => value !== undefined && value !== null), name);
    }
  }
});
