import assert from "node:assert/strict";
import { limitsOf } from "../../src/app/limits.ts";
import { loadSettings } from "../../src/config/mod.ts";

function limits(args: Record<string, string>) {
  const loaded = loadSettings({ args: { "odoo-url": "https://odoo.example.com", ...args } });
  assert.ok("settings" in loaded, JSON.stringify(loaded));
  const { requests_per_minute, writes_per_minute, concurrent_per_caller } = limitsOf(loaded.settings);
  return [requests_per_minute, writes_per_minute, concurrent_per_caller];
}

const HTTP = { transport: "http" };

Deno.test("whoever started the server alone has no limit, over stdio and over HTTP on loopback", () => {
  assert.deepEqual(limits({}), [0, 0, 64]);
  assert.deepEqual(limits({ "security-keys": "keys.json" }), [0, 0, 64]);
  assert.deepEqual(limits(HTTP), [0, 0, 64]);
});

Deno.test("over HTTP with keys or OAuth each caller has a limit without any setting", () => {
  assert.deepEqual(limits({ ...HTTP, "security-keys": "keys.json" }), [600, 120, 16]);
  assert.deepEqual(limits({ ...HTTP, "security-oauth-issuer": "https://auth.example.com" }), [600, 120, 16]);
});

Deno.test("what is set counts everywhere, 0 too, and no caller gets more at once than there is", () => {
  const keys = { ...HTTP, "security-keys": "keys.json" };
  assert.deepEqual(limits({ ...keys, "limits-requests-per-minute": "0", "limits-writes-per-minute": "5" }), [0, 5, 16]);
  assert.deepEqual(limits({ "limits-requests-per-minute": "7" }), [7, 0, 64]);
  assert.deepEqual(limits({ ...keys, "limits-concurrent": "4" }), [600, 120, 4]);
});
