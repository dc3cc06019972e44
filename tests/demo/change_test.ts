import assert from "node:assert/strict";
import type { JsonObject } from "../../src/lib/json.ts";
import { demo, refusal } from "./ask.ts";

Deno.test("create answers an id for one record and a list for a list", async () => {
  const { ask } = demo();
  const one = await ask("res.partner", "create", { vals_list: { name: "One" } });
  assert.deepEqual(await ask("res.partner", "create", { vals_list: [{ name: "Two" }] }), [Number(one) + 1]);
});

Deno.test("a failed call leaves nothing behind", async () => {
  const { ask, count, idOf, create, read } = demo();
  const before = await count("res.partner", []);
  await refusal(ask("res.partner", "create", { vals_list: [{ name: "Good" }, { name: "Bad", type: "nosuch" }] }));
  await refusal(
    create("res.partner", { name: "Parent", child_ids: [[0, 0, { name: "Kid" }], [0, 0, { color: "red" }]] }),
  );
  assert.equal(await count("res.partner", []), before);
  const id = await idOf("res.partner", "Tulpwerk");
  await refusal(ask("res.partner", "write", { vals: { city: "Elsewhere" } }, { ids: [id, 99_999] }));
  assert.equal((await read("res.partner", id, ["city"]))["city"], "Utrecht");
});

Deno.test("two companies share nothing, and an answer is no way into one", async () => {
  const [first, second] = [demo(), demo()];
  const id = await first.idOf("res.partner", "Tulpwerk");
  await first.write("res.partner", id, { name: "Changed" });
  assert.equal((await second.read("res.partner", id, ["name"]))["name"], "Tulpwerk");
  const tags = (await first.read("res.partner", id, ["category_id"]))["category_id"] as number[];
  tags.push(99);
  assert.notDeepEqual((await first.read("res.partner", id, ["category_id"]))["category_id"], tags);
});

Deno.test("create and write note who and when", async () => {
  const { create, read } = demo("demo");
  const id = await create("res.partner", { name: "Noted" });
  const row = await read("res.partner", id, ["create_uid", "create_date", "write_uid", "write_date"]);
  assert.deepEqual(row["create_uid"], [6, "Tomas Lindqvist"]);
  assert.match(String(row["create_date"]), /^2026-11-21 10:0\d:\d\d$/);
  assert.equal(row["write_date"], row["create_date"]);
});

Deno.test("x2many commands create, change, delete, link, unlink, clear and set", async () => {
  const { create, read, write, count } = demo();
  const id = await create("res.partner", {
    name: "Commands",
    child_ids: [[0, 0, { name: "A" }], [0, 0, { name: "B" }], [0, 0, { name: "C" }]],
    category_id: [1, 2],
  });
  const values = async () => await read("res.partner", id, ["child_ids", "category_id"]) as Record<string, number[]>;
  const [a, b, c] = (await values())["child_ids"]!;
  assert.deepEqual((await values())["category_id"]!.toSorted(), [1, 2]);
  await write("res.partner", id, {
    child_ids: [[1, a!, { city: "X" }], [2, b!, 0], [3, c!, 0]],
    category_id: [[3, 1], [4, 3]],
  });
  assert.deepEqual((await values())["child_ids"], [a]);
  assert.deepEqual((await values())["category_id"]!.toSorted(), [2, 3]);
  assert.equal(await count("res.partner", [["id", "in", [b!, c!]]]), 1, "2 deletes, 3 only lets go");
  await write("res.partner", id, { child_ids: [[4, c!]], category_id: [[5]] });
  assert.deepEqual((await values())["child_ids"], [a, c]);
  assert.deepEqual((await values())["category_id"], []);
  await write("res.partner", id, { category_id: [[6, 0, [1]], [9, 1, 2]] });
  assert.deepEqual((await values())["category_id"], [1]);
});

Deno.test("values are read as Odoo reads them: numeric text, pairs, null for empty", async () => {
  const { create, read } = demo();
  const id = await create("res.partner", {
    name: "Forms",
    color: "3",
    country_id: [1, "any"],
    state_id: "2",
    email: null,
  });
  assert.deepEqual(await read("res.partner", id, ["color", "country_id", "state_id", "email"]), {
    ...{ id, color: 3, country_id: [1, "Belgium"], state_id: [2, "New York (US)"], email: false },
  });
});

