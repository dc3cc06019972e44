/** Checks that every package in deno.lock carries a licence that MIT software may bring along, and prints the counts. */

/** Licences that ask for no more than a notice. */
const ALLOWED = [
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"],
  ...["BlueOak-1.0.0", "CC0-1.0", "Unlicense", "Python-2.0", "Zlib"],
];

/** Whether an SPDX expression is met: `MIT`, `(MIT OR GPL-3.0)`, `MIT AND ISC`. */
export function isAllowed(expression: string): boolean {
  const words = expression.replace(/[()]/g, "").trim();
  return words.split(/ OR /i).some((each) => each.split(/ AND /i).every((one) => ALLOWED.includes(one.trim())));
}

/** The `name` and `version` of each key under `npm` in deno.lock, e.g. `zod@4.6.7` or `a@1.0.0_zod@4.6.7`. */
export function packagesOf(lock: { npm?: Record<string, unknown> }): { name: string; version: string }[] {
  return Object.keys(lock.npm ?? {}).map((key) => {
    const [, name = key, version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
    return { name, version };
  });
}

/** Where Deno keeps npm packages: a folder for each registry they came from. */
async function npmFolders(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  return (await Array.fromAsync(Deno.readDir(npmCache))).map(({ name }) => `${npmCache}/${name}`);
}

/** `null` when the package was never fetched: it is for other platforms only. */
async function licenceOf(folders: string[], name: string, version: string): Promise<string | null> {
  for (const folder of folders) {
    const text = await Deno.readTextFile(`${folder}/${name}/${version}/package.json`).catch(() => null);
    if (text === null) continue;
    const { license } = JSON.parse(text);
    return typeof license === "string" ? license : license?.type ?? "none given";
  }
  return null;
}

if (import.meta.main) {
  const lock = JSON.parse(await Deno.readTextFile(new URL("../deno.lock", import.meta.url)));
  const folders = await npmFolders();
  const counts: Record<string, number> = {};
  let refused = 0;
  for (const { name, version } of packagesOf(lock)) {
    const licence = await licenceOf(folders, name, version) ?? "not fetched here";
    counts[licence] = (counts[licence] ?? 0) + 1;
    if (licence === "not fetched here" || isAllowed(licence)) continue;
    refused++;
    console.error(`deno.lock: ${name}@${version} is ${licence} — allowed: ${ALLOWED.join(", ")}`);
  }
  console.error(`licences: ${Object.entries(counts).map(([licence, count]) => `${licence} ${count}`).join(", ")}`);
  Deno.exit(refused === 0 ? 0 : 1);
}
