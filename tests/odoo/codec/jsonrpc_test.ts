import * as fc from "fast-check";
import assert from "node:assert/strict";
import { Failure } from "../../../src/lib/failure.ts";
import { jsonrpc } from "../../../src/odoo/codec/jsonrpc.ts";
import { answer, bodyOf, callOf, login } from "./calls.ts";
import { json, text } from "./json_values.ts";

Deno.test("every value is sent and answered as it is", () => {
  fc.assert(fc.property(json(text), (value) => {
    const { params } = JSON.parse(bodyOf(jsonrpc.encode(callOf("some_method", { value }, { ids: [7] }), login)));
    assert.deepEqual(params, {
      service: "object",
      method: "execute_kw",
      args: ["demo", 2, "s3cret", "res.partner", "some_method", [[7]], { value }],
    });
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, result: value });
    assert.deepEqual(jsonrpc.decode(callOf("some_method", {}), answer(body, "application/json")), value);
  }));
});

Deno.test("an answer without result is null", () => {
  const call = callOf("action_archive", {}, { ids: [1], effect: "act" });
  assert.equal(jsonrpc.decode(call, answer('{"jsonrpc": "2.0", "id": 7}', "application/json")), null);
});

Deno.test("JSON that is no JSON-RPC answer is not taken for null", () => {
  for (
    const body of [
      "{}",
      '{"ok": true}',
      "[]",
      "null",
      '"x"',
      '{"jsonrpc": "2.0", "error": "x"}',
      '{"jsonrpc":"2.0","id":1',
    ]
  ) {
    assert.throws(() => jsonrpc.decode(callOf("write", {}), answer(body, "application/json")), {
      code: "E999",
      applied: "unknown",
      retryable: false,
    });
  }
});

Deno.test("half a character or no number is refused before sending, with the parameter's name", () => {
  const send = (value: string | number) =>
    jsonrpc.encode(callOf("write", { vals: { ref: value } }, { ids: [1] }), login);
  for (const value of ["a\ud83d", "\udc00", "a\0b", NaN, Infinity]) {
    assert.throws(() => send(value), { code: "E004", message: /vals\.ref/ });
  }
  assert.doesNotThrow(() => send("a\u0001b"));
});

Deno.test("values too deep to travel are refused before sending", () => {
  let domain: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) domain = [domain];
  assert.throws(() => jsonrpc.encode(callOf("search", { domain: domain as never }), login), { code: "E004" });
});

Deno.test("a Call with empty ids, a strange model or a strange method never leaves", () => {
  const refused = [
    callOf("unlink", {}, { ids: [] }),
    callOf("read", {}, { ids: [1.5] }),
    callOf("read", {}, { model: "../../web" }),
    callOf("read", {}, { model: "" }),
    callOf("read/../x", {}),
    callOf("read", { context: {} }),
    callOf("read", { ids: [1] }),
  ];
  for (const call of refused) assert.throws(() => jsonrpc.encode(call, login), { name: "Failure", code: "E004" });
});

Deno.test("hostile answers end in a Failure and nothing else", () => {
  const body = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.json().map((error) => `{"jsonrpc":"2.0","error":${error}}`),
    fc.json().map((data) => `{"jsonrpc":"2.0","error":{"data":${data}}}`),
    fc.tuple(fc.string(), fc.string()).map(([name, message]) =>
      JSON.stringify({ jsonrpc: "2.0", error: { data: { name, message } } })
    ),
  );
  const types = fc.constantFrom("application/json", "text/html", "");
  fc.assert(fc.property(body, types, fc.integer({ min: 200, max: 599 }), (text, type, status) => {
    try {
      jsonrpc.decode(callOf("search", {}), answer(text, type, status));
    } catch (error) {
      assert(error instanceof Failure, String(error));
    }
  }));
});
