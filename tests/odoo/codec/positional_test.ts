import assert from "node:assert/strict";
import { positional } from "../../../src/odoo/codec/positional.ts";
import { callOf } from "./calls.ts";

Deno.test("create gives its values by position, the only way execute_kw takes them", () => {
  const { args, kwargs } = positional(callOf("create", { vals_list: [{ name: "x" }] }));
  assert.deepEqual([args, kwargs], [[[{ name: "x" }]], {}]);
});

Deno.test("a record method gets its ids first", () => {
  const { args, kwargs } = positional(callOf("write", { vals: { name: "x" } }, { ids: [1, 2] }));
  assert.deepEqual([args, kwargs], [[[1, 2], { name: "x" }], {}]);
});

Deno.test("a parameter whose name changed between versions goes by position, the others by keyword", () => {
  const { args, kwargs } = positional(callOf("search", { domain: [["id", ">", 1]], limit: 5, order: "id" }));
  assert.deepEqual([args, kwargs], [[[["id", ">", 1]]], { limit: 5, order: "id" }]);
});

Deno.test("a stand-in fills the place of an absent parameter before a given one", () => {
  const searched = positional(callOf("name_search", { domain: [["active", "=", true]], limit: 3 }));
  assert.deepEqual([searched.args, searched.kwargs], [["", [["active", "=", true]]], { limit: 3 }]);
  const fields = positional(callOf("fields_get", { attributes: ["type"] }));
  assert.deepEqual([fields.args, fields.kwargs], [[null, ["type"]], {}]);
});

Deno.test("an explicit null is sent as such", () => {
  assert.deepEqual(positional(callOf("default_get", { fields: null })).args, [null]);
});

Deno.test("onchange of a record that does not exist yet gets empty ids, so that its values are not taken for them", () => {
  const { args } = positional(callOf("onchange", { values: { a: 1 }, field_names: ["a"], fields_spec: { a: {} } }));
  assert.deepEqual(args, [[], { a: 1 }, ["a"], { a: {} }]);
});

Deno.test("the context goes by keyword, and an empty one not at all", () => {
  assert.deepEqual(positional(callOf("read", {}, { ids: [1], context: { lang: "en_US" } })).kwargs, {
    context: { lang: "en_US" },
  });
  assert.deepEqual(positional(callOf("read", { fields: ["name"] }, { ids: [1] })).kwargs, { fields: ["name"] });
});

Deno.test("a method named like a property of every object has no order of its own", () => {
  assert.deepEqual(positional(callOf("constructor", { a: 1 })), { args: [], kwargs: { a: 1 } });
});
