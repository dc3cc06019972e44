import type { Redis } from "../lib/redis.ts";
import { createEnvelope } from "../lib/store/envelope.ts";
import { inMemory, type MakeLimiter } from "./rate.ts";

/**
 * A token bucket as one number: when the bucket would be full again, in Redis' own time ("generic cell rate algorithm").
 * Answers 0 and moves it, or the ms until there is a token. One script, so that replicas don't take the same token.
 */
const TAKE = `
local now = redis.call('TIME')
local t = now[1] * 1000 + math.floor(now[2] / 1000)
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(t, tonumber(redis.call('GET', KEYS[1]) or t))
local wait = full - t - (burst - 1) * each
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.3f', full + each), 'PX', math.ceil(full + each - t))
return 0`;

/**
 * Buckets that all replicas take from. While Redis can't be reached each counts alone: a limit that is too wide for some
 * seconds harms less than a server that answers nobody.
 */
export function inRedis(redis: Redis, secret: string): MakeLimiter {
  const envelope = createEnvelope(secret, "rates");
  envelope.catch(() => {}); // told to whoever takes
  return (rate) => {
    const alone = inMemory(rate);
    const each = String(60_000 / rate.perMinute);
    return {
      async take(key) {
        const place = `odoo-mcp:${await (await envelope).name(`rate:${JSON.stringify([rate.name, key])}`)}`;
        try {
          const wait = await redis.run("EVAL", TAKE, "1", place, each, String(rate.burst));
          return typeof wait === "number" ? Math.ceil(wait / 1000) : await alone.take(key);
        } catch {
          return await alone.take(key);
        }
      },
    };
  };
}
