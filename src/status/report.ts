import type { Metrics, Series } from "../lib/metrics.ts";
import { quantile } from "./buckets.ts";
import { durationsOf, type History, isError, type Load, type Moment, sum, toMs } from "./history.ts";
import type { Write, Writes } from "./writes.ts";

/** Everything the status page shows. Times in ms since 1970, durations in ms. */
export interface Report {
  name: string;
  version: string;
  startedAt: number;
  now: number;
  memoryBytes: number;
  sessions: number;
  /** How long one stretch of every history is. */
  everyMs: number;
  load: readonly Load[];
  totals: {
    calls: number;
    errors: number;
    tokens: number;
    cached: number | null;
    p50: number | null;
    p95: number | null;
  };
  instances: {
    name: string;
    history: readonly Moment[];
    circuit: "closed" | "half-open" | "open";
    active: number;
    waiting: number;
    calls: number;
    failures: number;
    p50: number | null;
    p95: number | null;
  }[];
  /** The most called first. */
  tools: { tool: string; calls: number; errors: number; ms: number | null }[];
  /** Error codes of tool calls, the most frequent first. */
  errors: { code: string; count: number }[];
  /** The slowest calls to Odoo, by their mean. */
  slowest: { instance: string; model: string; method: string; calls: number; ms: number; p95: number | null }[];
  writes: readonly Write[];
}

/** What a report is made from. */
export interface ReportOptions {
  name: string;
  version: string;
  startedAt: number;
  metrics: Metrics;
  history: History;
  writes: Writes;
}

const CIRCUITS = ["closed", "half-open", "open"] as const;
const MOST_SLOW = 10;

/** Makes the report of this moment. Asks no Odoo. */
export function reportOf({ name, version, startedAt, metrics, history, writes }: ReportOptions): Report {
  const series = metrics.snapshot();
  const of = (wanted: string) => series.filter((one) => one.name === wanted);
  const calls = of("odoo_mcp_tool_calls_total");
  const durations = durationsOf(series);
  return {
    name,
    version,
    startedAt,
    now: Date.now(),
    memoryBytes: Deno.memoryUsage().rss,
    sessions: sum(series, "odoo_mcp_sessions"),
    everyMs: history.everyMs,
    load: history.load(),
    totals: {
      calls: sum(calls, "odoo_mcp_tool_calls_total"),
      errors: sum(calls.filter(({ labels }) => isError(labels["code"] ?? "")), "odoo_mcp_tool_calls_total"),
      tokens: sum(series, "odoo_mcp_answer_tokens_total"),
      cached: cachedShare(of("odoo_mcp_cache_answers_total")),
      p50: toMs(quantile(0.5, durations)),
      p95: toMs(quantile(0.95, durations)),
    },
    instances: [...history.instances()].map(([instance, moments]) => {
      const mine = series.filter(({ labels }) => labels["instance"] === instance);
      const took = durationsOf(mine);
      return {
        name: instance,
        history: moments,
        circuit: CIRCUITS[sum(mine, "odoo_mcp_circuit_state")] ?? "closed",
        active: sum(mine, "odoo_mcp_active_connections"),
        waiting: sum(mine, "odoo_mcp_queue_length"),
        calls: sum(mine, "odoo_mcp_requests_total"),
        failures: sum(mine, "odoo_mcp_failures_total"),
        p50: toMs(quantile(0.5, took)),
        p95: toMs(quantile(0.95, took)),
      };
    }),
    tools: toolsOf(calls, of("odoo_mcp_tool_duration_seconds")),
    errors: errorsOf(calls),
    slowest: slowestOf(of("odoo_mcp_request_duration_seconds")),
    writes: writes.last(),
  };
}

function toolsOf(calls: Series[], durations: Series[]): Report["tools"] {
  return [...Map.groupBy(calls, ({ labels }) => labels["tool"] ?? "")].map(([tool, mine]) => {
    const took = durations.find(({ labels }) => labels["tool"] === tool);
    return {
      tool,
      calls: sum(mine, "odoo_mcp_tool_calls_total"),
      errors: sum(mine.filter(({ labels }) => isError(labels["code"] ?? "")), "odoo_mcp_tool_calls_total"),
      ms: took?.type === "histogram" && took.count > 0 ? toMs(took.sum / took.count) : null,
    };
  }).sort((a, b) => b.calls - a.calls);
}

function errorsOf(calls: Series[]): Report["errors"] {
  const failed = calls.filter(({ labels }) => isError(labels["code"] ?? ""));
  return [...Map.groupBy(failed, ({ labels }) => labels["code"] ?? "")]
    .map(([code, mine]) => ({ code, count: sum(mine, "odoo_mcp_tool_calls_total") }))
    .sort((a, b) => b.count - a.count);
}

function slowestOf(durations: Series[]): Report["slowest"] {
  return durations.flatMap((one) => {
    if (one.type !== "histogram" || one.count === 0) return [];
    const { instance = "", model = "", method = "" } = one.labels;
    const ms = Math.round((one.sum / one.count) * 1000);
    return [{ instance, model, method, calls: one.count, ms, p95: toMs(quantile(0.95, one.buckets)) }];
  }).sort((a, b) => b.ms - a.ms).slice(0, MOST_SLOW);
}

/** The share of reads that a cache answered; null where none was asked. */
function cachedShare(answers: Series[]): number | null {
  const of = (from: string) =>
    sum(answers.filter(({ labels }) => labels["from"] === from), "odoo_mcp_cache_answers_total");
  const [kept, shared, odoo] = [of("kept"), of("shared"), of("odoo")];
  const all = kept + shared + odoo;
  return all === 0 ? null : (kept + shared) / all;
}
