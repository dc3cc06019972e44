import * as fc from "fast-check";
import assert from "node:assert/strict";
import { Failure } from "../../../src/lib/failure.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { xmlrpc } from "../../../src/odoo/codec/xmlrpc.ts";
import { answer, bodyOf, callOf, login } from "./calls.ts";
import { json, xmlText } from "./json_values.ts";
import { answerOf, recording } from "./recordings.ts";
import { readWithSaxes } from "./saxes_reader.ts";

const response = (value: string) => `<methodResponse><params><param>${value}</param></params></methodResponse>`;
const fault = (code: string, text: string) =>
  "<methodResponse><fault><value><struct>" +
  `<member><name>faultCode</name><value>${code}</value></member>` +
  `<member><name>faultString</name><value><string>${text}</string></value></member>` +
  "</struct></value></fault></methodResponse>";

Deno.test("every value arrives at a conforming XML parser as it was sent", () => {
  fc.assert(fc.property(json(xmlText), xmlText, (value, name) => {
    const request = xmlrpc.encode(callOf("some_method", { value, [`k${name}`]: 1 }, { ids: [7] }), login);
    const { values } = readWithSaxes(bodyOf(request));
    assert.deepEqual(values, ["demo", 2, "s3cret", "res.partner", "some_method", [[7]], { value, [`k${name}`]: 1 }]);
  }));
});

Deno.test("whole numbers go as int of any size, others as double", () => {
  const body = bodyOf(xmlrpc.encode(callOf("m", { a: 1, b: 1.5, c: 9999999999, d: 1e21, e: -0, f: true }), login));
  const sent = [...body.matchAll(/<(int|double|boolean)>([^<]*)/g)].map(([, type, text]) => `${type} ${text}`);
  assert.deepEqual(sent.slice(1), ["int 1", "double 1.5", "int 9999999999", "double 1e+21", "int 0", "boolean 1"]);
});

Deno.test("the request goes to /xmlrpc/2/object as text/xml with its whole body", () => {
  const request = xmlrpc.encode(callOf("search", { domain: [] }), login);
  assert.equal(request.path, "/xmlrpc/2/object");
  assert.deepEqual(request.headers, { "Content-Type": "text/xml" });
  assert(request.body instanceof Uint8Array);
});

Deno.test("a control character is refused before sending, with the parameter's name", () => {
  const refused = (params: JsonObject) => {
    try {
      xmlrpc.encode(callOf("write", params, { ids: [1] }), login);
    } catch (error) {
      assert(error instanceof Failure);
      assert.equal(error.code, "E004");
      return error.message;
    }
    return assert.fail("sent");
  };
  assert.match(refused({ vals: { ref: "a\u0001b" } }), /vals\.ref.*U\+0001/);
  assert.match(refused({ vals: { line: [[0, 0, { name: "\uFFFE" }]] } }), /vals\.line\[0\]\[2\]\.name.*U\+FFFE/);
  assert.match(refused({ vals: { ["a\u001b"]: 1 } }), /a key of vals/);
});

Deno.test("None after the commit is success without a value for what changes records", () => {
  const archived = answerOf(recording("14/xmlrpc", "archive_returns"));
  assert.equal(xmlrpc.decode(callOf("action_archive", {}, { ids: [1], effect: "act" }), archived), null);
  const report = answerOf(recording("19/xmlrpc", "report_action"));
  assert.equal(xmlrpc.decode(callOf("report_action", {}, { ids: [1], effect: "act" }), report), null);
});

Deno.test("a read whose answer XML-RPC cannot carry says which protocol can", () => {
  const lost = answerOf(recording("14/xmlrpc", "get_external_id"));
  assert.throws(() => xmlrpc.decode(callOf("get_external_id", {}, { ids: [1] }), lost), {
    name: "Failure",
    code: "E013",
    hint: /jsonrpc/,
  });
});

Deno.test("a business text that only mentions marshalling is not taken for success", () => {
  const text = "TypeError: cannot marshal None unless allow_none is enabled";
  const call = callOf("action_archive", {}, { ids: [1], effect: "act" });
  assert.throws(() => xmlrpc.decode(call, answer(fault("<int>2</int>", text), "text/xml")), {
    code: "E004",
    message: text,
  });
});

Deno.test("the last error of a chain of tracebacks counts", () => {
  const trace = "Traceback (most recent call last):\n  File \"/a/b.py\", line 1, in f\n    x\nKeyError: 'nosuch'\n\n" +
    "During handling of the above exception, another exception occurred:\n\n" +
    'Traceback (most recent call last):\n  File "/a/b.py", line 2, in g\n    y\n    ^\n' +
    "psycopg2.errors.SerializationFailure: could not serialize access due to concurrent update\n\n";
  assert.throws(() => xmlrpc.decode(callOf("write", {}), answer(fault("<int>1</int>", trace), "text/xml")), {
    code: "E008",
    retryable: true,
    applied: "no",
  });
});

Deno.test("hostile answers end in a Failure and nothing else", () => {
  const body = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "binary" }).map((text) => response(`<value><string>${text}</string></value>`)),
    fc.string({ unit: "binary" }).map((text) => fault("<int>1</int>", text)),
    fc.constantFrom("", "<", response("<value>"), fault("<string>1</string>", "x"), fault("<nil/>", "x")),
  );
  fc.assert(
    fc.property(
      body,
      fc.constantFrom("text/xml", "text/html", ""),
      fc.integer({ min: 200, max: 599 }),
      (text, type, status) => {
        try {
          xmlrpc.decode(callOf("search", {}), answer(text, type, status));
        } catch (error) {
          assert(error instanceof Failure, String(error));
        }
      },
    ),
  );
});

Deno.test("long texts made to exhaust a pattern are read all the same", () => {
  const long = [
    "1".repeat(100_000),
    "1, ".repeat(50_000),
    "(a: b(".repeat(20_000),
    "\n".repeat(100_000),
    " ".repeat(100_000),
  ];
  for (const text of long.flatMap((text) => [text, `(Record: res.partner(${text}`, `ValueError: ${text}`])) {
    for (const code of [1, 2, 4]) {
      assert.throws(
        () => xmlrpc.decode(callOf("read", {}), answer(fault(`<int>${code}</int>`, text), "text/xml")),
        Failure,
      );
    }
  }
});

Deno.test("an answer cut off or garbled may stand for a call that was made", () => {
  const whole = response("<value><int>7</int></value>");
  assert.throws(() => xmlrpc.decode(callOf("create", {}), answer(whole.slice(0, -5), "text/xml")), {
    code: "E999",
    applied: "unknown",
    retryable: false,
  });
});

Deno.test("the services go without a login", () => {
  const request = xmlrpc.encodeService("common", "authenticate", ["demo", "admin", "pw", {}]);
  assert.equal(request.path, "/xmlrpc/2/common");
  assert.deepEqual(readWithSaxes(bodyOf(request)).values, ["demo", "admin", "pw", {}]);
  assert.equal(xmlrpc.decodeService(answer(response("<value><boolean>0</boolean></value>"), "text/xml")), false);
});
