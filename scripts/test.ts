/**
 * Runs the tests: `deno task test [PATHS…] [flags of deno test…]`. While the tests that need no Odoo run, a real Odoo
 * comes up (`scripts/live_odoo.sh up`, or the one `ODOO_URL ODOO_DB ODOO_USERNAME ODOO_PASSWORD` name); then tests/live
 * run against it. The last line is always `N passed, N failed, N skipped`.
 */
import { askScript, fromSettings, type LiveOdoo, type NoOdoo, versionOf } from "./live.ts";
import { add, NOTHING, plan, readSummary, type Tally } from "./tally.ts";

const root = new URL("..", import.meta.url).pathname;

/**
 * Tests start programs, so they may run anything. The rest is narrow, which shows at once when a test strays: the
 * network is this machine, the Odoo given, and names and addresses that lead nowhere (RFC 2606, RFC 5737).
 */
function permissions(hosts: string[]): string[] {
  const temp = Deno.env.get("TMPDIR") ?? "/tmp";
  const net = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "*.invalid", "192.0.2.0/24", ...hosts];
  const written = [temp, `${root}dist`];
  return [
    "--allow-read",
    `--allow-write=${written}`,
    `--allow-net=${net}`,
    "--allow-env",
    "--allow-sys",
    "--allow-run",
  ];
}

/**
 * The person's own Odoo must not reach the tests of the defaults; the live tests find theirs in `LIVE_ODOO`, those of the
 * executable in `ODOO_MCP_BIN`.
 */
function environment(odoo: LiveOdoo | NoOdoo): Record<string, string> {
  const own = Object.entries(Deno.env.toObject()).filter(([name]) => !/^ODOO_(?!MCP_(?:LIVE_|BIN$))/.test(name));
  const colour = Deno.stdout.isTerminal() ? {} : { NO_COLOR: "1" };
  return { ...Object.fromEntries(own), ...colour, LIVE_ODOO: JSON.stringify(odoo) };
}

/** Passes the output of `deno test` on and counts from its summary. */
async function denoTest(args: string[], odoo: LiveOdoo | NoOdoo): Promise<Tally> {
  const hosts = "url" in odoo ? [new URL(odoo.url).host] : [];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", ...permissions(hosts), "--permit-no-files", ...args],
    cwd: root,
    env: environment(odoo),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    output += decoder.decode(chunk, { stream: true });
    for (let sent = 0; sent < chunk.length;) sent += await Deno.stdout.write(chunk.subarray(sent));
  }
  const { success } = await child.status;
  const tally = readSummary(output) ?? NOTHING;
  // Files that do not compile, or a leak found after the last test: no test failed, yet the run did.
  return success || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

async function liveTests(paths: string[], odoo: LiveOdoo | NoOdoo): Promise<Tally> {
  const tally = await denoTest(paths, odoo);
  if ("url" in odoo) {
    const version = await versionOf(odoo.url).catch(() => "of unknown version");
    console.log(`live tests run against Odoo ${version}: ${tally.passed + tally.failed}`);
    return tally;
  }
  console.log(`\nSKIPPED: ${tally.skipped} live tests: ${odoo.reason}\n`);
  return odoo.broken ? add(tally, { ...NOTHING, failed: 1 }) : tally;
}

const { offline, live, flags } = plan(Deno.args);
const settings = Deno.env.toObject();
const coming = live.length === 0 ? null : settings.ODOO_URL ? fromSettings(settings) : askScript("up");

let total = NOTHING;
if (offline.length > 0) {
  // Each file runs in a thread of its own; the live ones share one database, so they do not.
  const none = { reason: "tests outside tests/live need no Odoo", broken: false };
  total = await denoTest(["--parallel", "--ignore=tests/live", ...offline, ...flags], none);
}
if (coming !== null) total = add(total, await liveTests([...live, ...flags], await coming));
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
Deno.exit(total.failed === 0 ? 0 : 1);
