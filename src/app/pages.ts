import type { Metrics } from "../lib/metrics.ts";
import type { Page } from "../mcp/mod.ts";
import { renderMetrics } from "../status/mod.ts";

/** What the pages tell of. */
export interface PagesOptions {
  metrics: Metrics;
}

/** What is answered over HTTP beside MCP, to whom. */
export function pagesOf({ metrics }: PagesOptions): ReadonlyMap<string, Page> {
  return new Map<string, Page>([
    ["/metrics", {
      // Strangers who brought their own Odoo credentials have no business with what others do here.
      may: ({ kind }) => kind !== "own",
      async answer() {
        metrics.set("process_resident_memory_bytes", {}, Deno.memoryUsage().rss);
        const { text, contentType } = await renderMetrics(metrics);
        return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
      },
    }],
  ]);
}
