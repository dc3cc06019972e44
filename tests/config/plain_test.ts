import assert from "node:assert/strict";
import { fromPlain, loadSettings, toPlain } from "../../src/config/mod.ts";
import { Secret } from "../../src/lib/secret.ts";

Deno.test("settings survive the way to a Worker, secrets and certificates included", () => {
  const loaded = loadSettings({
    env: {
      ODOO_URL: "https://x.example",
      ODOO_USERNAME: "me",
      ODOO_PASSWORD: "pw",
      ODOO_API_KEY: "key",
      ODOO_MCP_ODOO_COMPANIES: "1,2",
    },
    args: { "instances-shop-url": "https://shop.example" },
  });
  assert.ok("settings" in loaded);
  loaded.settings.instances["default"]!.ca = "PEM";
  const again = fromPlain(structuredClone(toPlain(loaded.settings)));
  const odoo = again.instances["default"];
  assert.ok(odoo?.password instanceof Secret && odoo.api_key instanceof Secret);
  assert.deepEqual([odoo.password.reveal(), odoo.api_key.reveal(), odoo.ca], ["pw", "key", "PEM"]);
  assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(loaded.settings)));
});
