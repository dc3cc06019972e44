import { byFlag } from "../config/mod.ts";

/** A command line taken apart. What it means is decided later. */
export interface Args {
  /** What stands without dashes: the command and its arguments. `-` alone is one of them. */
  words: string[];
  /** Settings' flags without their dashes; boolean ones as "true" or "false", a missing value as "". */
  flags: Record<string, string[]>;
  /** Flags that belong to commands, not to settings: `--json`, `--yes`, `--help`. */
  switches: Set<string>;
  /** Flags with a value that belong to commands: `--since 8h`. */
  options: Record<string, string>;
  /** What is none of these. */
  unknown: string[];
}

/** Those of {@link Args.options}; a setting of the same name would win nowhere. */
const OPTIONS = new Set([
  "caller",
  "tool",
  "model",
  "since",
  "role",
  "expires",
  "overlap",
  "junit",
  "clients",
  "entry",
]);

const SWITCHES: Record<string, string> = {
  "--json": "json",
  "--yes": "yes",
  "--write": "write",
  "--report": "report",
  "--remove": "remove",
  "--check": "check",
  "--serve": "serve",
  "--help": "help",
  "-h": "help",
  "--version": "version",
  "-V": "version",
};

/**
 * Takes a command line apart: `--flag value`, `--flag=value`, `--boolean`, `--no-boolean`, `--` before words only.
 * A value that begins with dashes needs the form with `=`. `node:util`'s parseArgs would have to know every name
 * beforehand, but those of Instances are the user's own.
 */
export function readArgs(args: readonly string[]): Args {
  const read: Args = { words: [], flags: {}, switches: new Set(), options: {}, unknown: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      read.words.push(...args.slice(i + 1));
      break;
    }
    const known = Object.hasOwn(SWITCHES, arg) ? SWITCHES[arg] : undefined;
    const [flag = "", value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg)?.slice(1) ?? [];
    const next = args[i + 1];
    if (known !== undefined) read.switches.add(known);
    else if (!arg.startsWith("-") || arg === "-") read.words.push(arg);
    else if (OPTIONS.has(flag)) {
      read.options[flag] = value ?? next ?? "";
      if (value === undefined) i++;
    } else if (value === undefined && flag.startsWith("no-") && isBoolean(flag.slice(3))) add(flag.slice(3), "false");
    else if (flag !== "config" && byFlag(flag) === undefined) read.unknown.push(flag === "" ? arg : `--${flag}`);
    else if (value !== undefined) add(flag, value);
    else if (isBoolean(flag) && next !== "true" && next !== "false") add(flag, "true");
    else if (next === undefined || (next.startsWith("-") && !/^-\d/.test(next))) add(flag, "");
    else {
      add(flag, next);
      i++;
    }
  }
  return read;

  function add(flag: string, value: string): void {
    (read.flags[flag] ??= []).push(value);
  }
}

function isBoolean(flag: string): boolean {
  return byFlag(flag)?.leaf.kind === "boolean";
}
