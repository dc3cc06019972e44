import { dirname } from "node:path";
import { Failure } from "../../lib/failure.ts";
import type { Json } from "../../lib/json.ts";
import { reason } from "../private_file.ts";
import type { Edit } from "./edit.ts";

/** A value to set in a file, or with undefined to remove. */
export interface Wanted {
  file: string;
  edit: Edit;
  /** Paths and their values, one after the other. */
  values: [path: string[], value: Json | undefined][];
}

/** What would become of a file. */
export type Plan =
  | { state: "unchanged"; file: string; text: string }
  | { state: "changed" | "new"; file: string; before: string; after: string }
  /** It can't be changed, and stays as it is. */
  | { state: "refused"; file: string; problem: string };

/** Looks at a file and says what would become of it. Writes nothing. */
export async function planFile({ file, edit, values }: Wanted): Promise<Plan> {
  const read = readIfThere(file);
  if ("problem" in read) return { state: "refused", file, problem: read.problem };
  let text = read.text ?? "";
  for (const [path, value] of values) {
    const edited = await edit(text, path, value);
    if ("problem" in edited) return { state: "refused", file, problem: edited.problem };
    text = edited.text;
  }
  if (text === (read.text ?? "")) return { state: "unchanged", file, text };
  return { state: read.text === undefined ? "new" : "changed", file, before: read.text ?? "", after: text };
}

/**
 * Writes what is wanted: as a whole or not at all, beside a backup of what was there. Looks at the file once more, for clients
 * write theirs too. Answers the backup's name; null where there was no file or nothing changed. `E004` where that fails.
 */
export async function writeFile(wanted: Wanted, now: Date): Promise<string | null> {
  const plan = await planFile(wanted);
  if (plan.state === "unchanged") return null;
  if (plan.state === "refused") throw new Failure("E004", `Cannot change ${plan.file}: ${plan.problem}.`);
  try {
    if (plan.state === "new") {
      Deno.mkdirSync(dirname(plan.file), { recursive: true });
      replace(plan.file, plan.after, 0o600);
      return null;
    }
    // People keep such files in a folder under version control, and links to them in their places.
    const real = Deno.realPathSync(plan.file);
    const mode = Deno.statSync(real).mode ?? 0o600;
    const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
    const backup = `${plan.file}.backup-${stamp}`;
    replace(backup, plan.before, mode & 0o777);
    replace(real, plan.after, mode & 0o777);
    return backup;
  } catch (error) {
    throw new Failure("E004", `Cannot write ${plan.file}: ${reason(error)}.`, {
      hint: "It is as it was before. From source or a bundle, start with --allow-write.",
      cause: error,
    });
  }
}

function replace(file: string, text: string, mode: number): void {
  const fresh = `${file}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    Deno.writeTextFileSync(fresh, text, { createNew: true, mode });
    Deno.renameSync(fresh, file);
  } catch (error) {
    try {
      Deno.removeSync(fresh);
    } catch { /* it was never made */ }
    throw error;
  }
}

/** A file's text, undefined where there is none; a file that is no text is not touched. */
function readIfThere(file: string): { text: string | undefined } | { problem: string } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Deno.readFileSync(file)) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { text: undefined };
    if (error instanceof TypeError) return { problem: "it is no UTF-8 text" };
    if (error instanceof Deno.errors.PermissionDenied) return { problem: "this user may not read it" };
    if (error instanceof Deno.errors.IsADirectory) return { problem: "it is a folder" };
    return { problem: `reading it failed: ${reason(error)}` };
  }
}
