/** The official MCP conformance suites: which versions, how they are run, and what they found. */

/** One run that a server has to pass. */
export interface Suite {
  version: string;
  /** The protocol revision whose requirements are checked; 0.1.16 knows only its own selection. */
  requirements?: "2025-11-25" | "2026-07-28";
  /** How many scenarios this version runs, so that a run which skips some is noticed. */
  scenarios: number;
}

/** The only place where versions stand. */
export const SUITES = {
  stable: { version: "0.1.16", scenarios: 30 },
  legacy: { version: "0.2.0-alpha.12", requirements: "2025-11-25", scenarios: 33 },
  modern: { version: "0.2.0-alpha.12", requirements: "2026-07-28", scenarios: 50 },
} as const satisfies Record<string, Suite>;

/** One check of a scenario, as the suite's `checks.json` holds it. */
export interface Check {
  scenario: string;
  id: string;
  /** `SUCCESS`, `FAILURE`, `WARNING` (a SHOULD that is not met), `SKIPPED` or `INFO`. */
  status: string;
  /** What is wrong or noteworthy; may be empty. */
  message: string;
}

/** Whether the check counts against the server. With a list of expected failures the suite takes warnings so too. */
export function failed(check: Check): boolean {
  return check.status === "FAILURE" || check.status === "WARNING";
}

export interface SuiteRun {
  /** The suite's own verdict on the scenarios it scores: 0 when just those fail that were expected to. */
  code: number;
  /** What it printed. */
  output: string;
  scenarios: string[];
  checks: Check[];
}

/** Enough for the first run, which downloads some 90 packages; a run takes seconds. */
const DEADLINE_MS = 180_000;

/**
 * Runs a suite against the server at `url` in a process of its own. `expected` are the entries of its
 * `--expected-failures` file: `scenario` or `scenario:check`. Rejects when it takes longer than `deadlineMs`.
 */
export async function runSuite(
  suite: Suite,
  url: string | URL,
  expected: string[],
  deadlineMs: number = DEADLINE_MS,
): Promise<SuiteRun> {
  const folder = await Deno.makeTempDir({ prefix: "conformance-" });
  try {
    // The suite is not one of this project's dependencies: it gets a configuration of its own.
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ nodeModulesDir: "none", lock: false }));
    await Deno.writeTextFile(`${folder}/run.js`, entry(suite.version));
    // JSON is YAML too.
    await Deno.writeTextFile(`${folder}/expected.yml`, JSON.stringify({ server: expected }));
    const args = ["--url", String(url), "--output-dir", "results", "--expected-failures", "expected.yml"];
    if (suite.requirements !== undefined) args.push("--requirements", suite.requirements);
    const { code, output } = await runToTheEnd(folder, args, deadlineMs);
    return { code, output, ...await readResults(`${folder}/results`, output) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Starts the suite. Deno 2.9 hangs for ever where `require()` meets an ES module that imports CommonJS which no earlier
 * run has analysed (the kind of denoland/deno#35516); these three, deep below express, are what the suite has of it,
 * and `import` analyses them beforehand.
 */
function entry(version: string): string {
  const first = ["async-function@1", "generator-function@2", "async-generator-function@1"];
  const suite = `@modelcontextprotocol/conformance@${version}/dist/index.js`;
  return [...first, suite].map((name) => `await import("npm:${name}");\n`).join("");
}

async function runToTheEnd(
  folder: string,
  args: string[],
  deadlineMs: number,
): Promise<{ code: number; output: string }> {
  const permissions = [
    "--allow-net=127.0.0.1",
    "--allow-read",
    `--allow-write=${folder}`,
    "--allow-env",
    "--allow-sys",
  ];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, "run.js", "server", ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, deadlineMs);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(deadline);
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (late) throw new Error(`The conformance suite did not finish within ${deadlineMs / 1000} s:\n${output}`);
  return { code, output };
}

/** A folder per scenario, named with the time it ended. */
const RESULT = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** What of a `checks.json` is read. */
interface Found {
  id: string;
  status: string;
  errorMessage?: string;
  details?: { message?: string };
}

async function readResults(folder: string, output: string): Promise<{ scenarios: string[]; checks: Check[] }> {
  const scenarios: string[] = [];
  const checks: Check[] = [];
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((cause) => {
    throw new Error(`The conformance suite left no results:\n${output}`, { cause });
  });
  for (const { name } of entries) {
    const scenario = RESULT.exec(name)?.[1];
    if (scenario === undefined) throw new Error(`Unknown result ${name} of the conformance suite`);
    scenarios.push(scenario);
    const found: Found[] = JSON.parse(await Deno.readTextFile(`${folder}/${name}/checks.json`));
    for (const { id, status, errorMessage, details } of found) {
      checks.push({ scenario, id, status, message: errorMessage ?? details?.message ?? "" });
    }
  }
  return { scenarios, checks };
}
