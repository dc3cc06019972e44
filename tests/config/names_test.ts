import assert from "node:assert/strict";
import { byFlag, flagOf, leaves, loadSettings, valuesByPath, variableOf } from "../../src/config/mod.ts";
import { byPath, byVariable } from "../../src/config/names.ts";

Deno.test("every setting is described, and is found by its flag, its variable and its path", () => {
  for (const { path, description } of leaves()) {
    assert.ok(description.length > 10, path);
    for (const name of path.includes("{name}") ? ["default", "shop", "my-shop", "url", "api-key"] : [""]) {
      const real = path.replace("{name}", name);
      assert.equal(byFlag(flagOf(real).slice(2))?.path, real, flagOf(real));
      assert.equal(byVariable(variableOf(real))?.path, real, variableOf(real));
      assert.equal(byPath(real)?.path, real);
    }
  }
});

Deno.test("no two settings share a flag", () => {
  const flags = leaves().map(({ path }) => flagOf(path));
  assert.equal(new Set(flags).size, flags.length);
});

Deno.test("every default passes its own check and stands in the settings", () => {
  const loaded = loadSettings({});
  assert.ok("settings" in loaded);
  for (const { path, default: fallback } of leaves()) {
    if (fallback === undefined || path.includes("{name}")) continue;
    const value: unknown = valuesByPath(loaded.settings)[path];
    assert.deepEqual(value, fallback, path);
  }
});

Deno.test("names of other programs' flags and variables are not ours", () => {
  for (
    const flag of ["", "http", "odoo", "instances", "instances-shop", "instances-model-url", "constructor", "__proto__"]
  ) {
    assert.equal(byFlag(flag), undefined, flag);
  }
  for (const name of ["ODOO", "ODOO_MCP", "ODOO_MCP_", "PATH", "ODOO_RC", "ODOO_MCP_PORT", "ODOO_MCP_HOST"]) {
    assert.equal(byVariable(name), undefined, name);
  }
});
