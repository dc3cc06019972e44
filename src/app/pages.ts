import type { Metrics } from "../lib/metrics.ts";
import type { Page } from "../mcp/mod.ts";
import { type History, renderMetrics, reportOf, statusPage, type Writes } from "../status/mod.ts";

/** What the pages tell of. */
export interface PagesOptions {
  name: string;
  version: string;
  metrics: Metrics;
  history: History;
  writes: Writes;
}

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** What is answered over HTTP beside MCP, to whom. */
export function pagesOf(options: PagesOptions): ReadonlyMap<string, Page> {
  const { metrics } = options;
  const startedAt = Math.round(Date.now() - performance.now());
  metrics.set("odoo_mcp_build_info", { version: options.version, deno: Deno.version.deno }, 1);
  metrics.set("process_start_time_seconds", {}, Math.round(startedAt / 1000));
  // It tells who does what here.
  const mayAdmin: Page["may"] = ({ role, kind }) => role === "admin" && kind !== "own";
  return new Map<string, Page>([
    ["/", {
      may: mayAdmin,
      async answer() {
        return new Response(await statusPage(), {
          headers: {
            ...HEADERS,
            "content-type": "text/html; charset=utf-8",
            // The page holds the rest of its policy, by digests; this part only a header can say.
            "content-security-policy": "frame-ancestors 'none'",
            "referrer-policy": "no-referrer",
          },
        });
      },
    }],
    ["/status.json", {
      may: mayAdmin,
      answer: () => Promise.resolve(Response.json(reportOf({ ...options, startedAt }), { headers: HEADERS })),
    }],
    ["/metrics", {
      // Strangers who brought their own Odoo credentials have no business with what others do here.
      may: ({ kind }) => kind !== "own",
      async answer() {
        metrics.set("process_resident_memory_bytes", {}, Deno.memoryUsage().rss);
        const { text, contentType } = await renderMetrics(metrics);
        return new Response(text, { headers: { ...HEADERS, "content-type": contentType } });
      },
    }],
  ]);
}
