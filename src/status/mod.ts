export { type MetricInfo, METRICS } from "./metric_list.ts";
export { renderMetrics } from "./prometheus.ts";
