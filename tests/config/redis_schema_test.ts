import assert from "node:assert/strict";
import { loadSettings } from "../../src/config/mod.ts";

const KEY = "k".repeat(40);
const ODOO = { ODOO_URL: "http://127.0.0.1:9", ODOO_MCP_STORE_KEY: KEY };

function load(args: Record<string, string>, env: Record<string, string> = ODOO) {
  const loaded = loadSettings({ args, env });
  return "problems" in loaded
    ? { problems: loaded.problems.map(({ message }) => message).join("\n"), warnings: "", settings: undefined }
    : { problems: "", warnings: loaded.warnings.join("\n"), settings: loaded.settings };
}

Deno.test("addresses of a Redis are taken as people write them, and nothing else is", () => {
  for (const url of ["redis://redis", "redis://10.0.0.7:6380/3", "rediss://[::1]:6379/0", "redis://cache.internal/"]) {
    const { settings, problems } = load({ "store-redis-url": url });
    assert.equal(problems, "");
    assert.equal(settings?.store.redis_url, url.replace(/\/$/, ""));
  }
  for (
    const url of [
      "http://redis:6379",
      "redis:6379",
      "redis://",
      "redis://host/zero",
      "redis://host/0?x=1",
      "unix:/tmp/s",
    ]
  ) {
    assert.match(load({ "store-redis-url": url }).problems, /Write it like redis:/, url);
  }
});

Deno.test("credentials in the address are refused without repeating them", () => {
  const { problems } = load({ "cache-redis-url": "redis://mcp:open-sesame@redis:6379" });
  assert.match(problems, /settings of their own/);
  assert.ok(!problems.includes("open-sesame"));
});

Deno.test("a Redis needs the key that all replicas have; its other settings need the Redis", () => {
  const without = { ODOO_URL: "http://127.0.0.1:9" };
  for (const what of ["store", "cache"]) {
    assert.match(
      load({ [`${what}-redis-url`]: "redis://redis" }, without).problems,
      /Set store\.key, the same on each/,
    );
    for (const name of ["username", "ca-file"]) {
      assert.match(load({ [`${what}-redis-${name}`]: "x" }).problems, new RegExp(`Set ${what}\\.redis_url too`));
    }
  }
});

Deno.test("a password that travels readable is warned of, not on this machine and not over TLS", () => {
  const env = { ...ODOO, ODOO_MCP_STORE_REDIS_PASSWORD: "open-sesame" };
  const warned = (url: string) => load({ "store-redis-url": url }, env).warnings;
  assert.match(warned("redis://redis.internal"), /travels readable; rediss:/);
  assert.ok(!warned("redis://redis.internal").includes("open-sesame"));
  assert.equal(warned("rediss://redis.internal").includes("readable"), false);
  assert.equal(warned("redis://127.0.0.1").includes("readable"), false);
});
