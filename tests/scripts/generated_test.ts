import assert from "node:assert/strict";
import { fill, stale } from "../../scripts/generated.ts";

const parts = { a: () => "new a", b: () => "new $& b" };

Deno.test("only what stands between the marks is made anew", () => {
  const text = "one\n<!-- generated:a -->\nold\n<!-- /generated -->\ntwo\n<!-- generated:b -->\n<!-- /generated -->\n";
  const filled = fill(text, parts);
  assert.equal(
    filled,
    "one\n<!-- generated:a -->\n\nnew a\n\n<!-- /generated -->\ntwo\n" +
      "<!-- generated:b -->\n\nnew $& b\n\n<!-- /generated -->\n",
  );
  assert.equal(fill(filled, parts), filled);
});

Deno.test("a part that nobody makes and one without an end are refused", () => {
  assert.throws(() => fill("<!-- generated:c -->\n<!-- /generated -->", parts), /known are a, b/);
  const open = "<!-- generated:a -->\n<!-- generated:b -->\n<!-- /generated -->";
  assert.throws(() => fill(open, parts), /generated:a: its .* is missing/);
});

Deno.test("files that differ, lack or should be gone are stale", async () => {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-generated-" });
  try {
    for (const name of ["same", "changed", "gone"]) await Deno.writeTextFile(`${folder}/${name}`, "text");
    const files = new Map([["same", "text"], ["changed", "other"], ["lacking", "text"], ["gone", null], [
      "never",
      null,
    ]]);
    const found = await stale(new Map([...files].map(([name, text]) => [`${folder}/${name}`, text])));
    assert.deepEqual(found, ["changed", "gone", "lacking"].map((name) => `${folder}/${name}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
