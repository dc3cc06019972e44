/**
 * Makes what is released, in `dist/`:
 * - `bundle`: `odoo-mcp.js`, which `deno run URL` starts, `odoo-mcp-worker.js` beside it, and the parts that only some
 *   commands load;
 * - `compile [TARGET…|all]`: from that bundle one executable, for this machine or for each target named.
 *
 * `--out DIR` takes another folder than `dist/`; whatever is in it goes.
 */
import { parseArgs } from "node:util";
import { DENY_NET } from "../src/lib/deny_net.ts";
import { executableOf, type Target, TARGETS } from "./release/targets.ts";
import { V8_FLAGS } from "./v8_flags.ts";

const root = new URL("..", import.meta.url).pathname;

/**
 * What the launcher may do in an executable, fixed for good. It needs the network, the port and files only to hand them
 * on: the Worker, where requests are served, gets the configured hosts, its store's file and nothing else.
 */
const PERMISSIONS = [
  "--allow-net",
  // Names are granted as text; this holds for what they resolve to.
  `--deny-net=${DENY_NET}`,
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--no-prompt",
];

/** The same as `unstable` in deno.json, which neither a bundle nor an executable reads. */
const UNSTABLE = ["--unstable-worker-options", "--unstable-no-legacy-abort", "--unstable-net"];

/**
 * What every executable is compiled with. Deno would keep V8's code cache in the folder for temporary files, under a name
 * that anybody can foretell, and run what it finds there: another user of the machine could put it there first. Doing
 * without costs about 20 ms.
 */
export const COMPILED_WITH: readonly string[] = [
  "--quiet",
  "--no-config",
  "--no-code-cache",
  V8_FLAGS,
  ...UNSTABLE,
  ...PERMISSIONS,
];

async function deno(...args: string[]): Promise<{ success: boolean; said: string }> {
  const env = { NO_COLOR: "1" };
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root, env }).output();
  return { success, said: new TextDecoder().decode(stderr).trim() };
}

/**
 * Two bundles, because a Worker that starts from the launcher's file would parse it all again (50 ms). The launcher's
 * is split, so that what `call`, `demo` and others need costs `serve` nothing (20 ms).
 */
async function bundle(dist: string): Promise<void> {
  await Deno.remove(dist, { recursive: true }).catch(() => {}); // parts carry a hash in their name: old ones would stay
  // One after the other: two first runs at once trip over each other's download of esbuild.
  for (
    const args of [
      ["--code-splitting", "--outdir", dist, `${root}main.ts`],
      ["--output", `${dist}/odoo-mcp-worker.js`, `${root}src/worker.ts`],
    ]
  ) {
    const { success, said } = await deno("bundle", "--quiet", "--platform", "deno", "--minify", ...args);
    if (!success) throw new Error(`Cannot bundle: ${said}`);
  }
  await Deno.rename(`${dist}/main.js`, `${dist}/odoo-mcp.js`);
  for await (const { name } of Deno.readDir(dist)) {
    const path = `${dist}/${name}`;
    await Deno.writeTextFile(path, startingFast(name, likeNode(await Deno.readTextFile(path))));
  }
}

/**
 * Leaves alone a signal that cockatiel aborts as it loads and nobody uses. For an error made at the top of a script V8 reads the
 * whole script again, to know the line: 30 ms of the Worker's start.
 */
function startingFast(name: string, code: string): string {
  const made = code.replace(
    /([\w$]+)=new AbortController;\1\.abort\(\);(?=var [\w$]+=\1\.signal)/,
    "$1=new AbortController;",
  );
  if (name === "odoo-mcp-worker.js" && made === code) {
    throw new Error("Cannot bundle: cockatiel's aborted signal is not where build.ts looks for it");
  }
  return made;
}

/**
 * Gives npm code in a bundle what it has outside of one. CommonJS (cross-spawn, which the MCP client uses) requires what is
 * built into Deno: Deno 2.9 writes `createRequire(import.meta.url)` for it, which throws when the bundle comes from a URL and
 * loads `node:module` at every start; Deno 2.7 writes a function that always throws. And its timers are Node's, with `unref`:
 * in a bundle they are the web's, which are plain numbers in Deno 2.7.
 */
