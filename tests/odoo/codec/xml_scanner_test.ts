import * as fc from "fast-check";
import assert from "node:assert/strict";
import { isObject, type Json } from "../../../src/lib/json.ts";
import { scanAnswer } from "../../../src/odoo/codec/xml_scanner.ts";
import { json, xmlText } from "./json_values.ts";
import { recording } from "./recordings.ts";
import { readWithSaxes } from "./saxes_reader.ts";

const OPEN = '<?xml version="1.0"?>\n<methodResponse>\n<params>\n<param>\n';
const CLOSE = "\n</param>\n</params>\n</methodResponse>\n";

function scan(value: string): Json {
  const scanned = scanAnswer(OPEN + value + CLOSE);
  assert("value" in scanned);
  return scanned.value;
}

/** Writes as Python's xmlrpc.client does, which writes Odoo's answers. */
function pythonXml(value: Json): string {
  const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  if (value === null) return "<value><nil/></value>";
  if (typeof value === "boolean") return `<value><boolean>${Number(value)}</boolean></value>`;
  if (typeof value === "number") {
    return Number.isSafeInteger(value)
      ? `<value><int>${value}</int></value>`
      : `<value><double>${value}</double></value>`;
  }
  if (typeof value === "string") return `<value><string>${escape(value)}</string></value>`;
  if (Array.isArray(value)) return `<value><array><data>\n${value.map(pythonXml).join("\n")}\n</data></array></value>`;
  const members = Object.entries(value).map(([name, item]) =>
    `<member>\n<name>${escape(name)}</name>\n${pythonXml(item)}\n</member>`
  );
  return `<value><struct>\n${members.join("\n")}\n</struct></value>`;
}

Deno.test("every value that Python writes is read as it was", () => {
  fc.assert(fc.property(json(xmlText), (value) => assert.deepEqual(scan(pythonXml(value)), value)));
});

Deno.test("every value that Python writes is read as a conforming parser does", () => {
  // A parser turns carriage returns into line feeds, and Python's struct members into plain assignments.
  const texts = xmlText.map((text) => text.replaceAll("\r", ""));
  fc.assert(fc.property(json(texts), (value) => {
    const xml = OPEN + pythonXml(value) + CLOSE;
    assert.deepEqual(scanAnswer(xml), { value: readWithSaxes(xml).values[0] });
  }));
});

Deno.test("a changed answer is refused or read as a conforming parser reads it", () => {
  const valid = OPEN + pythonXml([{ id: 7, name: "A & B", tags: [1, 2.5], ok: true }, "<&>", ""]) + CLOSE;
  const pieces = [
    "<",
    ">",
    "&",
    "&amp;",
    "</value>",
    "<value>",
    "<int>",
    "</int>",
    "x",
    "7",
    " ",
    "\n",
    "<!--a-->",
    "]]>",
    "<a/>",
  ];
  fc.assert(
    fc.property(fc.nat(valid.length), fc.nat(12), fc.constantFrom(...pieces, ""), (at, length, piece) => {
      const xml = valid.slice(0, at) + piece + valid.slice(at + length);
      let scanned;
      try {
        scanned = scanAnswer(xml);
      } catch (error) {
        return assert(error instanceof SyntaxError, String(error));
      }
      // Laxer than XML in one point that loses nothing.
      if (!xml.includes("]]>")) assert.deepEqual(scanned, { value: readWithSaxes(xml).values[0] });
    }),
    { numRuns: 3000 },
  );
});

Deno.test("hostile texts end in a SyntaxError and nothing else", () => {
  const tags =
    "value array data struct member name string int i4 double boolean nil/ base64 fault params param methodResponse";
  const tag = fc.constantFrom(...tags.split(" ").flatMap((name) => [`<${name}>`, `</${name}>`]));
  const noise = fc.array(fc.oneof(tag, fc.string({ unit: "binary" })), { maxLength: 40 }).map((parts) =>
    parts.join("")
  );
  fc.assert(fc.property(noise, fc.boolean(), (text, opened) => {
    try {
      scanAnswer(opened ? OPEN + text : text);
    } catch (error) {
      assert(error instanceof SyntaxError, String(error));
    }
  }));
});

