/**
 * `deno task server-json OWNER/REPOSITORY [--in FOLDER]` writes `server.json`, with which a release is published in the MCP
 * registry: the .mcpb files in `dist`, each with its SHA-256, at the address that release has on GitHub.
 */
import { parseArgs } from "node:util";
import config from "../../deno.json" with { type: "json" };
import { sha256 } from "./checksums.ts";

/** One downloadable file of the release. */
export interface Released {
  file: string;
  sha256: string;
}

/** The document. The registry takes a name only from whoever owns that GitHub account. */
export function makeServerJson(repository: string, files: Released[]): object {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Error(`Cannot write server.json: ${JSON.stringify(repository)} is no OWNER/REPOSITORY`);
  }
  if (files.length === 0) throw new Error("Cannot write server.json: there is no .mcpb; make one with deno task mcpb");
  const [owner, name] = repository.split("/");
  const url = `https://github.com/${repository}`;
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: `io.github.${owner}/${name}`,
    title: "Odoo",
    description: "Ask, change and press buttons in Odoo 14 to 19: confirmed, undoable, in a closed sandbox",
    version: config.version,
    repository: { url, source: "github" },
    websiteUrl: url,
    packages: files.map(({ file, sha256 }) => ({
      registryType: "mcpb",
      identifier: `${url}/releases/download/v${config.version}/${file}`,
      version: config.version,
      fileSha256: sha256,
      transport: { type: "stdio" },
    })),
  };
}

if (import.meta.main) {
  const { positionals: [repository = ""], values } = parseArgs({
    allowPositionals: true,
    options: { in: { type: "string" } },
  });
  const folder = values.in ?? "dist";
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).filter((name) =>
    name.endsWith(".mcpb")
  ).sort();
  const files = await Promise.all(names.map(async (file) => ({ file, sha256: await sha256(`${folder}/${file}`) })));
  const document = makeServerJson(repository, files);
  await Deno.writeTextFile(`${folder}/server.json`, `${JSON.stringify(document, null, 2)}\n`);
  console.log(`${folder}/server.json: ${files.length} files`);
}