function likeNode(code: string): string {
  const made = code
    .replace(
      /import\s*\{\s*createRequire as (\w+)\s*\}\s*from\s*"node:module";\s*var (\w+)\s*=\s*\1\(import\.meta\.url\);/,
      "var $2=(name)=>process.getBuiltinModule(name);",
    )
    .replace(/throw Error\(['"]Dynamic require of "['"]\s*\+\s*(\w+)[^)]*\)/, "return process.getBuiltinModule($1)")
    .replaceAll(".unref()", ".unref?.()");
  const left = /createRequire|Dynamic require of/.exec(made);
  if (left !== null) {
    throw new Error(`Cannot bundle: this Deno writes "${left[0]}" in a way that build.ts does not know`);
  }
  return made;
}

/** Deno 2.7 has no name to give: it takes that of the file. */
async function naming(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["compile", "--help"], env: { NO_COLOR: "1" } })
    .output();
  return new TextDecoder().decode(stdout).includes("--app-name") ? ["--app-name", "odoo-mcp"] : [];
}

/** Deno takes what `DENORT_BIN` names for any target, so that a file for Windows could hold a Linux program. */
function checkRuntime(targets: (Target | null)[]): void {
  const runtime = Deno.env.get("DENORT_BIN");
  if (runtime === undefined) return;
  if (!isFile(runtime)) throw new Error("Cannot compile: DENORT_BIN names no file; it takes the path of a denort");
  const other = targets.find((target) => target !== null && target !== Deno.build.target);
  if (other === undefined) return;
  throw new Error(
    `Cannot compile for ${other} with DENORT_BIN: that is one runtime, here for ${Deno.build.target}. Unset it and put the ` +
      `others into Deno's cache:\n$DENO_DIR/dl/release/v${Deno.version.deno}/denort-TARGET.zip`,
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

async function compile(dist: string, target: Target | null): Promise<void> {
  const output = `${dist}/${
    target === null ? `odoo-mcp${Deno.build.os === "windows" ? ".exe" : ""}` : executableOf(target)
  }`;
  const { success, said } = await deno(
    ...["compile", ...COMPILED_WITH, ...await naming()],
    ...(target === null ? [] : ["--target", target]),
    ...["--include", `${dist}/odoo-mcp-worker.js`, "--output", output, `${dist}/odoo-mcp.js`],
  );
  if (!success) throw new Error(/denort|base binary/i.test(said) ? missing(target) : `Cannot compile: ${said}`);
  if (target !== null && target !== Deno.build.target) return;
  // A runtime of another version than this Deno is taken without a word, and the executable then does not start.
  const { code, stdout } = await new Deno.Command(output, { args: ["version", "--json"], stderr: "null" }).output();
  const version = code === 0 ? JSON.parse(new TextDecoder().decode(stdout)).deno : null;
  if (version === Deno.version.deno) return;
  await Deno.remove(output);
  const found = version === null ? "which does not start" : `which is of Deno ${version}`;
  throw new Error(
    `Cannot compile for ${
      target ?? "this machine"
    }: DENORT_BIN or the runtime in the cache made an executable ${found}. ` +
      `It must be that of this Deno, ${Deno.version.deno}.`,
  );
}

/** What to tell where the runtime of a target can't be had. */
function missing(target: string | null): string {
  const version = Deno.version.deno;
  const zip = `denort-${target ?? Deno.build.target}.zip`;
  return `Cannot compile for ${
    target ?? "this machine"
  }: the runtime an executable is made of, denort ${version}, is ` +
    `not here and could not be downloaded.\n` +
    `Take ${zip} from the release v${version} of github.com/denoland/deno and put it at ` +
    `$DENO_DIR/dl/release/v${version}/${zip}; or unpack it and set DENORT_BIN to the file.\n` +
    `For tests on x86_64 Linux: DENORT_BIN=$(bash scripts/denort.sh) npx -y deno@2.7.14 task compile`;
}

async function report(dist: string): Promise<void> {
  const files = await Array.fromAsync(Deno.readDir(dist));
  for (const { name } of files.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const { size } = await Deno.stat(`${dist}/${name}`);
    console.log(
      `${dist.replace(root, "")}/${name}  ${
        size > 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e3).toFixed(1)} kB`
      }`,
    );
  }
}

const USAGE = `usage: build.ts bundle | compile [TARGET…|all] [--out DIR]\nTargets: ${TARGETS.join(", ")}`;

/** The command line, or `null` where it makes no sense. */
function read(args: string[]): { what: "bundle" | "compile"; targets: (Target | null)[]; dist: string } | null {
  try {
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options: { out: { type: "string" } } });
    const [what, ...given] = positionals;
    const targets = TARGETS.filter((target) => given.includes(target) || given.includes("all"));
    const strange = given.filter((name) => name !== "all" && !TARGETS.some((target) => target === name));
    if ((what !== "bundle" && what !== "compile") || strange.length > 0) return null;
    if (what === "bundle" && targets.length > 0) return null;
    return { what, targets: targets.length > 0 ? targets : [null], dist: values.out ?? `${root}dist` };
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const order = read(Deno.args);
  if (order === null) {
    console.error(USAGE);
    return 2;
  }
  const { what, targets, dist } = order;
  try {
    if (what === "compile") checkRuntime(targets);
    await bundle(dist);
    if (what === "compile") { for (const target of targets) await compile(dist, target); }
    await report(dist);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
