/** One thing to time. */
export type Timed = () => Promise<unknown>;

/** The p-th percentile (0 to 1) of durations in ms. */
export function percentile(durations: number[], p: number): number {
  const sorted = [...durations].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? NaN;
}

/**
 * Times several ways of doing the same, interleaved round by round and in turning order, so that a noisy moment of the
 * machine hits all of them alike. Answers the durations in ms, by name.
 */
export async function interleave(ways: Record<string, Timed>, rounds: number): Promise<Record<string, number[]>> {
  const names = Object.keys(ways);
  const durations: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + Math.max(round, 0)) % names.length]!;
      const started = performance.now();
      await ways[name]!();
      // The first rounds warm up caches and connections on every side.
      if (round >= 0) durations[name]!.push(performance.now() - started);
    }
  }
  return durations;
}

/** Calls a second with `inFlight` loops at once, over about `ms` milliseconds. */
export async function rate(call: Timed, inFlight: number, ms: number): Promise<number> {
  const until = performance.now() + ms;
  const started = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (performance.now() < until) {
      await call();
      done++;
    }
  }));
  return done / ((performance.now() - started) / 1000);
}

/** Resident memory of a process in MiB (Linux). */
export async function residentMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** A Markdown table. */
export function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) =>
    `| ${cells.map((cell) => typeof cell === "number" ? round(cell) : cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
