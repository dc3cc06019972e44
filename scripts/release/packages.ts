/** The npm packages that are inside what is released: those the program imports, and all that they need themselves. */

const root = new URL("../..", import.meta.url).pathname;

/** The launcher, the Worker, and the page of the charts, which carries libraries of its own. */
const ENTRIES = ["main.ts", "src/worker.ts", "src/mcp/ui/page/chart_page.ts"];

/** One package, of one version. */
export interface Package {
  name: string;
  version: string;
  /** An SPDX expression; "" where its maker names none. */
  licence: string;
  /** The licence's text with its copyright line, and its NOTICE; "" where the package carries none. */
  text: string;
  /** SHA-512 of the archive as npm gave it, in hexadecimal. */
  sha512: string;
  homepage: string;
  /** `name@version` of what it needs, sorted. */
  needs: string[];
}

/** What `deno info --json` tells of a package. */
interface Info {
  name: string;
  version: string;
  dependencies: string[];
  localPath: string;
}

/** The packages, sorted by name and version. They must have been fetched (`deno install`). */
export async function shippedPackages(): Promise<Package[]> {
  const infos = new Map<string, Info>();
  const wanted = new Set<string>();
  for (const entry of ENTRIES) {
    const { modules, npmPackages } = await denoInfo(entry);
    for (const [key, info] of Object.entries(npmPackages)) infos.set(key, info);
    for (const { npmPackage } of modules) if (npmPackage !== undefined) wanted.add(npmPackage);
  }
  for (const key of wanted) for (const needed of infos.get(key)?.dependencies ?? []) wanted.add(needed);
  const lock: { npm: Record<string, { integrity: string }> } = JSON.parse(await Deno.readTextFile(`${root}deno.lock`));
  const nameOf = (key: string) => `${infos.get(key)?.name}@${infos.get(key)?.version}`;
  // With different peers one version of a package stands under several keys.
  const found = new Map<string, Package>();
  for (const key of wanted) {
    const info = infos.get(key);
    const integrity = lock.npm[key]?.integrity;
    if (info === undefined || integrity === undefined) throw new Error(`Cannot list packages: deno.lock has no ${key}`);
    found.set(nameOf(key), await read(info, integrity, info.dependencies.map(nameOf).sort()));
  }
  return [...found.keys()].sort().map((key) => found.get(key)!);
}

async function denoInfo(entry: string): Promise<{
  modules: { npmPackage?: string }[];
  npmPackages: Record<string, Info>;
}> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot list packages: ${new TextDecoder().decode(stderr).trim()}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function read({ name, version, localPath }: Info, integrity: string, needs: string[]): Promise<Package> {
  const { license, homepage } = JSON.parse(await Deno.readTextFile(`${localPath}/package.json`));
  const files = (await Array.fromAsync(Deno.readDir(localPath))).filter(({ isFile }) => isFile).map(({ name }) => name);
  const texts = files.filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file)).sort();
  const text = await Promise.all(texts.map((file) => Deno.readTextFile(`${localPath}/${file}`)));
  return {
    name,
    version,
    licence: typeof license === "string" ? license : license?.type ?? "",
    text: text.map((one) => one.trim()).join("\n\n"),
    sha512: Uint8Array.fromBase64(integrity.replace(/^sha512-/, "")).toHex(),
    homepage: typeof homepage === "string" ? homepage : "",
    needs,
  };
}
