import assert from "node:assert/strict";
import fc from "fast-check";
import { table, wrap } from "../../src/cli/print.ts";

Deno.test("columns of a table stand below each other, and no line ends in spaces", () => {
  assert.deepEqual(table(["a", "name"], [["1", "x"], ["100", ""]]), ["a    name", "1    x", "100"]);
});

Deno.test("wrapped text keeps every word, in lines no longer than asked unless a word is", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(words, fc.integer({ min: 10, max: 60 }), (words, columns) => {
    const lines = wrap(words.join(" "), columns, "  ");
    assert.deepEqual(lines.join(" ").trim().split(/\s+/), words);
    for (const line of lines) assert.ok(line.length <= columns || line.trim().split(" ").length === 1);
  }));
});

Deno.test("text that is printed can't move the cursor of a terminal", async () => {
  const url = new URL("../../src/cli/print.ts", import.meta.url).href;
  const script = `import { print } from ${
    JSON.stringify(url)
  }; print("a\\x1b[2J\\x07b\\x1b[31mred\\x1b[0m\\tc\\r\\nd");`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] }).output();
  assert.equal(new TextDecoder().decode(stdout), "a\\u001b[2J\\u0007b\x1b[31mred\x1b[0m\tc\nd\n");
});
