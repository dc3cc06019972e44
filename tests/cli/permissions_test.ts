import assert from "node:assert/strict";
import { workerPermissions } from "../../src/cli/permissions.ts";
import { loadSettings } from "../../src/config/mod.ts";

function settings(args: Record<string, string>) {
  const loaded = loadSettings({ args, env: {} });
  assert.ok("settings" in loaded, JSON.stringify(loaded));
  return loaded.settings;
}

Deno.test("the Worker may reach the configured Odoos and its own port, and nothing else", () => {
  const { net, ...rest } = workerPermissions(settings({
    "odoo-url": "https://odoo.example.com",
    "instances-second-url": "http://127.0.0.1:8070",
    transport: "http",
    port: "8001",
  }));
  assert.deepEqual(new Set(net as string[]), new Set(["odoo.example.com:443", "127.0.0.1:8070", "localhost:8001"]));
  for (const [name, value] of Object.entries(rest)) assert.equal(value, false, name);
});

Deno.test("the Worker may also reach the Redis of the store and that of the cache", () => {
  const { net } = workerPermissions(settings({
    "odoo-url": "https://odoo.example.com",
    "store-redis-url": "redis://store.internal",
    "cache-redis-url": "rediss://[::1]:6380/2",
    "store-key": "k".repeat(40),
  }));
  assert.deepEqual(
    new Set(net as string[]),
    new Set(["odoo.example.com:443", "store.internal:6379", "[::1]:6380"]),
  );
});

Deno.test("the demo company needs no network at all", () => {
  assert.equal(workerPermissions(settings({ demo: "true" })).net, false);
});

Deno.test("the Worker may read and write its store's file, and that file alone", () => {
  const { read, write } = workerPermissions({
    ...settings({ "odoo-url": "https://odoo.example.com" }),
    store: { file: "/var/lib/odoo-mcp/store.db" },
  });
  assert.deepEqual([read, write], [["/var/lib/odoo-mcp/store.db"], ["/var/lib/odoo-mcp/store.db"]]);
});

Deno.test("code inside the Worker reaches no other host, port, file, variable or program", async () => {
  const odoo = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      request.url.endsWith("redirect")
        ? Response.redirect(`http://127.0.0.1:${other.addr.port}/`)
        : new Response("odoo"),
  );
  const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("other"));
  const permissions = workerPermissions(settings({ "odoo-url": `http://127.0.0.1:${odoo.addr.port}` }));
  const worker = new Worker(new URL("../support/probe_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions },
  });
  const answers = await new Promise<Record<string, string>>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage({
      allowed: `http://127.0.0.1:${odoo.addr.port}/`,
      forbidden: `http://127.0.0.1:${other.addr.port}/`,
    });
  });
  worker.terminate();
  await Promise.all([odoo.shutdown(), other.shutdown()]);
  const { allowed, ...refused } = answers;
  assert.equal(allowed, "done");
  for (const [attempt, outcome] of Object.entries(refused)) {
    // fetch wraps a refused redirect in a TypeError; what counts is that it did not get through.
    assert.match(outcome, /NotCapable|PermissionDenied|TypeError/, `${attempt}: ${outcome}`);
  }
});

Deno.test("over HTTP the Worker may also reach the OAuth server and the Odoos that callers may name", () => {
  const args = {
    transport: "http",
    port: "8001",
    "security-keys": "keys.json",
    "security-oauth-issuer": "https://auth.example.com/realm",
    "security-oauth-jwks-uri": "https://keys.example.com/jwks",
    "odoo-allowed-hosts": "odoo.example.com,127.0.0.1:8069",
  };
  const usual = ["auth.example.com:443", "keys.example.com:443", "localhost:8001"];
  assert.deepEqual(workerPermissions(settings(args)).net, usual);
  const net = workerPermissions(settings({ ...args, "security-own-credentials": "true" })).net;
  assert.deepEqual(new Set(net as string[]), new Set([...usual, "odoo.example.com:443", "127.0.0.1:8069"]));
  assert.equal(workerPermissions(settings({ ...args, transport: "stdio" })).net, false);
});
