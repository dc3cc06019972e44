import assert from "node:assert/strict";
import { readDotenv } from "../../src/config/dotenv.ts";

Deno.test("assignments are read as shells and other programs write them", () => {
  const text = [
    "# a comment",
    "ODOO_URL=https://x.example",
    "export ODOO_DB = prod ",
    "ODOO_PASSWORD=a#b # a comment",
    "ODOO_USERNAME='a b # c' # a comment",
    'ODOO_API_KEY="a\\"b\\n\\\\c"',
    "ODOO_USER=",
    "OTHER=1",
  ].join("\r\n");
  assert.deepEqual(readDotenv(text), [
    { line: 2, name: "ODOO_URL", value: "https://x.example" },
    { line: 3, name: "ODOO_DB", value: "prod" },
    { line: 4, name: "ODOO_PASSWORD", value: "a#b" },
    { line: 5, name: "ODOO_USERNAME", value: "a b # c" },
    { line: 6, name: "ODOO_API_KEY", value: 'a"b\n\\c' },
    { line: 7, name: "ODOO_USER", value: "" },
  ]);
});

Deno.test("quotes that do not end make a line without a value, never a wrong one", () => {
  assert.deepEqual(readDotenv("ODOO_DB='x\nODOO_URL=\"y"), [
    { line: 1, name: "ODOO_DB", value: undefined },
    { line: 2, name: "ODOO_URL", value: undefined },
  ]);
});
