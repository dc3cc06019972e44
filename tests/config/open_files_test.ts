/** Files with secrets in them that everybody on the machine may read are told of. */
import assert from "node:assert/strict";
import { readSettings } from "../../src/config/mod.ts";

const key = new URL("../fixtures/tls/key.pem", import.meta.url);
const cert = new URL("../fixtures/tls/cert.pem", import.meta.url).pathname;

async function warnings(config: unknown, mode: number): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.copyFile(key, `${folder}/key.pem`);
    await Deno.chmod(`${folder}/key.pem`, mode);
    const text = JSON.stringify(config).replace("KEY", `${folder}/key.pem`);
    await Deno.writeTextFile(`${folder}/config.json`, text);
    await Deno.chmod(`${folder}/config.json`, mode);
    const loaded = readSettings({ config: `${folder}/config.json` });
    assert.ok("settings" in loaded, JSON.stringify(loaded));
    return loaded.warnings.filter((one) => one.startsWith("There are secrets")).map((one) => one.replace(folder, ""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const odoo = { url: "https://odoo.example.com", username: "a" };

Deno.test({
  name: "a config file that holds a password and can be read by everybody is told of, one that names it is not",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const [told, ...more] = await warnings({ odoo: { ...odoo, api_key: "abc" } }, 0o644);
    assert.match(told ?? "", /^There are secrets in \/config\.json, and everybody .*mode 644.*chmod 600/);
    assert.doesNotMatch(told ?? "", /abc/);
    assert.deepEqual(more, []);
    const roles = { security: { credentials: { "role:viewer": { default: { username: "b", api_key: "abc" } } } } };
    assert.equal((await warnings({ odoo, ...roles }, 0o604)).length, 1);
    assert.deepEqual(await warnings({ odoo: { ...odoo, api_key: "abc" } }, 0o640), []);
    assert.deepEqual(await warnings({ odoo: { ...odoo, api_key: "secret:odoo" } }, 0o644), []);
    assert.deepEqual(await warnings({ odoo }, 0o644), []);
  },
});

Deno.test({
  name: "a private key that everybody may read is told of",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const config = { http: { tls: { cert, key: "KEY" } } };
    assert.match((await warnings(config, 0o644)).join(), /secrets in \/key\.pem/);
    assert.deepEqual(await warnings(config, 0o640), []);
  },
});
