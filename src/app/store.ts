import type { Settings } from "../config/mod.ts";
import { withoutQuotes } from "../lib/describe_error.ts";
import type { Log } from "../lib/log.ts";
import { openRedis, type Redis } from "../lib/redis.ts";
import { type SharedCache, sharedCache } from "../lib/shared_cache.ts";
import { openFileStore } from "../lib/store/file.ts";
import { memoryStore } from "../lib/store/memory.ts";
import { openLater } from "../lib/store/open.ts";
import { redisStore, storeProblems } from "../lib/store/redis.ts";
import type { Store } from "../lib/store/store.ts";
import { checkHost } from "../lib/address_guard.ts";

/** What replicas share beside Odoo, where they do. */
export interface Shared {
  store: Store;
  /** The Redis of the Store; null where it is none. */
  redis: Redis | null;
}

/** The Store of these settings; the launcher has prepared its file. */
export function openStore({ store: { file, key, ...shared } }: Settings, log: Log): Shared {
  const secret = key?.reveal();
  const redis = redisOf(shared, "store", log, (info) => {
    for (const problem of storeProblems(info)) log.warning(`the store is not safe: ${problem}`);
  });
  if (redis !== null && secret !== undefined) return { store: redisStore({ redis, secret }), redis };
  if (file === undefined || secret === undefined) return { store: memoryStore(), redis: null };
  const store = openLater(() => openFileStore({ file, secret }), (error) => {
    const why = error instanceof Error ? error.message : String(error);
    log.warning("plans, undo and first results last only until this server stops", { store: file, error: why });
    return memoryStore();
  });
  return { store, redis: null };
}

/** Where replicas share what they cache; null where they don't. */
export function openSharedCache({ cache, store, features }: Settings, log: Log): SharedCache | null {
  const secret = store.key?.reveal();
  if (secret === undefined || !features.cache) return null;
  const redis = redisOf(cache, "cache", log);
  return redis === null ? null : sharedCache({ redis, secret });
}

/** The Redis of the store or the cache; null where there is none. Asks nothing yet. */
export function redisOf(
  settings: Settings["store"] | Settings["cache"],
  what: "store" | "cache",
  log: Log,
  onConnect: (info: string) => void = () => {},
): Redis | null {
  const { redis_url: url, redis_username: username, redis_password: password, redis_ca: ca } = settings;
  if (url === undefined) return null;
  checkHost(new URL(url).hostname, `${what}.redis_url`);
  return openRedis({
    url,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    onConnect: (info) => {
      log.info(`the Redis of the ${what} is connected`);
      onConnect(info);
    },
    onGone: (why) =>
      log.warning(`the Redis of the ${what} can't be reached; it is tried again`, { why: withoutQuotes(why) }),
  });
}
