import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../src/lib/json.ts";
import { parseFields } from "../../src/odoo/mod.ts";
import { plainValues, type Shape } from "../../src/ask/values.ts";

async function plain(type: string, raw: Json, shape: Shape = "row", zone = "Europe/Brussels"): Promise<Json> {
  const field = parseFields({ x: { type, string: "X" } }).get("x")!;
  return (await plainValues(field, zone, shape))(raw);
}

Deno.test("what is missing is null, and only a boolean is false", async () => {
  const types = [
    "char",
    "text",
    "html",
    "date",
    "datetime",
    "many2one",
    "selection",
    "binary",
    "reference",
    "properties",
    "newtype",
  ];
  for (const type of types) assert.equal(await plain(type, false), null, type);
  assert.equal(await plain("boolean", false), false);
  assert.equal(await plain("char", ""), null);
  assert.equal(await plain("integer", 0), 0);
  assert.equal(await plain("float", 0), 0);
});

Deno.test("datetimes are ISO with the user's offset of that moment", async () => {
  assert.equal(await plain("datetime", "2026-11-21 08:13:00"), "2026-11-21T09:13:00+01:00");
  assert.equal(await plain("datetime", "2026-07-21 08:13:00"), "2026-07-21T10:13:00+02:00");
  assert.equal(await plain("datetime", "2026-11-21 08:13:00", "row", "UTC"), "2026-11-21T08:13:00+00:00");
  assert.equal(await plain("date", "2026-11-21"), "2026-11-21");
});

Deno.test("a many2one is a pair in rows and an object in records", async () => {
  assert.deepEqual(await plain("many2one", [7, "Azure\u202e"]), [7, "Azure\\u202e"]);
  assert.deepEqual(await plain("many2one", [7, "Azure"], "record"), { id: 7, name: "Azure" });
  assert.deepEqual(await plain("many2one", [7, false], "record"), { id: 7, name: null });
  assert.deepEqual(await plain("many2one", 7), [7, null]);
});

Deno.test("an x2many is its count and first ids", async () => {
  assert.deepEqual(await plain("one2many", [1, 2, 3, 4, 5, 6, 7]), { count: 7, ids: [1, 2, 3, 4, 5] });
  assert.deepEqual(await plain("many2many", []), { count: 0, ids: [] });
});

Deno.test("binaries are their size, told by Odoo or counted where it sends the bytes", async () => {
  assert.equal(await plain("binary", "70.00 bytes"), "(70.00 bytes)");
  assert.equal(await plain("binary", "12.3 Kb"), "(12.3 Kb)");
  assert.equal(await plain("binary", btoa("hello world")), "(11 bytes)");
});

Deno.test("html is text", async () => {
  assert.equal(await plain("html", "<p>Hello <b>World</b><br>bye</p><script>alert(1)</script>"), "Hello World\nbye");
  assert.equal(await plain("html", "<p><br></p>"), null);
  assert.equal(await plain("html", '<a href="https://a.example">https://a.example</a>'), "https://a.example");
  assert.match(String(await plain("html", "<table><tr><td>a</td><td>b</td></tr></table>")), /a\s+b/);
});

Deno.test("numbers beyond 32 bit stay numbers", async () => {
  assert.equal(await plain("integer", 9999999999), 9999999999);
  assert.equal(await plain("monetary", 12.35), 12.35);
});

Deno.test("whatever Odoo answers, the value is JSON without anything invisible", async () => {
  const types = fc.constantFrom(
    "char",
    "text",
    "html",
    "date",
    "datetime",
    "many2one",
    "selection",
    "binary",
    "one2many",
    "properties",
  );
  await fc.assert(fc.asyncProperty(types, fc.jsonValue({ stringUnit: "binary" }), async (type, raw) => {
    const value = await plain(type, raw as Json, "record");
    assert.notEqual(value, undefined);
    assert.notEqual(value, false);
    const text = JSON.stringify(value);
    // As text, because JSON has no -0.
    assert.equal(JSON.stringify(JSON.parse(text)), text);
    assert.doesNotMatch(text, /[\u202a-\u202e\u200b\ufeff]|\\u00[01][0-8b-f]/);
  }));
});
