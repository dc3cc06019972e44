/** The executable under test: the one that `ODOO_MCP_BIN` names, or one made here of the runtime that denort.sh brings. */
import { COMPILED_WITH } from "../../scripts/build.ts";
import { build, type Program, run } from "./program.ts";

/** The Deno that fits the runtime of `scripts/denort.sh`. */
const DENO: Program = { command: "npx", args: ["-y", "deno@2.7.14"] };

/** Where an executable comes from. */
export type Source = { path: string } | { runtime: string } | { missing: string };

/** Finds out without building anything. */
export async function findSource(): Promise<Source> {
  const path = Deno.env.get("ODOO_MCP_BIN");
  if (path !== undefined) return { path };
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return { missing: `no runtime for ${Deno.build.target}` };
  try {
    const { code, stdout, stderr } = await run("bash", ["scripts/denort.sh"]);
    return code === 0
      ? { runtime: stdout.trim() }
      : { missing: stderr.trim().split("\n").at(-1) ?? "denort.sh failed" };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** An executable on its own in a folder with blanks in its path, which any user may enter. */
export interface Executable extends AsyncDisposable {
  path: string;
  folder: string;
}

/** Puts it there, and builds it first where that is needed. */
export async function takeExecutable(source: Exclude<Source, { missing: string }>): Promise<Executable> {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp with blanks " });
  await Deno.chmod(folder, 0o755);
  const path = `${folder}/odoo-mcp`;
  if ("path" in source) await Deno.copyFile(source.path, path);
  else {
    const built = await build(DENO, "compile", runtimeEnv(source.runtime));
    await Deno.copyFile(`${built}/odoo-mcp`, path);
    await Deno.remove(built, { recursive: true });
  }
  return { path, folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

/** Compiles another entry with what every executable of this program is compiled with. */
export async function compileLike(runtime: string, entry: string, included: string, output: string): Promise<void> {
  const args = [
    ...DENO.args,
    "compile",
    ...COMPILED_WITH,
    "--no-check",
    "--include",
    included,
    "--output",
    output,
    entry,
  ];
  const { code, stderr } = await run(DENO.command, args, { env: runtimeEnv(runtime) });
  if (code !== 0) throw new Error(stderr);
}

/** 2.7 knows only its own certificates unless told; a proxy that opens TLS has put its own on this machine. */
function runtimeEnv(runtime: string): Record<string, string> {
  return { DENORT_BIN: runtime, DENO_TLS_CA_STORE: "mozilla,system" };
}
