/**
 * `deno task faults [WRITES] [SEED]`: writes through a proxy that breaks requests at random, in front of the real Odoo;
 * afterwards Odoo is asked whether every answer was true. Writes the table into tests/README.md. Exit code 1 on a lie.
 */
import { type FaultReport, runFaults, WRITES } from "../../tests/support/fault_run.ts";
import { fill } from "../generated.ts";
import { askScript, fromSettings, versionOf } from "../live.ts";

const CALLERS = 8;
/** Of reads; of writes it is 0.3. */
const RATE = 0.06;
const README = new URL("../../tests/README.md", import.meta.url);

const writes = Number(Deno.args[0] ?? 2400);
const seed = Number(Deno.args[1] ?? 11);
const settings = Deno.env.toObject();
const live = settings.ODOO_URL ? fromSettings(settings) : await askScript("up");
if (!Number.isInteger(writes) || !Number.isInteger(seed)) {
  console.error("Cannot run faults: use deno task faults [WRITES] [SEED], both whole numbers");
  Deno.exit(2);
}
if ("reason" in live) {
  console.error(`Cannot run faults: ${live.reason}`);
  Deno.exit(1);
}
const onProgress = (done: number) => console.error(`faults: ${done} of ${writes}`);
const report = await runFaults({ live, writes, callers: CALLERS, seed, rate: RATE, onProgress });
const part = table(report, await versionOf(live.url));
console.log(part);
for (const lie of report.lies) console.error(`LIE: ${lie}`);
// A short run is a trial; the page tells of a full one.
if (writes >= 2000) await Deno.writeTextFile(README, fill(await Deno.readTextFile(README), { faults: () => part }));
Deno.exit(report.lies.length === 0 ? 0 : 1);

function table({ counts, codes, busy, faults, requests, seconds, lies }: FaultReport, version: string): string {
  const all = WRITES.map((kind) => counts[kind]);
  const sum = (pick: (count: typeof all[number]) => number) => all.reduce((total, one) => total + pick(one), 0);
  const row = (name: string, cells: number[]) => `| ${[name, ...cells].join(" | ")} |`;
  const cells = (one: typeof all[number]) => [
    one.writes,
    one.done,
    one.looked,
    one.failed,
    one.uncertain.there,
    one.uncertain.absent,
  ];
  const total = [0, 1, 2, 3, 4, 5].map((place) => sum((one) => cells(one)[place]!));
  const broken = [...faults.values()].reduce((one, other) => one + other, 0);
  return [
    `Odoo ${version}, seed ${seed}: ${
      sum((one) => one.writes)
    } writes by ${CALLERS} callers at once, ${requests} requests ` +
    `to Odoo, ${broken} of them broken, ${Math.round(seconds)} s. **Answers that were not true: ${lies.length}.**`,
    "",
    "| write | sent | told done | of these looked up | told failed | E009, it happened | E009, it did not |",
    "| --- | --: | --: | --: | --: | --: | --: |",
    ...WRITES.map((kind) => row(kind, cells(counts[kind]))),
    row("all", total),
    "",
    `Told failed, nothing happened: ${[...codes].map(([code, times]) => `${code} ${times}`).join(", ") || "none"}. ` +
    `Told to come back in a while (E014), which the callers did: ${busy} times.`,
    "",
    "| fault | times |",
    "| --- | --: |",
    ...[...faults].map(([name, times]) => `| ${name} | ${times} |`),
  ].join("\n");
}
