import type { Metrics, Series } from "../lib/metrics.ts";
import { METRICS } from "./metric_list.ts";

/** One metric in the form that prom-client's registries tell of themselves and take from others. */
interface Told {
  name: string;
  help: string;
  type: string;
  aggregator: "sum";
  values: { metricName?: string; labels: Record<string, string | number>; value: number }[];
}

/** The metrics of this process as Prometheus scrapes them (text format 0.0.4), with the media type to answer. */
export async function renderMetrics(metrics: Metrics): Promise<{ text: string; contentType: string }> {
  const { AggregatorRegistry, Registry } = await import("prom-client");
  const series = Map.groupBy(metrics.snapshot(), ({ name }) => name);
  const told = METRICS.map(({ name, help, type }): Told => ({
    name,
    help,
    type,
    aggregator: "sum",
    values: (series.get(name) ?? []).flatMap(valuesOf),
  }));
  // It sums up what several processes tell, here of one: the only way into a registry for values that are counted already.
  const text = await AggregatorRegistry.aggregate([told]).metrics();
  return { text, contentType: Registry.PROMETHEUS_CONTENT_TYPE };
}

function valuesOf(one: Series): Told["values"] {
  const { name, labels } = one;
  if (one.type !== "histogram") return [{ labels, value: one.value }];
  const buckets = one.buckets.map(([bound, value]) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: bound === Infinity ? "+Inf" : bound },
    value,
  }));
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: one.sum },
    { metricName: `${name}_count`, labels, value: one.count },
  ];
}
