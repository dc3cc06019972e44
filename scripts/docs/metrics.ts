import { METRICS } from "../../src/status/mod.ts";
import { page, table } from "./table.ts";

/** Every metric. */
export function metricPage(): string {
  return page(
    "Metrics",
    "What `GET /metrics` tells Prometheus. Labels are bounded: models and methods that are not known count as `other`.",
    table(
      ["metric", "type", "labels", "what it tells"],
      METRICS.map(({ name, type, labels, help }) => [
        `\`${name}\``,
        type,
        labels.length === 0 ? "–" : labels.map((label) => `\`${label}\``).join(", "),
        help,
      ]),
    ),
  );
}
