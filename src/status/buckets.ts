/** A histogram's cumulative `[upper bound, count]` pairs, as the metrics tell them. */
export type Buckets = readonly (readonly [number, number])[];

/** Several histograms of the same bounds as one. */
export function addUp(all: readonly Buckets[]): Buckets {
  const [first = []] = all;
  return first.map(([bound], at) => [bound, all.reduce((sum, one) => sum + (one[at]?.[1] ?? 0), 0)]);
}

/** What came to `now` since `before`. */
export function since(now: Buckets, before: Buckets): Buckets {
  return now.map(([bound, count], at) => [bound, count - (before[at]?.[1] ?? 0)]);
}

/**
 * The value below which a share (0 to 1) of the observations lie, in the unit of the bounds; null without any. Within a
 * bucket they are taken to be spread evenly, as Prometheus does; beyond the last finite bound it is that bound.
 */
export function quantile(share: number, buckets: Buckets): number | null {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total === 0) return null;
  const wanted = share * total;
  let below = 0;
  let lower = 0;
  for (const [bound, count] of buckets) {
    if (count >= wanted) {
      if (bound === Infinity || count === below) return lower;
      return lower + (bound - lower) * ((wanted - below) / (count - below));
    }
    [lower, below] = [bound, count];
  }
  return lower;
}
