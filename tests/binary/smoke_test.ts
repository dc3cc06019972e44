import { build, mustBeSeen, mustCall, mustWork, run } from "./program.ts";

/** The Deno that fits the runtime of `scripts/denort.sh`. */
const DENO = { command: "npx", args: ["-y", "deno@2.7.14"] };

/** The path of a runtime for executables, or why there is none here. */
async function runtime(): Promise<{ path: string } | { missing: string }> {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return { missing: `no runtime for ${Deno.build.target}` };
  try {
    const { code, stdout, stderr } = await run("bash", ["scripts/denort.sh"]);
    return code === 0 ? { path: stdout.trim() } : { missing: stderr.trim().split("\n").at(-1) ?? "denort.sh failed" };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

const found = await runtime();
if ("missing" in found) console.error(`SKIPPED: the executable: ${found.missing}`);

Deno.test({
  name: "the executable works, away from its source",
  ignore: "missing" in found,
  fn: async () => {
    if ("missing" in found) return;
    // 2.7 knows only its own certificates unless told; a proxy that opens TLS has put its own on this machine.
    const env = { DENORT_BIN: found.path, DENO_TLS_CA_STORE: "mozilla,system" };
    const folder = await build(DENO, "compile", env);
    try {
      for await (const { name } of Deno.readDir(folder)) {
        if (name.endsWith(".js")) await Deno.remove(`${folder}/${name}`); // it must hold all it needs
      }
      const program = { command: `${folder}/odoo-mcp`, args: [] };
      await mustWork(program);
      await mustCall(program);
      await mustBeSeen(program);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