Deno.test("an XML declaration stands at the very start or nowhere", () => {
  assert.throws(() => scanAnswer(` ${OPEN}<value><int>1</int></value>${CLOSE}`), SyntaxError);
});

Deno.test("a million open arrays end in a SyntaxError, not in an exhausted stack", () => {
  assert.throws(() => scan("<value><array><data>".repeat(1_000_000)), SyntaxError);
});

Deno.test("a megabyte of opening brackets is refused without a second look at each", () => {
  assert.throws(() => scan("<".repeat(1_000_000)), SyntaxError);
  assert.throws(() => scan("<value>" + "&".repeat(1_000_000) + "</value>"), SyntaxError);
});

Deno.test("all spellings of the types are read", () => {
  const read: [string, Json][] = [
    ["<value>bare &lt;text&gt;</value>", "bare <text>"],
    ["<value></value>", ""],
    ["<value><string></string></value>", ""],
    ["<value><i4>-7</i4></value>", -7],
    ["<value><i8>9999999999</i8></value>", 9999999999],
    ["<value><double>9999999999.0</double></value>", 9999999999],
    ["<value><double>1e-07</double></value>", 1e-7],
    ["<value><boolean>0</boolean></value>", false],
    ["<value><nil/></value>", null],
    ["<value><base64>\naMOp\nbGxv\n</base64></value>", "aMOpbGxv"],
    ["<value><dateTime.iso8601>20261121T08:13:00</dateTime.iso8601></value>", "2026-11-21 08:13:00"],
    ["<value><array><data></data></array></value>", []],
    ["<value><struct></struct></value>", {}],
    ["<value><string>&#233;&#x1F600;&apos;&quot;</string></value>", "é😀'\""],
  ];
  for (const [xml, value] of read) assert.deepEqual(scan(xml), value, xml);
});

Deno.test("what is not XML-RPC as Odoo writes it is refused", () => {
  const refused = [
    "<value><int>7.5</int></value>",
    "<value><int></int></value>",
    "<value><int>99999999999999999999</int></value>",
    "<value><double>nan</double></value>",
    "<value><double>inf</double></value>",
    "<value><double>0x10</double></value>",
    "<value><boolean>2</boolean></value>",
    "<value><string>a & b</string></value>",
    "<value><string>&nbsp;</string></value>",
    "<value><string>&#xD800;</string></value>",
    "<value><string>&#0;</string></value>",
    '<value><string a="b">x</string></value>',
    "<value><![CDATA[x]]></value>",
    "<value><!-- x --></value>",
    "<value>x<int>7</int></value>",
    "<value><toString>7</toString></value>",
    "<value><int>7</int></value><value><int>8</int></value>",
    "",
  ];
  for (const xml of refused) assert.throws(() => scan(xml), SyntaxError, xml);
  assert.throws(() => scanAnswer(`<!DOCTYPE x [<!ENTITY a "b">]>${OPEN}<value>x</value>${CLOSE}`), SyntaxError);
  assert.throws(() => scanAnswer(`${OPEN}<value>x</value>${CLOSE}<more/>`), SyntaxError);
});

Deno.test("a member named __proto__ is a member and changes no prototype", () => {
  const value = scan(
    "<value><struct><member><name>__proto__</name><value><int>1</int></value></member></struct></value>",
  );
  assert(isObject(value));
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("control characters, which Odoo sends raw, are kept as JSON-RPC keeps them", () => {
  const texts = [["14/xmlrpc", "text_control_read_from_jsonrpc"], [
    "19/xmlrpc",
    "text_nonchar_read_from_jsonrpc",
  ]] as const;
  const refs = texts.map(([wire, name]) => {
    const { body } = recording(wire, name).response;
    assert.throws(() => readWithSaxes(body));
    const scanned = scanAnswer(body);
    return "value" in scanned && Array.isArray(scanned.value) && isObject(scanned.value[0]!) && scanned.value[0]["ref"];
  });
  assert.deepEqual(refs, ["a\u0001b\u000bc\u001bd", refs[1]]);
  assert.match(String(refs[1]), /\uFFFE/);
});
