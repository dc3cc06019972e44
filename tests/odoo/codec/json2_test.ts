import * as fc from "fast-check";
import assert from "node:assert/strict";
import { Failure } from "../../../src/lib/failure.ts";
import { isObject } from "../../../src/lib/json.ts";
import { json2 } from "../../../src/odoo/codec/json2.ts";
import { answer, bodyOf, callOf, login } from "./calls.ts";
import { json, text } from "./json_values.ts";
import { callOf as recordedCall, recordings } from "./recordings.ts";

Deno.test("parameters, ids and context stand side by side in the body", () => {
  fc.assert(fc.property(json(text), (value) => {
    const call = callOf("some_method", { value }, { ids: [7], context: { lang: "en_US" } });
    const request = json2.encode(call, login);
    assert.deepEqual(JSON.parse(bodyOf(request)), { value, ids: [7], context: { lang: "en_US" } });
    assert.equal(request.path, "/json/2/res.partner/some_method");
    assert.deepEqual(request.headers, {
      "Content-Type": "application/json",
      Authorization: "Bearer s3cret",
      "X-Odoo-Database": "demo",
    });
    assert.deepEqual(json2.decode(call, answer(JSON.stringify(value), "application/json; charset=utf-8")), value);
  }));
});

/** A Call has whole ids and an object as its context, and texts that Odoo cannot store are refused before sending. */
const INEXPRESSIBLE = new Set(
  [
    "ids_as_int",
    "ids_as_string",
    "ids_string_read",
    "ctx_not_a_dict",
    "text_lone_surrogate",
    "text_nul_write",
    "path_root",
    "path_no_method",
    "path_trailing_slash",
  ],
);

Deno.test("every recorded request that a Call can express is sent again as it was", () => {
  let compared = 0;
  for (const one of recordings("19/json2")) {
    const { method, path, headers, body } = one.request;
    const sent: unknown = method === "POST" && body?.startsWith('{"') ? JSON.parse(body) : null;
    const isPlain = isObject(sent) && Object.keys(headers).length === 3 &&
      headers["Content-Type"] === "application/json";
    if (!isPlain || INEXPRESSIBLE.has(one.case) || (Array.isArray(sent["ids"]) && sent["ids"].length === 0)) continue;
    const call = recordedCall("19/json2", one)!;
    const request = json2.encode(call, login);
    const again = JSON.parse(bodyOf(request));
    assert.deepEqual({ context: {}, ...again }, { context: {}, ...sent }, one.case);
    assert.equal(request.path, path, one.case);
    compared++;
  }
  assert(compared > 150, String(compared));
});

Deno.test("without a database's name the header is left out", () => {
  const { headers } = json2.encode(callOf("search", { domain: [] }), { ...login, database: "" });
  assert.deepEqual(Object.keys(headers), ["Content-Type", "Authorization"]);
});

Deno.test("empty ids never leave: Odoo would answer true and do nothing", () => {
  assert.throws(() => json2.encode(callOf("unlink", {}, { ids: [] }), login), { code: "E004" });
});

Deno.test("create answers one id for one object, though Odoo always answers a list", () => {
  const body = answer("[8724]", "application/json");
  assert.equal(json2.decode(callOf("create", { vals_list: { name: "x" } }), body), 8724);
  assert.deepEqual(json2.decode(callOf("create", { vals_list: [{ name: "x" }] }), body), [8724]);
});

Deno.test("hostile answers end in a Failure and nothing else", () => {
  const body = fc.oneof(fc.string({ unit: "binary" }), fc.json());
  const types = fc.constantFrom("application/json", "text/html", "");
  fc.assert(fc.property(body, types, fc.integer({ min: 200, max: 599 }), (text, type, status) => {
    try {
      json2.decode(callOf("search", {}), answer(text, type, status));
    } catch (error) {
      assert(error instanceof Failure, String(error));
    }
  }));
});
