import { within } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Metrics, Series } from "../lib/metrics.ts";
import { addUp, type Buckets, quantile, since } from "./buckets.ts";

/** How one Odoo was in one stretch of time. Milliseconds, whole. */
export interface Moment {
  /** When the stretch ended, in ms since 1970. */
  at: number;
  /** Whether Odoo answered the look at the end, and how fast. */
  up: boolean;
  ms: number;
  /** Kind of the failure, where it did not. */
  problem?: string;
  calls: number;
  failures: number;
  p95: number | null;
}

/** The tool calls of one stretch of time. */
export interface Load {
  at: number;
  calls: number;
  errors: number;
}

/** What was, in stretches of equal length, the oldest first. */
export interface History {
  /** How long a stretch is, in ms. */
  readonly everyMs: number;
  instances(): ReadonlyMap<string, readonly Moment[]>;
  load(): readonly Load[];
  /** Looks at every Odoo now and ends the stretch. Never rejects. */
  look(): Promise<void>;
  stop(): void;
}

/** What the history is made from. */
export interface HistoryOptions {
  metrics: Metrics;
  /** Asks an Odoo for a sign of life, by Instance. */
  probes: ReadonlyMap<string, (signal: AbortSignal) => Promise<unknown>>;
  /** Default 30,000 ms. */
  everyMs?: number;
  /** So many stretches are kept. Default 120: an hour. */
  most?: number;
}

/** The first look comes soon, but not in the way of the start, in ms. */
const FIRST_MS = 1000;
/** An Odoo that takes longer counts as down. */
const LOOK_MS = 5000;

/** What was counted when the last stretch ended. */
interface Counted {
  calls: number;
  failures: number;
  buckets: Buckets;
}

/** Begins to look at the Odoos, regularly, until it is stopped. Waits for nothing. */
export function keepHistory({ metrics, probes, everyMs = 30_000, most = 120 }: HistoryOptions): History {
  const moments = new Map<string, Moment[]>([...probes.keys()].map((name) => [name, []]));
  const loads: Load[] = [];
  const before = new Map<string, Counted>();
  let loadBefore = { calls: 0, errors: 0 };
  let looking: Promise<void> | undefined;

  const push = <T>(list: T[], one: T) => {
    list.push(one);
    if (list.length > most) list.shift();
  };

  async function look(): Promise<void> {
    const looks = await Promise.all([...probes].map(async ([name, probe]) => [name, await signOfLife(probe)] as const));
    const series = metrics.snapshot();
    const at = Date.now();
    for (const [name, sign] of looks) {
      const now = countedOf(series, name);
      const last = before.get(name) ?? { calls: 0, failures: 0, buckets: [] };
      before.set(name, now);
      metrics.set("odoo_mcp_up", { instance: name }, sign.up ? 1 : 0);
      push(moments.get(name)!, {
        at,
        ...sign,
        calls: now.calls - last.calls,
        failures: now.failures - last.failures,
        p95: toMs(quantile(0.95, since(now.buckets, last.buckets))),
      });
    }
    const now = loadOf(series);
    push(loads, { at, calls: now.calls - loadBefore.calls, errors: now.errors - loadBefore.errors });
    loadBefore = now;
  }
  const lookOnce = () => looking ??= look().finally(() => looking = undefined);

  const first = setTimeout(lookOnce, FIRST_MS);
  const timer = setInterval(lookOnce, everyMs);
  return {
    everyMs,
    instances: () => moments,
    load: () => loads,
    look: lookOnce,
    stop() {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}

/** Whole milliseconds of seconds. */
export function toMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1000);
}

/** Whether a tool call that ended with this code failed; one that waits for a confirmation did not. */
export function isError(code: string): boolean {
  return code !== "ok" && code !== "cancelled" && code !== "E010";
}

async function signOfLife(
  probe: (signal: AbortSignal) => Promise<unknown>,
): Promise<Pick<Moment, "up" | "ms" | "problem">> {
  const begun = performance.now();
  const took = () => Math.round(performance.now() - begun);
  try {
    const late = () => new Failure("E007", "It did not answer in time.");
    await within({ signal: new AbortController().signal, ms: LOOK_MS, late }, probe);
    return { up: true, ms: took() };
  } catch (error) {
    return { up: false, ms: took(), problem: error instanceof Failure ? error.kind : "UNKNOWN" };
  }
}

function countedOf(series: readonly Series[], instance: string): Counted {
  const mine = series.filter(({ labels }) => labels["instance"] === instance);
  return {
    calls: sum(mine, "odoo_mcp_requests_total"),
    failures: sum(mine, "odoo_mcp_failures_total"),
    buckets: durationsOf(mine),
  };
}

function loadOf(series: readonly Series[]): { calls: number; errors: number } {
  const failed = series.filter(({ labels }) => isError(labels["code"] ?? ""));
  return {
    calls: sum(series, "odoo_mcp_tool_calls_total"),
    errors: sum(failed, "odoo_mcp_tool_calls_total"),
  };
}

/** How long the calls to Odoo took, all models together. */
export function durationsOf(series: readonly Series[]): Buckets {
  return addUp(
    series.flatMap((one) =>
      one.name === "odoo_mcp_request_duration_seconds" && one.type === "histogram" ? [one.buckets] : []
    ),
  );
}

/** The sum of a counter or gauge over all its series here. */
export function sum(series: readonly Series[], name: string): number {
  return series.reduce((all, one) => one.name === name && one.type !== "histogram" ? all + one.value : all, 0);
}
