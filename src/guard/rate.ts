import { TokenBucket } from "limiter";

/** What a limiter allows one key: `burst` at once, filled up again at `perMinute`. */
export interface Rate {
  /** Tells this limiter from the others; part of the keys where several servers share one. */
  name: string;
  perMinute: number;
  burst: number;
}

/** Counts how often something was asked for, by key. In memory here; another place may be shared by replicas. */
export interface RateLimiter {
  /** Takes a token of the key. Answers 0, or the seconds until there is one. Rejects with `E014` where it can't tell. */
  take(key: string): number | Promise<number>;
}

/** Makes the limiter of a rate. */
export type MakeLimiter = (rate: Rate) => RateLimiter;

/** Most keys that are remembered; a forgotten one starts full again, which nobody gains from at that number. */
const MOST = 10_000;

/** A token, short of what is lost in adding up parts of it: whoever waits as long as told must get in. */
const TOKEN = 1 - 1e-9;

/** Token buckets in the memory of this process. */
export function inMemory({ perMinute, burst }: Rate): RateLimiter {
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key) {
      const bucket = buckets.get(key) ?? full({ perMinute, burst });
      // To the end, so that whoever was seen last is dropped last.
      buckets.delete(key);
      buckets.set(key, bucket);
      const [oldest] = buckets.keys();
      if (buckets.size > MOST && oldest !== undefined) buckets.delete(oldest);
      return bucket.tryRemoveTokens(TOKEN) ? 0 : Math.max(1, Math.ceil(bucket.getWaitTime(TOKEN) / 1000));
    },
  };
}

/** The library's buckets begin empty. */
function full({ perMinute, burst }: Pick<Rate, "perMinute" | "burst">): TokenBucket {
  const bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perMinute, interval: "minute" });
  bucket.content = burst;
  return bucket;
}
