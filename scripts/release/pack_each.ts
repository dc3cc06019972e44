import { parseArgs } from "node:util";
import { compiledTargets, type Target } from "./targets.ts";

/** The command line of a packer: `[TARGET…] [--in DIR]`. Packs each target that was compiled, and says how large it is. */
export async function packEach(pack: (folder: string, target: Target) => Promise<string>): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { in: { type: "string" } } });
  const folder = values.in ?? "dist";
  for (const target of await compiledTargets(folder, positionals)) {
    const made = await pack(folder, target);
    const { size } = await Deno.stat(made);
    console.log(`${made}  ${(size / 1e6).toFixed(1)} MB`);
  }
}
