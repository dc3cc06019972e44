import { Failure } from "../lib/failure.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Wrap } from "./call.ts";

/** At most so many model and method pairs get labels of their own; Odoo 14 with every app has about 800 models. */
const MAX_PAIRS = 500;

/**
 * Counts Calls and how long they took, answers from a cache included:
 * `odoo_mcp_requests_total` and `odoo_mcp_request_duration_seconds` by `instance`, `model`, `method`, and
 * `odoo_mcp_failures_total` by `instance`, `code`. A model and method that Odoo never answered count as `other`: callers
 * can invent any name.
 */
export function withMetrics(options: { instance: string; metrics: Metrics }): Wrap {
  const { instance, metrics } = options;
  const known = new Set<string>();

  const isKnown = (pair: string, answered: boolean) => {
    if (answered && known.size < MAX_PAIRS) known.add(pair);
    return known.has(pair);
  };

  return (next) => async (call, signal) => {
    const begun = performance.now();
    let answered = false;
    try {
      const answer = await next(call, signal);
      answered = true;
      return answer;
    } catch (error) {
      metrics.add("odoo_mcp_failures_total", { instance, code: error instanceof Failure ? error.code : "E999" });
      throw error;
    } finally {
      const { model, method } = isKnown(`${call.model} ${call.method}`, answered)
        ? call
        : { model: "other", method: "other" };
      metrics.add("odoo_mcp_requests_total", { instance, model, method });
      metrics.observe(
        "odoo_mcp_request_duration_seconds",
        { instance, model, method },
        (performance.now() - begun) / 1000,
      );
    }
  };
}
