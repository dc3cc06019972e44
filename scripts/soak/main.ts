/**
 * `deno task soak [SECONDS] [CALLS]`: three replicas behind nginx with Redis under steady load while replicas, Redis and Odoo
 * are killed, then CALLS calls of one replica, whose memory and descriptors are looked at. Writes the tables into
 * README.md beside after a full run. Exit code 1 on a wrong answer. Needs root on Debian, as `scripts/live_odoo.sh` does.
 */
import { NO_CLUSTER } from "../../tests/support/cluster.ts";
import { ownOdoo } from "../../tests/support/own_odoo.ts";
import { soak, type SoakReport } from "../../tests/support/soak_run.ts";
import { percentile } from "../bench/measure.ts";
import { fill } from "../generated.ts";
import { V8_FLAGS } from "../v8_flags.ts";
import { enduranceTable } from "./endurance.ts";

const README = new URL("README.md", import.meta.url);
const FULL = { seconds: 240, calls: 100_000 };
const CALLERS = 6;
const BUNDLE = new URL("../../dist/odoo-mcp.js", import.meta.url).pathname;
const PROGRAM = ["run", "-A", "--no-config", "--unstable-worker-options", "--unstable-no-legacy-abort"]
  .concat(["--unstable-net", V8_FLAGS, BUNDLE]);

const seconds = Number(Deno.args[0] ?? FULL.seconds);
const calls = Number(Deno.args[1] ?? FULL.calls);
if (!Number.isInteger(seconds) || !Number.isInteger(calls)) {
  console.error("Cannot soak: use deno task soak [SECONDS] [CALLS], both whole numbers");
  Deno.exit(2);
}
if (NO_CLUSTER) Deno.exit(1);
await using odoo = await ownOdoo("soak");
if (odoo === null) Deno.exit(1);
const report = await soak({
  live: odoo.live,
  seconds,
  callers: CALLERS,
  killEveryMs: 3000,
  restartOdoo: odoo.restart,
  program: PROGRAM,
  onEvent: (text) => console.error(`soak: ${text}`),
});
const part = `${table(report)}\n\n${await enduranceTable(PROGRAM, calls)}`;
console.log(part);
for (const wrong of report.wrong) console.error(`WRONG: ${wrong}`);
// A short run is a trial; the page tells of a full one.
if (seconds >= FULL.seconds && calls >= FULL.calls) {
  await Deno.writeTextFile(README, fill(await Deno.readTextFile(README), { soak: () => part }));
}
Deno.exitCode = report.wrong.length === 0 ? 0 : 1;

function table({ reads, creates, updates, refused, wrong, recoveries }: SoakReport): string {
  const codes = [...refused].map(([code, times]) => `${code} ${times}`).join(", ") || "none";
  const figures = (ms: number[]) => [0.5, 1].map((p) => Math.round(percentile(ms, p))).join(" / ");
  return [
    `${seconds} s, ${CALLERS} callers at once: ${creates} keyed creates, ${updates} updates, ${reads} reads, each read ` +
    `compared with what was confirmed before. **Wrong answers, duplicates and lost writes: ${wrong.length}.** Refused or ` +
    `unanswered, and tried again by their callers: ${codes}.`,
    "",
    "| killed | times | until the next call was served, ms (median / worst) | until it was back itself, ms |",
    "| --- | --: | --: | --: |",
    ...[...recoveries].map(([what, { served, back }]) =>
      `| ${what} | ${served.length} | ${figures(served)} | ${figures(back)} |`
    ),
  ].join("\n");
}
