import { type Collected, empty, problem, unknown } from "./entry.ts";
import { byFlag, closeFlags } from "./names.ts";
import { fromText } from "./text.ts";

/** Flags by name without dashes. One given several times has several values. */
export type Flags = Readonly<Record<string, string | readonly string[]>>;

/** What flags say. */
export function fromFlags(flags: Flags): Collected {
  const { entries, problems, warnings } = empty();
  for (const [flag, given] of Object.entries(flags)) {
    const named = byFlag(flag);
    const source = `flag --${flag}`;
    if (named === undefined) {
      problems.push(unknown("flag", `--${flag}`, source, "there is no such flag", closeFlags(flag)));
      continue;
    }
    const values = typeof given === "string" ? [given] : given;
    const list = named.leaf.kind === "list" || named.leaf.kind === "numbers";
    if (values.length > 1 && !list) {
      problems.push(problem("flag", named.path, source, "it is given more than once"));
      continue;
    }
    if (named.leaf.secret) {
      warnings.push(
        `${source} shows a secret to everybody on this machine who lists processes: use a variable or file.`,
      );
    }
    entries.push({ ...named, value: fromText(named.leaf.kind, values.join(",")), origin: "flag", source });
  }
  return { entries, problems, warnings };
}
