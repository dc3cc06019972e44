import { Failure } from "../lib/failure.ts";
import { within } from "../lib/abort.ts";
import type { Readiness } from "../mcp/mod.ts";
import type { Store } from "../lib/store/store.ts";

/** How long an answer is remembered, in ms: probes come every few seconds from several sides. */
const KEPT_MS = 5_000;

/** How long something may take before it counts as away, in ms. */
const MOST_MS = 5_000;

/** What readiness depends on. */
export interface ReadinessOptions {
  /** Asks each configured Odoo, as its own user where it has one. */
  probes: ((signal: AbortSignal) => Promise<unknown>)[];
  store: Pick<Store, "get">;
  /** Whether this server has anything to do where no Odoo is configured: callers bring their own. */
  hasOther: boolean;
}

/**
 * Makes the question whether this server can work. It can while one of its Odoos answers: a load balancer that took it
 * out because another is down would take that away too. What is missing is told without names.
 */
export function createReadiness({ probes, store, hasOther }: ReadinessOptions): () => Promise<Readiness> {
  let kept: { until: number; answer: Promise<Readiness> } | undefined;
  async function ask(): Promise<Readiness> {
    const [odoos, stores] = await Promise.all([
      Promise.all(probes.map((probe) => problemOf("an Odoo", probe))),
      problemOf("the store", () => store.get("ready")),
    ]);
    const missing = [...odoos, stores].filter((problem) => problem !== null);
    const ready = probes.length === 0 ? hasOther : odoos.includes(null);
    return { ready, missing: probes.length === 0 && !hasOther ? ["no Odoo is configured"] : missing };
  }
  return () => {
    if (kept === undefined || Date.now() > kept.until) kept = { until: Date.now() + KEPT_MS, answer: ask() };
    return kept.answer;
  };
}

async function problemOf(what: string, ask: (signal: AbortSignal) => Promise<unknown>): Promise<string | null> {
  const late = () => new Failure("E007", "It did not answer in time.");
  try {
    await within({ signal: new AbortController().signal, ms: MOST_MS, late }, ask);
    return null;
  } catch (error) {
    return `${what}: ${error instanceof Failure ? error.kind : "UNKNOWN"}`;
  }
}
