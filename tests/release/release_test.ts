import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { makeChecksums, sha256 } from "../../scripts/release/checksums.ts";
import { makeNotices } from "../../scripts/release/notices.ts";
import { type Package, shippedPackages } from "../../scripts/release/packages.ts";
import { makeSbom } from "../../scripts/release/sbom.ts";
import { makeServerJson } from "../../scripts/release/server_json.ts";
import { fetchValidators } from "./validators.ts";

const packages = await shippedPackages();
const named = (name: string) => packages.filter((one) => one.name === name);

Deno.test("what is shipped is listed with all that it needs, and nothing that only tests need", () => {
  for (const name of ["@modelcontextprotocol/server", "zod", "lru-cache", "htmlparser2", "chart.js"]) {
    assert.equal(named(name).length, 1, name);
  }
  for (const name of ["fast-check", "oidc-provider", "express", "gpt-tokenizer", "typescript"]) {
    assert.deepEqual(named(name), [], name);
  }
  const all = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  for (const { name, needs } of packages) assert.deepEqual(needs.filter((one) => !all.has(one)), [], name);
});

Deno.test("the SBOM and server.json are what their makers' schemas ask for", async (t) => {
  await using validators = await fetchValidators();
  await t.step("the SBOM is CycloneDX 1.6, the same each time, with the digest and purl of each package", async () => {
    const sbom = JSON.stringify(await makeSbom(packages, "2.9.6"));
    assert.equal(await validators.sbom(sbom), null);
    assert.notEqual(await validators.sbom(sbom.replace('"library"', '"lib"')), null);
    assert.equal(JSON.stringify(await makeSbom(await shippedPackages(), "2.9.6")), sbom);
    assert.match(sbom, /"purl":"pkg:npm\/%40modelcontextprotocol\/server@\d/);
    for (const { name, sha512 } of packages) assert.match(sha512, /^[0-9a-f]{128}$/, name);
  });
  await t.step("editors find what is wrong in a settings file, and nothing in a right one", async () => {
    const schema = await Deno.readTextFile(new URL("../../src/config/settings.schema.json", import.meta.url));
    const right = { $schema: "./settings.schema.json", mode: "read-only", odoo: { url: "https://odoo.example.com" } };
    assert.equal(await validators.json(JSON.stringify(right), schema), null);
    for (
      const wrong of [{ mode: "readonly" }, { http: { prot: 1 } }]
    ) {
      assert.notEqual(await validators.json(JSON.stringify(wrong), schema), null, JSON.stringify(wrong));
    }
  });
  await t.step("server.json names each file with its digest at the address of its release", async () => {
    const files = [{ file: "odoo-mcp-x86_64-apple-darwin.mcpb", sha256: "0".repeat(64) }];
    const text = JSON.stringify(makeServerJson("someone/odoo-mcp", files));
    const schema = new URL("../fixtures/mcp-registry/server-2025-12-11.schema.json", import.meta.url);
    assert.equal(await validators.json(text, await Deno.readTextFile(schema)), null);
    assert.notEqual(await validators.json(text.replace("stdio", "smoke"), await Deno.readTextFile(schema)), null);
    assert.ok(
      text.includes(`/someone/odoo-mcp/releases/download/v${config.version}/odoo-mcp-x86_64-apple-darwin.mcpb`),
    );
    assert.throws(() => makeServerJson("odoo-mcp", files), /OWNER\/REPOSITORY/);
    assert.throws(() => makeServerJson("someone/odoo-mcp", []), /no \.mcpb/);
  });
});

Deno.test("the licences of all that is shipped stand in one file, word for word", () => {
  const notices = makeNotices(packages);
  for (const { name, version, licence, text } of packages) {
    assert.ok(notices.includes(`${name} ${version} — ${licence}`), name);
    assert.ok(notices.includes(text), name);
  }
  assert.match(notices, /Copyright .*Deno authors/);
});

Deno.test("a release fails with a package whose licence forbids it, or that has none", () => {
  const one = (licence: string): Package => ({ ...packages[0]!, name: "bad", licence });
  assert.throws(() => makeNotices([one("AGPL-3.0-only")]), /bad@.*AGPL/);
  assert.throws(() => makeNotices([one("")]), /none/);
});

Deno.test("checksums are read by sha256sum, and name every file but themselves", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/b`, "b");
    await Deno.writeTextFile(`${folder}/a`, "");
    await Deno.writeTextFile(`${folder}/SHA256SUMS`, "old");
    const text = await makeChecksums(folder);
    assert.deepEqual(text.split("\n").map((line) => line.slice(64)), ["  a", "  b", ""]);
    assert.equal(await sha256(`${folder}/a`), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    await Deno.writeTextFile(`${folder}/SHA256SUMS`, text);
    const check = async () =>
      (await new Deno.Command("sha256sum", { args: ["--check", "--status", "SHA256SUMS"], cwd: folder }).output())
        .success;
    assert.equal(await check(), true);
    await Deno.writeTextFile(`${folder}/b`, "c");
    assert.equal(await check(), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
