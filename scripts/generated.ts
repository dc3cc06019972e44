/** Files that are made from the source: written, or with `--check` only compared, so that the gate finds stale ones. */

/** The path and the whole text a file should have. `null` means it should not be there. */
export type Generated = Map<string, string | null>;

/** The paths whose text differs from what it should be, sorted. */
export async function stale(files: Generated): Promise<string[]> {
  const found: string[] = [];
  for (const [path, text] of files) {
    const now = await Deno.readTextFile(path).catch(() => null);
    if (now !== text) found.push(path);
  }
  return found.sort();
}

/** Writes what is stale, or with `--check` names it. `task` is what makes the files. Answers the exit code. */
export async function writeOrCheck(files: Generated, args: string[], task: string): Promise<number> {
  const unknown = args.find((arg) => arg !== "--check");
  if (unknown !== undefined) {
    console.error(`Cannot run ${task}: ${unknown} is unknown; only --check is allowed`);
    return 2;
  }
  const paths = await stale(files);
  for (const path of paths) {
    const text = files.get(path) ?? null;
    if (args.length > 0) console.error(`${path}: not what the source says — run deno task ${task}`);
    else if (text === null) await Deno.remove(path);
    else await Deno.writeTextFile(path, text);
  }
  const done = args.length > 0 ? "stale" : "written";
  console.error(`${task}: ${paths.length} of ${files.size} files ${done}`);
  return args.length > 0 && paths.length > 0 ? 1 : 0;
}

/** `text` with every part between `<!-- generated:NAME -->` and `<!-- /generated -->` made anew by `parts[NAME]`. */
export function fill(text: string, parts: Record<string, () => string>): string {
  const part = /<!-- generated:(\w+) -->\n[\s\S]*?(<!-- \/generated -->|(?=<!-- generated:)|$)/g;
  return text.replace(part, (_, name: string, end: string) => {
    const make = parts[name];
    if (make === undefined) {
      throw new Error(`Cannot fill generated:${name}: known are ${Object.keys(parts).join(", ")}`);
    }
    if (end === "") throw new Error(`Cannot fill generated:${name}: its <!-- /generated --> is missing`);
    return `<!-- generated:${name} -->\n\n${make()}\n\n<!-- /generated -->`;
  });
}
