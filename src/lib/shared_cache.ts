import type { Json } from "./json.ts";
import type { Redis } from "./redis.ts";
import { createEnvelope } from "./store/envelope.ts";

/** Answers that replicas share for a while. All of them may be lost at any time; none is ever kept past a {@link CachePart.drop}. */
export interface SharedCache {
  /** The part that belongs to `about`, e.g. one Odoo user's records; nothing is shared between parts. */
  part(about: string): CachePart;
  close(): void;
}

/** One part of a {@link SharedCache}. Never rejects: whatever is wrong with Redis is a cache that holds nothing. */
export interface CachePart {
  /** What all answers kept from now on belong to: another one after each drop, by whichever replica. Null without Redis. */
  tag(): Promise<string | null>;
  /** The answer kept under the key for this tag; undefined where there is none. */
  get(key: string, tag: string): Promise<Json | undefined>;
  put(key: string, tag: string, value: Json, ttlMs: number): Promise<void>;
  /** True for one replica until it lets go, or `ms` are over: that one asks Odoo, the others wait for what it keeps. */
  claim(key: string, tag: string, ms: number): Promise<boolean>;
  letGo(key: string, tag: string): Promise<void>;
  /** Whether somebody has claimed the key. */
  isClaimed(key: string, tag: string): Promise<boolean>;
  /** Forgets everything in this part, on every replica. */
  drop(): Promise<void>;
}

/** How long an unused tag stays, in ms: longer than any answer. */
const TAG_MS = 2 * 86_400_000;

/** Larger answers stay in the replica that asked: to carry them to and fro costs more than asking. */
const MOST_BYTES = 1024 * 1024;

/** A cache in Redis, sealed like the Store. */
export function sharedCache({ redis, secret }: { redis: Redis; secret: string }): SharedCache {
  const envelope = createEnvelope(secret, "cache");
  envelope.catch(() => {}); // told to whoever asks
  return { part: (about) => makePart(redis, envelope, about), close: () => redis.close() };
}

function makePart(redis: Redis, envelope: ReturnType<typeof createEnvelope>, about: string): CachePart {
  // What others changed, or this replica could not tell, while Redis was away: everything from before is doubtful.
  let doubtful = false;
  let seen = 0;

  const place = async (kind: string, ...parts: string[]) =>
    `odoo-mcp:${await (await envelope).name(`${kind}:${JSON.stringify([about, ...parts])}`)}`;
  const tagPlace = place("tag");
  tagPlace.catch(() => {});

  /** Runs what may fail; the answer is undefined then. */
  const attempt = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch {
      return undefined;
    }
  };

  const renew = async (): Promise<string | null> => {
    const fresh = crypto.randomUUID();
    const done = await attempt(async () => await redis.run("SET", await tagPlace, fresh, "PX", String(TAG_MS)));
    doubtful = done === undefined;
    return doubtful ? null : fresh;
  };

  /** The first tag, the same for all who find none at the same moment. */
  const begin = async (): Promise<string | null> => {
    const found = await attempt(async () => {
      const at = await tagPlace;
      await redis.run("SET", at, crypto.randomUUID(), "PX", String(TAG_MS), "NX");
      return await redis.run("GET", at);
    });
    return found instanceof Uint8Array ? new TextDecoder().decode(found) : null;
  };

  return {
    async tag() {
      if (doubtful) return await renew();
      const found = await attempt(async () => await redis.run("GET", await tagPlace));
      if (found === undefined) return null;
      const missed = seen !== 0 && seen !== redis.connections;
      seen = redis.connections;
      // Remembered, so that those who ask meanwhile don't trust the tag from before either.
      if (missed) doubtful = true;
      if (doubtful) return await renew();
      if (found instanceof Uint8Array) return new TextDecoder().decode(found);
      return await begin();
    },
    get: async (key, tag) =>
      await attempt(async () => {
        const name = await place("cache", tag, key);
        const found = await redis.run("GET", name);
        return found instanceof Uint8Array ? await (await envelope).open(found, name) ?? undefined : undefined;
      }),
    async put(key, tag, value, ttlMs) {
      await attempt(async () => {
        const name = await place("cache", tag, key);
        const sealed = await (await envelope).seal(value, name);
        if (sealed.length <= MOST_BYTES) await redis.run("SET", name, sealed, "PX", String(ttlMs));
      });
    },
    claim: async (key, tag, ms) =>
      await attempt(async () => await redis.run("SET", await place("claim", tag, key), "1", "PX", String(ms), "NX")) !==
        null,
    letGo: async (key, tag) => void await attempt(async () => await redis.run("DEL", await place("claim", tag, key))),
    isClaimed: async (key, tag) =>
      await attempt(async () => await redis.run("EXISTS", await place("claim", tag, key))) === 1,
    drop: async () => void await renew(),
  };
}
