/**
 * `deno task sbom [FILE]` writes what a release is made of as CycloneDX 1.6: this program, the Deno it runs on, and every
 * npm package inside. The same source gives the same file, whoever makes it and whenever.
 */
import config from "../../deno.json" with { type: "json" };
import { type Package, shippedPackages } from "./packages.ts";

/** The document as an object, for a Deno of this version. */
export async function makeSbom(packages: Package[], deno: string): Promise<object> {
  const own = `pkg:generic/odoo-mcp@${config.version}`;
  const runtime = `pkg:github/denoland/deno@v${deno}`;
  const content = {
    metadata: {
      component: {
        type: "application",
        "bom-ref": own,
        name: config.name,
        version: config.version,
        purl: own,
        licenses: [{ license: { id: config.license } }],
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": runtime,
        name: "deno",
        version: deno,
        purl: runtime,
        licenses: [{ license: { id: "MIT" } }],
        externalReferences: [{ type: "website", url: "https://deno.com" }],
      },
      ...packages.map(component),
    ],
    dependencies: [
      { ref: own, dependsOn: [runtime, ...packages.map(purl)] },
      { ref: runtime, dependsOn: [] },
      ...packages.map((one) => ({ ref: purl(one), dependsOn: packages.filter(isNeededBy(one)).map(purl) })),
    ],
  };
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: await serialNumber(JSON.stringify(content)),
    version: 1,
    ...content,
  };
}

function component(one: Package): object {
  const [scope, short] = one.name.startsWith("@") ? one.name.split("/") : [undefined, one.name];
  return {
    type: "library",
    "bom-ref": purl(one),
    ...(scope !== undefined && { group: scope }),
    name: short,
    version: one.version,
    purl: purl(one),
    ...(one.licence !== "" && { licenses: [licence(one.licence)] }),
    hashes: [{ alg: "SHA-512", content: one.sha512 }],
    ...(one.homepage !== "" && { externalReferences: [{ type: "website", url: one.homepage }] }),
  };
}

function licence(spdx: string): object {
  return /\s/.test(spdx) ? { expression: spdx } : { license: { id: spdx } };
}

function isNeededBy({ needs }: Package): (other: Package) => boolean {
  return ({ name, version }) => needs.includes(`${name}@${version}`);
}

function purl({ name, version }: Package): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** A UUID that follows from the content (RFC 9562, version 8). */
async function serialNumber(content: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content))).slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `urn:uuid:${bytes.toHex().replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")}`;
}

if (import.meta.main) {
  const file = Deno.args[0] ?? "dist/odoo-mcp.cdx.json";
  const packages = await shippedPackages();
  await Deno.writeTextFile(file, `${JSON.stringify(await makeSbom(packages, Deno.version.deno), null, 2)}\n`);
  console.log(`${file}: ${packages.length} packages`);
}
