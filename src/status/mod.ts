export { type History, keepHistory } from "./history.ts";
export { type MetricInfo, METRICS } from "./metric_list.ts";
export { renderMetrics } from "./prometheus.ts";
export { type Report, reportOf } from "./report.ts";
export { createWrites, type Writes } from "./writes.ts";

/** The status page as HTML. Kept packed until somebody asks. */
export async function statusPage(): Promise<string> {
  return await (await import("./status_page_html.ts")).statusPage();
}
