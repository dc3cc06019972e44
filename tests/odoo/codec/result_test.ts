import assert from "node:assert/strict";
import { normalResult } from "../../../src/odoo/codec/result.ts";
import { callOf } from "./calls.ts";

Deno.test("create answers in the form of its values on every protocol", () => {
  assert.equal(normalResult(callOf("create", { vals_list: {} }), [7]), 7);
  assert.equal(normalResult(callOf("create", { vals_list: {} }), 7), 7);
  assert.deepEqual(normalResult(callOf("create", { vals_list: [{}] }), [7]), [7]);
});

Deno.test("copy and message_post answer a list of ids on every version", () => {
  for (const method of ["copy", "message_post"]) {
    assert.deepEqual(normalResult(callOf(method, {}), 7), [7]);
    assert.deepEqual(normalResult(callOf(method, {}), [7]), [7]);
  }
});

Deno.test("everything else passes as it is", () => {
  for (const value of [null, false, 0, [1], "x", { a: 1 }]) {
    assert.equal(normalResult(callOf("read", {}), value), value);
  }
});
