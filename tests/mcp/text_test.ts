import assert from "node:assert/strict";
import { toText } from "../../src/mcp/text.ts";

Deno.test("a table is tab-separated with its columns once and many2one as name and id", () => {
  const text = toText({
    columns: ["id", "name", "country_id"],
    rows: [[7, "Azure", [20, "Belgium"]], [8, "Deco", null]],
    has_more: true,
    next: "abc",
  });
  assert.equal(text, "id\tname\tcountry_id\n7\tAzure\tBelgium #20\n8\tDeco\t\nhas_more: true\nnext: abc");
});

Deno.test("a record's text can't pretend to be another row or column", () => {
  const text = toText({ columns: ["name"], rows: [["evil\nrow\tcell\\n"]] });
  assert.equal(text, "name\nevil\\nrow\\tcell\\\\n");
});

Deno.test("lines of a record are lists, with many2one as name and id", () => {
  const lines = [[[31, 'Screen "A"'], 10], [null, 2]];
  const named = [[{ id: 31, name: 'Screen "A"' }, 10], [null, 2]];
  const cell = '[["Screen \\"A\\" #31",10],[null,2]]';
  const name = "order_line(product_id, qty)";
  assert.equal(toText({ columns: ["id", name], rows: [[1, lines], [2, []]] }), `id\t${name}\n1\t${cell}\n2\t[]`);
  assert.equal(toText({ records: [{ id: 1, [name]: named }] }), `records:\n- id: 1 | ${name}: ${cell}`);
  // A line that looks like a many2one is none; a list of many2ones is no line.
  const text = toText({ columns: ["a(qty, name)", "a.b_id"], rows: [[[[5, "Desk"]], [[5, "Desk"]]]] });
  assert.equal(text, 'a(qty, name)\ta.b_id\n[[5,"Desk"]]\t["Desk #5"]');
});

Deno.test("a list of objects takes one line each", () => {
  assert.equal(
    toText({ records: [{ id: 1, partner_id: { id: 3, name: "Gemini" } }, { id: 2, partner_id: null }], missing: [] }),
    "records:\n- id: 1 | partner_id: Gemini #3\n- id: 2 | partner_id: ",
  );
});

Deno.test("sentences take one line each, names stand in a row", () => {
  const text = toText({
    notes: ["Two, not one.", "As seen by you."],
    fields: ["name", "city"],
    more: ["Only one, here."],
  });
  assert.equal(text, "notes:\n- Two, not one.\n- As seen by you.\nfields: name, city\nmore: Only one, here.");
});

Deno.test("a domain stays JSON, so that it can be used again", () => {
  assert.equal(
    toText({ domain: [["email", "!=", ""], ["state", "in", ["sale"]]] }),
    'domain: [["email","!=",""],["state","in",["sale"]]]',
  );
});

Deno.test("a change reads as before and after, and lines as their number and ids", () => {
  const text = toText({
    records: [{
      id: 1,
      changed: { priority: { before: "0", after: "2" }, user_id: { before: null, after: { id: 6, name: "Marc" } } },
      order_line: { count: 7, ids: [1, 2, 3, 4, 5] },
    }],
  });
  assert.equal(
    text,
    "records:\n- id: 1 | changed: {priority: 0 → 2, user_id:  → Marc #6} | order_line: 7: #1 #2 #3 #4 #5 …",
  );
});
