/**
 * `deno task notices [FILE]` writes the licences of everything inside a release, word for word, as they ask for. It fails
 * where a package gives none that it can find, or one that MIT software may not carry along.
 */
import { isAllowed } from "../licences.ts";
import { type Package, shippedPackages } from "./packages.ts";

const MIT =
  `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The runtime is in the executables only; its own parts (V8, ICU, SQLite, Rust crates) are named in its repository. */
const RUNTIME = `Deno (in the executables) — MIT
https://github.com/denoland/deno, which names the licences of its own parts

Copyright 2018-2026 the Deno authors

${MIT}`;

const LINE = `\n\n${"-".repeat(80)}\n\n`;

/** The whole text. */
export function makeNotices(packages: Package[]): string {
  for (const { name, version, licence } of packages) {
    if (!isAllowed(licence)) {
      throw new Error(`Cannot release with ${name}@${version}: its licence is ${licence || "none"}`);
    }
  }
  const parts = packages.map(({ name, version, licence, text, homepage }) =>
    [`${name} ${version} — ${licence}`, ...(homepage === "" ? [] : [homepage]), "", text || withoutText(licence)].join(
      "\n",
    )
  );
  const head = "odoo-mcp is MIT-licensed (LICENSE). It contains the work of others, under these licences.";
  return [head, RUNTIME, ...parts].join(LINE) + "\n";
}

/** Some packages name their licence and leave its text out. */
function withoutText(licence: string): string {
  return licence === "MIT" ? MIT : `(The package carries no text; see https://spdx.org/licenses/${licence}.html)`;
}

if (import.meta.main) {
  const file = Deno.args[0] ?? "dist/THIRD_PARTY_LICENSES.txt";
  const packages = await shippedPackages();
  await Deno.writeTextFile(file, makeNotices(packages));
  const without = packages.filter(({ text }) => text === "").map(({ name }) => name);
  console.log(`${file}: ${packages.length} packages${without.length > 0 ? `; no text in ${without.join(", ")}` : ""}`);
}
