/** The makers' own validators, fetched by npm into a folder of their own: this program needs none of them. */
import assert from "node:assert/strict";

const PACKAGES = {
  "@cyclonedx/cyclonedx-library": "10.3.0",
  "ajv": "8.20.0",
  "ajv-formats": "3.0.1",
  "ajv-formats-draft2019": "1.6.1",
};

const PROGRAM = `
import { readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import Ajv07 from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import formats from "ajv-formats";
const [what, text, schema] = JSON.parse(readFileSync(0, "utf8"));
if (what === "sbom") {
  console.log(JSON.stringify(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)));
} else {
  const Ajv = schema.includes("draft/2020-12") ? Ajv2020 : Ajv07;
  const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true });
  (formats.default ?? formats)(ajv);
  ajv.validate(JSON.parse(schema), JSON.parse(text));
  console.log(JSON.stringify(ajv.errors));
}`;

/** What a validator found wrong; `null` for nothing. */
export interface Validators extends AsyncDisposable {
  sbom(text: string): Promise<unknown>;
  json(text: string, schema: string): Promise<unknown>;
}

/** Fetches them. */
export async function fetchValidators(): Promise<Validators> {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-validators-" });
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ type: "module", dependencies: PACKAGES }));
  await Deno.writeTextFile(`${folder}/validate.js`, PROGRAM);
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--legacy-peer-deps"];
  const { success, stderr } = await new Deno.Command("npm", { args, cwd: folder }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const validate = async (...input: string[]): Promise<unknown> => {
    const child = new Deno.Command("node", {
      args: ["validate.js"],
      cwd: folder,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await new Blob([JSON.stringify(input)]).stream().pipeTo(child.stdin);
    const { code, stdout, stderr } = await child.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  };
  return {
    sbom: (text) => validate("sbom", text),
    json: (text, schema) => validate("json", text, schema),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
