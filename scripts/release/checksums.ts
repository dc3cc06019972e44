/** `deno task checksums [FOLDER]` writes `SHA256SUMS` of every file in the folder, as `sha256sum --check` reads it. */
import { createHash } from "node:crypto";

const NAME = "SHA256SUMS";

/** The file's text: a line for each file, sorted by name. */
export async function makeChecksums(folder: string): Promise<string> {
  const files = (await Array.fromAsync(Deno.readDir(folder))).filter(({ isFile, name }) => isFile && name !== NAME);
  const lines = await Promise.all(
    files.map(({ name }) => name).sort().map(async (name) => `${await sha256(`${folder}/${name}`)}  ${name}\n`),
  );
  return lines.join("");
}

/** SHA-256 of a file in hexadecimal. Executables have 100 MB, so it is read in pieces. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of (await Deno.open(path)).readable) hash.update(chunk);
  return hash.digest("hex");
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? "dist";
  const text = await makeChecksums(folder);
  await Deno.writeTextFile(`${folder}/${NAME}`, text);
  console.log(`${folder}/${NAME}: ${text.split("\n").length - 1} files`);
}
