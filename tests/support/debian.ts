/** Programs of Debian for tests: `scripts/debian.sh` finds or unpacks them. */
import assert from "node:assert/strict";

const SCRIPT = new URL("../../scripts/debian.sh", import.meta.url).pathname;

/** Their names. */
export type Program = "nginx" | "prometheus" | "promtool" | "systemd-analyze";

/** A program's path, or why there is none. `broken`: it should have worked on this machine. */
type Found = string | { reason: string; broken: boolean };

const found = new Map<Program, Promise<Found>>();

function find(program: Program): Promise<Found> {
  let finding = found.get(program);
  if (finding === undefined) found.set(program, finding = search(program));
  return finding;
}

async function search(program: Program): Promise<Found> {
  try {
    const { code, stdout, stderr } = await new Deno.Command("bash", { args: [SCRIPT, program], stdin: "null" })
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    if (code === 0) return text(stdout);
    return { reason: text(stderr).split("\n").at(-1) ?? "", broken: code !== 3 };
  } catch (error) {
    return { reason: `bash cannot be started: ${(error as Error).message}`, broken: false };
  }
}

/**
 * A test that gets the paths of programs. Where the machine can't have one it is reported as ignored, and the reason
 * stands above.
 */
export async function debianTest<P extends Program>(
  name: string,
  programs: P[],
  run: (paths: Record<P, string>) => Promise<void>,
): Promise<void> {
  const paths: Partial<Record<Program, string>> = {};
  let missing: { reason: string; broken: boolean } | undefined;
  // One after the other: two installations at once would wait for each other.
  for (const program of programs) {
    const path = await find(program);
    if (typeof path === "string") paths[program] = path;
    else missing ??= path;
  }
  if (missing !== undefined) console.error(`\nSKIPPED: ${name}: ${missing.reason}\n`);
  const ignore = missing !== undefined && !missing.broken;
  Deno.test({
    name,
    ignore,
    fn: async () => {
      if (missing !== undefined) throw new Error(missing.reason);
      await run(paths as Record<P, string>);
    },
  });
}

/** Runs a program to its end with `input` on its stdin; fails the test where it fails. Answers what it said. */
export async function said(
  path: string,
  args: string[],
  options: { input?: string; cwd?: string } = {},
): Promise<string> {
  const { input = "", cwd } = options;
  const process = new Deno.Command(path, {
    args,
    ...(cwd !== undefined && { cwd }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {}); // it may end without reading
  await writer.close().catch(() => {});
  const { success, stdout, stderr } = await process.output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.ok(success, `${path} ${args.join(" ")}:\n${text}`);
  return text;
}
