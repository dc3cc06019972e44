import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import { checkText, quote, visible } from "../../src/ask/text.ts";

Deno.test("what can't be seen is made visible", () => {
  const cases: [string, string][] = [
    ["a\u0000b\u001b[0m", "a␀b␛[0m"],
    ["x\u007f\u0085", "x␡\\u0085"],
    ["safe\u202eexe.txt\u202c", "safe\\u202eexe.txt\\u202c"],
    ["pay\u200bpal \ufeff\u00ad", "pay\\u200bpal \\ufeff\\u00ad"],
    ["hi\u{e0068}\u{e0069}", "hi\\u{e0068}\\u{e0069}"],
    ["half\ud83d", "half\\ud83d"],
    ["one\u2028two\ufffe", "one\\u2028two\\ufffe"],
    ["tick\ufe0f", "tick\\ufe0f"],
  ];
  for (const [text, shown] of cases) assert.equal(visible(text), shown);
});

Deno.test("text that people write stays as it is", () => {
  for (const text of ["Zoë\n\tcafé", "👩‍🔧 ❤️ 🇧🇪 👍🏽", "می‌خواهم", "क्‍ष", "日本語", "1️⃣"]) assert.equal(visible(text), text);
  assert.equal(visible("a\r\nb"), "a\nb");
});

Deno.test("nothing invisible is left in any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.doesNotMatch(
      visible(text),
      /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u{e0000}-\u{e007f}]/u,
    );
    assert.ok(visible(text).isWellFormed());
  }));
});

Deno.test("text that Odoo can't take is refused, all other passes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const bad = [...text].some((mark) =>
      (mark < " " && !"\t\n\r".includes(mark)) || mark === "\ufffe" || mark === "\uffff"
    ) || !text.isWellFormed();
    if (bad) assert.throws(() => checkText(text, "name"), Failure);
    else assert.equal(checkText(text, "name"), text);
  }));
});

Deno.test("a value in a message is short and on one line", () => {
  assert.equal(quote("a\nb"), '"a\\nb"');
  assert.ok(quote("x".repeat(1000)).length < 70);
  assert.equal(quote([1, [2, [3]], 4, 5, 6]), "[1, […], 4, 5, …]");
  assert.equal(quote({ a: 1, b: [] }), "{a, b}");
});