Deno.test("wrong values are refused with the field's name or the reason", async () => {
  const { write } = demo();
  const message = async (vals: JsonObject) => (await refusal(write("res.partner", 1, vals))).message;
  assert.match(await message({ nosuch: 1 }), /model res.partner has no field nosuch/);
  assert.match(await message({ type: "nosuch" }), /'nosuch' is no value of field type/);
  assert.match(await message({ color: "abc" }), /invalid literal for int/);
  assert.match(await message({ color: 9_999_999_999 }), /out of range/);
  assert.match(await message({ country_id: 999 }), /Constraint: res_partner_country_id_fkey/);
  assert.match(await message({ parent_id: 1 }), /recursive Partner hierarchies/);
  assert.match((await refusal(write("sale.order", 1, { validity_date: "2026-02-31" }))).message, /does not exist/);
  assert.match(
    (await refusal(write("sale.order", 1, { date_order: "2026-02-01T10:00:00Z" }))).message,
    /does not match format/,
  );
});

Deno.test("a missing required field is told in Odoo's words", async () => {
  const { create } = demo();
  const failure = await refusal(create("sale.order", {}));
  assert.equal(failure.code, "E004");
  assert.match(failure.message, /Model: Sales Order \(sale.order\), Field: Customer \(partner_id\)$/);
  assert.equal((await refusal(create("res.partner", { email: "a@b.example" }))).message, "Contacts require a name");
});

Deno.test("a record that others require stays, one that is merely mentioned goes", async () => {
  const { ask, create, read, rows } = demo();
  const [order] = await rows("sale.order", [], ["partner_id"]);
  const customer = (order!["partner_id"] as [number, string])[0];
  const failure = await refusal(ask("res.partner", "unlink", {}, { ids: [customer] }));
  assert.match(failure.message, /Constraint: sale_order_partner_id_fkey/);
  const parent = await create("res.partner", { name: "Parent" });
  const kid = await create("res.partner", { name: "Kid", parent_id: parent });
  assert.equal(await ask("res.partner", "unlink", {}, { ids: [parent] }), true);
  assert.equal((await read("res.partner", kid, ["parent_id"]))["parent_id"], false);
});

Deno.test("reading what is gone answers fewer rows, changing it is refused", async () => {
  const { ask } = demo();
  assert.deepEqual(await ask("res.partner", "read", { fields: ["name"] }, { ids: [99_999] }), []);
  for (const [method, params] of [["write", { vals: {} }], ["unlink", {}], ["action_archive", {}]] as const) {
    const failure = await refusal(ask("res.partner", method, params, { ids: [99_999] }));
    assert.equal(failure.code, "E005");
    assert.match(failure.message, /\(Record: res\.partner\(99999,\), User: 2\)/);
  }
});

Deno.test("archiving answers nothing and hides the record", async () => {
  const { ask, count, idOf } = demo();
  const id = await idOf("res.partner", "Tulpwerk");
  assert.equal(await ask("res.partner", "action_archive", {}, { ids: [id] }), null);
  assert.equal(await count("res.partner", [["id", "=", id]]), 0);
  assert.equal(await ask("res.partner", "action_unarchive", {}, { ids: [id] }), null);
  assert.equal(await count("res.partner", [["id", "=", id]]), 1);
});

Deno.test("a product is made with its template, and a template with its product", async () => {
  const { create, read, rows, write } = demo();
  const product = await create("product.product", { name: "Pouffe", default_code: "PFF", list_price: 40 });
  const [template] = await rows("product.template", [["name", "=", "Pouffe"]], ["default_code", "list_price"]);
  assert.deepEqual([template!["default_code"], template!["list_price"]], ["PFF", 40]);
  await write("product.product", product, { lst_price: 45 });
  assert.equal((await read("product.template", Number(template!["id"]), ["list_price"]))["list_price"], 45);
  await create("product.template", { name: "Screen", default_code: "SCR" });
  assert.equal((await rows("product.product", [["default_code", "=", "SCR"]], ["name"]))[0]!["name"], "Screen");
});

Deno.test("defaults come from the context before the field", async () => {
  const { ask } = demo();
  const defaults = await ask("crm.lead", "default_get", { fields: ["name", "type", "user_id", "nosuch"] }, {
    context: { default_name: "Hello" },
  });
  assert.deepEqual(defaults, { name: "Hello", type: "opportunity", user_id: 2 });
});
