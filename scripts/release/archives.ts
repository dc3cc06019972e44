/**
 * `deno task archives [TARGET…] [--in FOLDER]` packs each executable in `dist` with LICENSE and the licences of others as
 * `odoo-mcp-TARGET.tar.gz`: what install.sh and install.ps1 download (Windows has had tar since 2018). The same files give
 * the same archive.
 */
import { packEach } from "./pack_each.ts";
import { executableOf, suffixOf, type Target } from "./targets.ts";

const root = new URL("../..", import.meta.url).pathname;
export const NOTICES = "THIRD_PARTY_LICENSES.txt";

/** Packs one; answers its path. The licences of others must lie in the folder (`deno task notices`). */
export async function pack(folder: string, target: Target): Promise<string> {
  const archive = `${folder}/odoo-mcp-${target}.tar.gz`;
  const place = await Deno.makeTempDir();
  try {
    const program = `odoo-mcp${suffixOf(target)}`;
    await Deno.copyFile(`${folder}/${executableOf(target)}`, `${place}/${program}`);
    await Deno.copyFile(`${root}LICENSE`, `${place}/LICENSE`);
    await Deno.copyFile(`${folder}/${NOTICES}`, `${place}/${NOTICES}`);
    const files = ["LICENSE", NOTICES, program];
    for (const file of files) await Deno.chmod(`${place}/${file}`, file === program ? 0o755 : 0o644);
    const { success, stderr } = await new Deno.Command("tar", {
      args: [
        ...["--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--use-compress-program=gzip -n"],
        ...["-cf", archive, "-C", place, ...files],
      ],
    }).output();
    if (!success) throw new Error(`Cannot pack ${archive}: ${new TextDecoder().decode(stderr).trim()}`);
    return archive;
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

if (import.meta.main) await packEach(pack);
