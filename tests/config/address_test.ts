import assert from "node:assert/strict";
import fc from "fast-check";
import { isLoopback, readAddress, readOdooAddress } from "../../src/config/address.ts";

Deno.test("an address is brought to one form, without the pages and endpoints people copy with it", () => {
  const cases: [string, string, string][] = [
    ["https://x.example", "https://x.example", ""],
    ["https://x.example/", "https://x.example", ""],
    [" HTTPS://X.Example:443/ ", "https://x.example", ""],
    ["http://x.example:8069/web", "http://x.example:8069", "/web"],
    ["https://x.example/web/login?redirect=a", "https://x.example", "/web/login?…"],
    ["https://x.example/odoo/sales/7", "https://x.example", "/odoo/sales/7"],
    ["https://x.example/jsonrpc", "https://x.example", "/jsonrpc"],
    ["https://x.example/xmlrpc/2/common", "https://x.example", "/xmlrpc/2/common"],
    ["https://x.example/erp/", "https://x.example/erp", ""],
    ["https://x.example/erp/web#action=1", "https://x.example/erp", "/web#…"],
    ["https://x.example/website", "https://x.example/website", ""],
    ["http://[::1]:8069", "http://[::1]:8069", ""],
  ];
  for (const [text, url, dropped] of cases) assert.deepEqual(readOdooAddress(text), { url, dropped }, text);
});

Deno.test("an address without a scheme gets told what to write", () => {
  assert.deepEqual(readOdooAddress("odoo.example.com"), {
    problem: '"odoo.example.com" has no scheme. Write https://odoo.example.com',
  });
  assert.deepEqual(readOdooAddress("localhost:8069"), {
    problem: '"localhost:8069" has no scheme. Write http://localhost:8069',
  });
});

Deno.test("what is no web address is refused", () => {
  for (const text of ["", "ftp://x.example", "https://", "https://a b", "file:///etc/passwd", "postgres://x/y"]) {
    assert.ok("problem" in readOdooAddress(text), text);
  }
});

Deno.test("a user name or password in an address is refused and never repeated", () => {
  const password = fc.stringMatching(/^[A-Za-z0-9!$%*]{6,20}$/);
  fc.assert(fc.property(password, fc.constantFrom("https://", "http://", "", "odoo:"), (secret, scheme) => {
    for (const read of [readAddress, readOdooAddress]) {
      const answer = read(`${scheme}me:${secret}@x.example/web`);
      assert.ok("problem" in answer);
      assert.ok(!answer.problem.includes(secret));
    }
  }));
});

Deno.test("any text is either an http address that parses again to itself, or a problem", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.webUrl({ withFragments: true })), (text) => {
    const answer = readOdooAddress(text);
    if ("problem" in answer) return;
    assert.deepEqual(readOdooAddress(answer.url), { url: answer.url, dropped: "" });
  }));
});

Deno.test("a proxy's address keeps its path and takes no query", () => {
  assert.deepEqual(readAddress("http://proxy.example:3128/web/"), {
    url: "http://proxy.example:3128/web",
    dropped: "",
  });
  assert.ok("problem" in readAddress("https://x.example/mcp?token=1"));
});

Deno.test("only names and addresses of this very machine are loopback", () => {
  for (const host of ["localhost", "LOCALHOST", "odoo.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) {
    assert.ok(isLoopback(host), host);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "1270.0.0.1"]) {
    assert.ok(!isLoopback(host), host);
  }
});
