import assert from "node:assert/strict";
import fc from "fast-check";
import { configSchema, loadSettings, type Sources, valuesByPath } from "../../src/config/mod.ts";

// Lower-case hexadecimal behind a mark that no message has: what is found was leaked.
const secret = fc.stringMatching(/^zqx[0-9a-f]{6,30}$/);
const junk = fc.constantFrom("", " ", "\n", "\u0000", "\u{1F600}", '"', "'", "\\", "@", "x".repeat(200));
const key = fc.constantFrom("password", "api_key", "pasword", "apikey", "API_KEY");

/** A secret, perhaps spoilt, in one of the places people put secrets, perhaps a wrong one. */
const sources: fc.Arbitrary<{ from: Sources; text: string }> = fc.record({
  text: secret,
  before: junk,
  after: junk,
  key,
})
  .chain(({ text, before, after, key }) => {
    const value = before + text + after;
    const dashed = key.toLowerCase().replace("_", "-");
    const file = (data: unknown) => ({ file: { path: "config.json", text: JSON.stringify(data) } });
    const env = (name: string): Sources => ({ env: { ODOO_URL: "https://x.example", [name]: value } });
    const places: Sources[] = [
      { args: { [`odoo-${dashed}`]: value } },
      { args: { "odoo-url": "https://x.example", "odoo-username": "a", [`odoo-${dashed}`]: [value, value] } },
      { args: { [`instances-shop-${dashed}`]: value } },
      env(`ODOO_${key.toUpperCase()}`),
      env(`ODOO_MCP_ODOO_${key.toUpperCase()}`),
      env(`ODOO_MCP_INSTANCES_SHOP_${key.toUpperCase()}`),
      { env: { ODOO_URL: `https://me:${text}@x.example` } },
      { env: { ODOO_URL: `me:${value}@x.example` } },
      { env: { ODOO_URL: `https://x.example/web?token=${text}#${text}`, ODOO_API_KEY: "k" } },
      { dotenv: { path: ".env", text: `ODOO_URL=https://x.example\nODOO_PASSWORD=${value}\nODOO_API_KEY='${value}` } },
      file({ odoo: { url: "https://x.example", username: "a", [key]: value } }),
      file({ odoo: { url: "https://x.example", [key]: { value } } }),
      file({ odoo: { url: "https://x.example", [key]: [value] } }),
      file({ instances: { shop: value } }),
      file({ odoo: value }),
      file({ odoo: { [key]: value } }),
      file(value),
      { file: { path: "config.json", text: `{"odoo": {"password": "${value}` } },
      { file: { path: "config.json", text: `{"odoo": {"password": ${value}}}` } },
    ];
    return fc.constantFrom(...places).map((from) => ({ from, text }));
  });

Deno.test("no secret ever stands in a problem, a warning, a source or what config show prints", () => {
  fc.assert(
    fc.property(sources, ({ from, text }) => {
      const loaded = loadSettings(from);
      const shown = "problems" in loaded ? loaded : { ...loaded, values: valuesByPath(loaded.settings) };
      assert.ok(!JSON.stringify(shown).includes(text));
      assert.ok(!Deno.inspect(shown, { depth: 20 }).includes(text));
      if ("values" in shown) assert.ok(!Object.values(shown.values).map(String).join().includes(text));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("the JSON Schema for editors marks secrets and holds every setting once", () => {
  const schema = JSON.stringify(configSchema());
  assert.equal(
    schema.split('"writeOnly":true').length - 1,
    14,
    "store.key, audit.key, secrets.key, client_secret, credentials, telemetry.authorization; password and api_key thrice, " +
      "passwords of two Redis",
  );
  assert.ok(schema.includes('"$schema"') && schema.includes("guarded_rows"));
});
