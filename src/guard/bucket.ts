/** Tokens of many callers: each has `burst`, used one by one and filled up again at `perMinute`. */
export interface Buckets {
  /** Takes a token. Answers 0, or the seconds until there is one. */
  take(key: string): number | Promise<number>;
}

/** Most callers that are remembered; a forgotten one starts full again, which nobody gains from at that number. */
const MOST = 10_000;

/** Makes buckets of one rate. `what` tells them from others that are kept in the same place. */
export type MakeBuckets = (rate: { perMinute: number; burst: number }, what: string) => Buckets;

interface Bucket {
  tokens: number;
  /** When it was last looked at, in ms. */
  at: number;
}

/**
 * Token buckets in memory. Own code, because the kept library for this (rate-limiter-flexible) counts in fixed windows,
 * which let twice the rate through where two of them meet.
 */
export function createBuckets(
  { perMinute, burst, now = () => performance.now() }: { perMinute: number; burst: number; now?: () => number },
): { take(key: string): number } {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;
  return {
    take(key) {
      const time = now();
      const { tokens, at } = buckets.get(key) ?? { tokens: burst, at: time };
      const filled = Math.min(burst, tokens + (time - at) * perMs);
      // To the end, so that whoever was seen last is dropped last.
      buckets.delete(key);
      // A thousandth is what is lost in adding up parts of a token.
      const enough = filled >= 0.999;
      buckets.set(key, { tokens: enough ? filled - 1 : filled, at: time });
      if (buckets.size > MOST) {
        for (const oldest of [...buckets.keys()].slice(0, buckets.size - MOST)) buckets.delete(oldest);
      }
      return enough ? 0 : Math.max(1, Math.ceil((1 - filled) / perMs / 1000));
    },
  };
}
