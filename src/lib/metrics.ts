/** Label values by label name. */
export type Labels = Readonly<Record<string, string>>;

/** One series as {@link Metrics.snapshot} tells it; a histogram's buckets are cumulative `[upper bound, count]` pairs. */
export type Series =
  | { type: "counter"; name: string; labels: Labels; value: number }
  | { type: "gauge"; name: string; labels: Labels; value: number }
  | { type: "histogram"; name: string; labels: Labels; count: number; sum: number; buckets: [number, number][] };

/** Numbers about this process, by name and labels. Rendering them (Prometheus, the status page) is for others. */
export interface Metrics {
  /** Adds to a counter. */
  add(name: string, labels: Labels, by?: number): void;
  /** Sets a gauge. */
  set(name: string, labels: Labels, value: number): void;
  /** Adds one observation, in seconds, to a histogram. */
  observe(name: string, labels: Labels, seconds: number): void;
  /** Every series there is, sorted by name, then by labels. */
  snapshot(): Series[];
}

/** Upper bounds in seconds: from a cached answer (under 5 ms) to the tool deadline of 55 s. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, Infinity];

type Kept = { series: Series; key: string };

/**
 * Makes an empty store. A metric keeps at most `maxSeries` label combinations (default 1,000): what comes later is
 * counted with every label value `other`, so that callers cannot fill the memory with invented names.
 */
export function createMetrics(options: { maxSeries?: number } = {}): Metrics {
  const maxSeries = options.maxSeries ?? 1000;
  const metrics = new Map<string, Map<string, Kept>>();

  function find<T extends Series["type"]>(type: T, name: string, labels: Labels): Extract<Series, { type: T }> {
    let kept = metrics.get(name);
    if (kept === undefined) metrics.set(name, kept = new Map());
    let key = keyOf(labels);
    let known = kept.get(key);
    if (known === undefined && kept.size >= maxSeries) {
      labels = Object.fromEntries(Object.keys(labels).map((label) => [label, "other"]));
      key = keyOf(labels);
      known = kept.get(key);
    }
    if (known === undefined) kept.set(key, known = { key, series: empty(type, name, labels) });
    if (known.series.type !== type) {
      throw new TypeError(`Cannot use ${name} as a ${type}: it is a ${known.series.type}`);
    }
    return known.series as Extract<Series, { type: T }>;
  }

  return {
    add: (name, labels, by = 1) => {
      find("counter", name, labels).value += by;
    },
    set: (name, labels, value) => {
      find("gauge", name, labels).value = value;
    },
    observe: (name, labels, seconds) => {
      const series = find("histogram", name, labels);
      series.count++;
      series.sum += seconds;
      for (const bucket of series.buckets) if (seconds <= bucket[0]) bucket[1]++;
    },
    snapshot: () =>
      [...metrics.keys()].sort().flatMap((name) =>
        [...metrics.get(name)!.values()].sort((a, b) => a.key < b.key ? -1 : 1).map(({ series }) =>
          structuredClone(series)
        )
      ),
  };
}

function keyOf(labels: Labels): string {
  return Object.keys(labels).sort().map((name) => `${name}=${JSON.stringify(labels[name])}`).join(",");
}

function empty(type: Series["type"], name: string, labels: Labels): Series {
  if (type !== "histogram") return { type, name, labels, value: 0 };
  return { type, name, labels, count: 0, sum: 0, buckets: BOUNDS.map((bound) => [bound, 0]) };
}
