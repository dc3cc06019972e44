/** What Deno compiles for, and people run. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
] as const;

/** One of them. */
export type Target = typeof TARGETS[number];

/** The name of a target's executable in `dist`. */
export function executableOf(target: Target): string {
  return `odoo-mcp-${target}${suffixOf(target)}`;
}

/** `.exe` on Windows. */
export function suffixOf(target: Target): string {
  return target.includes("windows") ? ".exe" : "";
}

/** Those of the targets named whose executable lies in the folder; where none is named, all that lie there. */
export async function compiledTargets(folder: string, named: readonly string[]): Promise<Target[]> {
  const wanted = TARGETS.filter((target) => named.length === 0 || named.includes(target));
  const strange = named.find((name) => !TARGETS.some((target) => target === name));
  if (strange !== undefined) throw new Error(`Cannot pack for ${strange}: targets are ${TARGETS.join(", ")}`);
  const there = await Promise.all(
    wanted.map((target) => Deno.stat(`${folder}/${executableOf(target)}`).then(() => true, () => false)),
  );
  const found = wanted.filter((_, index) => there[index]);
  if (found.length === 0 || (named.length > 0 && found.length < named.length)) {
    const missing = wanted.filter((_, index) => !there[index]).map(executableOf);
    throw new Error(`Cannot pack: ${folder} has no ${missing.join(", ")}; make it with deno task compile TARGET`);
  }
  return found;
}
