import { Failure } from "../failure.ts";
import type { Json } from "../json.ts";
import { type Redis, RedisRefusal, type Reply } from "../redis.ts";
import { createEnvelope, type Envelope } from "./envelope.ts";
import { full } from "./memory.ts";
import { roomFor, type Store } from "./store.ts";

/** In front of every name, so that others may use the same database. */
const PREFIX = "odoo-mcp:";

/** Removes a value, unless another has taken its place. Sealed twice, the same value differs. */
const TAKE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
const MOST_UNSURE = 1_000;

/**
 * A Store in Redis that replicas share. Values are sealed (AES-256-GCM) and keys hashed, so that Redis and whoever may read
 * it learn nothing. Time is Redis' own. How much fits is Redis' `maxmemory`; it must not evict (`noeviction`).
 */
export function redisStore({ redis, secret }: { redis: Redis; secret: string }): Store {
  // A command that a hanging Redis gets may still be run when it goes on, though whoever sent it was told that it was not.
  const unsure = new Map<string, Uint8Array>();
  let made: Promise<Envelope> | undefined;
  const envelope = () => made ??= createEnvelope(secret, "store");

  const run = async (...command: (string | Uint8Array)[]): Promise<Reply> => {
    for (const [place, sealed] of unsure) {
      await ask(() => redis.run("EVAL", TAKE_BACK, "1", place, sealed));
      unsure.delete(place);
    }
    return await ask(() => redis.run(...command));
  };

  const write = async (key: string, value: Json, ttlMs: number, ...condition: string[]): Promise<Reply> => {
    const { name, seal } = await envelope();
    const place = PREFIX + await name(key);
    const sealed = await seal(value, place);
    await refuseImageTooMany(redis, key, sealed.length);
    try {
      return await run("SET", place, sealed, "PX", String(Math.max(1, Math.ceil(ttlMs))), ...condition);
    } catch (error) {
      if (condition.length > 0 && unsure.size < MOST_UNSURE) unsure.set(place, sealed);
      throw error;
    }
  };

  return {
    lasting: true,
    async get(key) {
      const { name, open } = await envelope();
      const place = PREFIX + await name(key);
      const found = await run("GET", place);
      return found instanceof Uint8Array ? await open(found, place) : null;
    },
    put: async (key, value, ttlMs) => void await write(key, value, ttlMs),
    putNew: async (key, value, ttlMs) => await write(key, value, ttlMs, "NX") !== null,
    delete: async (key) => void await run("DEL", PREFIX + await (await envelope()).name(key)),
    close: () => redis.close(),
  };
}

/** Before-images may fill half of what Redis may hold, so that they never keep plans and results out. */
async function refuseImageTooMany(redis: Redis, key: string, bytes: number): Promise<void> {
  if (roomFor(key, 1) === 1) return;
  const info = await ask(() => redis.run("INFO", "memory")).catch((error: unknown) => {
    if (error instanceof Failure && error.details["refusal"] === "NOPERM") return null;
    throw error;
  });
  const text = info instanceof Uint8Array ? new TextDecoder().decode(info) : "";
  const number = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, "m").exec(text)?.[1] ?? 0);
  const most = number("maxmemory");
  if (most > 0 && number("used_memory") + bytes > roomFor(key, most)) throw full();
}

async function ask(run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof RedisRefusal)) throw error;
    const refusal = /^[A-Z]+/.exec(error.message)?.[0] ?? "";
    if (refusal === "OOM") throw full();
    throw new Failure("E014", `Cannot use the store of this server: Redis refuses (${refusal})`, {
      hint: "Whoever runs this server finds what Redis lets it do in Redis' own settings (ACL).",
      retryable: true,
      details: { refusal },
      cause: error,
    });
  }
}

/** What is wrong with a Redis as a Store, by what it says about itself; empty where all is well. */
export function storeProblems(info: string): string[] {
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
  const policy = field("maxmemory_policy");
  const problems = [];
  if (policy !== undefined && policy !== "noeviction") {
    problems.push(
      `its Redis forgets values when memory runs short (maxmemory-policy ${policy}): a plan could work twice, ` +
        "a change could not be undone. Set it to noeviction, and keep caches in another Redis",
    );
  }
  if (field("aof_enabled") === "0") {
    problems.push(
      "its Redis keeps no log of its changes (appendonly no): used plans and first results of the last minutes are " +
        "forgotten when it restarts. Set appendonly to yes",
    );
  }
  return problems;
}
