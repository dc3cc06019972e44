/** The page that clients with MCP Apps (SEP-1865, extension `io.modelcontextprotocol/ui`) show for a tool's answers. */
import { isObject, type JsonObject } from "../../lib/json.ts";

const EXTENSION = "io.modelcontextprotocol/ui";
const MIME_TYPE = "text/html;profile=mcp-app";

/** The page for charts as a resource: it asks for no network at all, so hosts grant it none. */
export const CHART_PAGE = {
  uri: "ui://odoo-mcp/chart",
  name: "chart",
  title: "Chart",
  description: "Draws the answers of analytics_query.",
  mimeType: MIME_TYPE,
  _meta: { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true } },
};

/** The tool whose answers the page shows. */
const CHART_TOOL = "analytics_query";

/** The page as `resources/read` answers it. Kept packed until somebody asks: few clients do. */
export async function readChartPage(): Promise<
  Pick<typeof CHART_PAGE, "uri" | "mimeType" | "_meta"> & { text: string }
> {
  const { uri, mimeType, _meta } = CHART_PAGE;
  const { chartPage } = await import("./chart_page_html.ts");
  return { uri, mimeType, text: await chartPage(), _meta };
}

/**
 * Whether a client shows MCP Apps, by its capabilities; `undefined` where it does not say. A server should name a page
 * only to clients that show it (SEP-1865). Over stateless HTTP a 2025 client's capabilities are not known: it gets the
 * page's name too, which clients without MCP Apps pass over.
 */
export function showsApps(capabilities: unknown): boolean | undefined {
  if (!isObject(capabilities)) return undefined;
  const { extensions } = capabilities;
  const app = isObject(extensions) ? extensions[EXTENSION] : undefined;
  return isObject(app) && Array.isArray(app.mimeTypes) && app.mimeTypes.includes(MIME_TYPE);
}

/** A tool's `tools/list` entry with the page that shows its answers. */
export function withPage(entry: JsonObject & { name: string }): JsonObject {
  return entry.name === CHART_TOOL ? { ...entry, _meta: { ui: { resourceUri: CHART_PAGE.uri } } } : entry;
}
