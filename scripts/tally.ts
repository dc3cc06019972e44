/** What `scripts/test.ts` asks of `deno test`, and what it reads from its summary. */

/** Numbers of tests; the steps of a test are not counted. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The last summary line of `deno test`: a test may print one of its own before. `null` when it never got that far. */
export function readSummary(output: string): Tally | null {
  // deno-lint's `no-control-regex` allows no escape character in a pattern
  const plain = output.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g"), "");
  const steps = String.raw`(?: \(\d+ steps?\))?`;
  const summary = new RegExp(
    String.raw`^(?:ok|FAILED) \| (\d+) passed${steps} \| (\d+) failed${steps}(?: \| (\d+) ignored)?`,
    "gm",
  );
  const last = [...plain.matchAll(summary)].at(-1);
  return last === undefined
    ? null
    : { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) };
}

/** Which tests to run: paths that need no Odoo, paths that do, and flags for both. */
export interface Plan {
  offline: string[];
  live: string[];
  flags: string[];
}

/** Reads `[PATHS…] [FLAGS…]`: from the first flag on, everything is for `deno test`. No path means all tests. */
export function plan(args: readonly string[]): Plan {
  const end = args.findIndex((arg) => arg.startsWith("-"));
  const flags = end < 0 ? [] : args.slice(end);
  const given = (end < 0 ? args : args.slice(0, end)).map((path) => path.replace(/^\.\//, "").replace(/\/$/, ""));
  const paths = given.length === 0 ? ["tests"] : given;
  const isLive = (path: string): boolean => /^(.*\/)?tests\/live(\/|$)/.test(path);
  const all = paths.some((path) => path === "." || path === "tests");
  return {
    offline: paths.filter((path) => !isLive(path)),
    live: all ? ["tests/live"] : paths.filter(isLive),
    flags,
  };
}
