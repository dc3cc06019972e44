import type { Loaded } from "../config/mod.ts";
import { type Flags, readSettings } from "../config/mod.ts";
import { complain, paint } from "./print.ts";

/** How a command ends: done, could not, was used wrongly. */
export const EXIT = { ok: 0, failed: 1, misused: 2 } as const;

/** What a command gets: its words without its own name, the settings' flags, and its switches. */
export interface Invocation {
  words: string[];
  flags: Flags;
  switches: ReadonlySet<string>;
  options: Readonly<Record<string, string>>;
}

/** Tells how a command is used, on stderr. Answers the exit code for that. */
export function misuse(message: string, command = ""): number {
  complain(paint("red", message), `See: odoo-mcp ${command === "" ? "help" : `${command} --help`}`);
  return EXIT.misused;
}

/** The settings, or the exit code after everything that is wrong with them was told on stderr. */
export function settingsOrExit(flags: Flags): Loaded | number {
  const loaded = readSettings(flags);
  if (!("problems" in loaded)) return loaded;
  for (const { message } of loaded.problems) complain(message);
  complain("", "See every setting and what it may be: odoo-mcp help settings");
  return loaded.problems.some(({ origin }) => origin === "flag") ? EXIT.misused : EXIT.failed;
}
