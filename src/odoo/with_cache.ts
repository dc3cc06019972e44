import { LRUCache } from "lru-cache";
import { abortFailure } from "../lib/abort.ts";
import { canonicalJson, isObject, type Json } from "../lib/json.ts";
import type { CachePart } from "../lib/shared_cache.ts";
import { askTogether } from "./ask_together.ts";
import type { Call, Execute, Wrap } from "./call.ts";

/** What a cache holds, how long, and what empties it. */
export interface CacheOptions {
  /** How long an answer is kept, in milliseconds. 0 keeps none; alike reads in flight at once still share one. */
  ttlMs: number;
  /** So many answers at most; the least recently used leaves first. */
  maxEntries: number;
  /** Which reads it is for; the others pass. */
  holds: (call: Call) => boolean;
  /** Which writes and acts empty it, when they begin and when they end. */
  droppedBy: (call: Call) => boolean;
  /** Answer one frozen value to everyone instead of a copy each: for big values that are only looked at. */
  frozen?: boolean;
  /** Where replicas share answers; only used where answers are kept at all. */
  shared?: CachePart | undefined;
  /** Whether answers of this process are good enough while the replicas can't share theirs. */
  alone?: boolean;
  /** Told for each read it holds: answered from what was `kept`, `shared` with a read in flight, or asked of `odoo`. */
  onAnswer?: (from: "kept" | "shared" | "odoo") => void;
}

interface Flight {
  answer: Promise<Json>;
  waiters: number;
  /** Ends the request: nobody waits for it any more. */
  end: (reason: unknown) => void;
}

/**
 * Keeps answers of reads and lets alike reads in flight at once share one request. Alike means the same canonical JSON
 * of model, method, ids, parameters and context (and so language and companies); make one wrap per Instance and Odoo
 * user, so that those are part of the key too.
 *
 * Only successful answers are kept. A caller who aborts leaves; the request ends with the last one. Who joins a request
 * in flight shares its deadline and its Failure. A read that began before a write ended is neither kept nor joined
 * after it, not by another replica either. `cache: "never"` passes by all of it.
 */
export function withCache(options: CacheOptions): Wrap {
  const kept = options.ttlMs > 0 && options.maxEntries > 0
    // A resolution of 0 looks at the clock each time; the default starts a timer for each look.
    ? new LRUCache<string, { value: Json; tag: string }>({
      max: options.maxEntries,
      ttl: options.ttlMs,
      ttlResolution: 0,
    })
    : null;
  const shared = kept === null ? undefined : options.shared;
  const flights = new Map<string, Flight>();
  let generation = 0;

  const drop = () => {
    generation++;
    kept?.clear();
    flights.clear();
  };

  const give = (value: Json) => options.frozen ? value : structuredClone(value);

  const takeOff = (key: string, tag: string | null, call: Call, next: Execute): Flight => {
    const mine = generation;
    const control = new AbortController();
    const name = flightOf(key, tag);
    const ask = () => next(call, control.signal);
    const asked = shared === undefined || tag === null
      ? ask()
      : askTogether(shared, { key, tag, ttlMs: options.ttlMs }, control.signal, ask);
    const flight: Flight = {
      waiters: 0,
      end: (reason) => {
        if (flights.get(name) === flight) flights.delete(name);
        control.abort(reason);
      },
      answer: asked.then((value) => {
        if (options.frozen) freeze(value);
        if (mine === generation && (tag !== null || options.alone)) {
          kept?.set(key, { value: give(value), tag: tag ?? "" });
        }
        return value;
      }).finally(() => {
        if (flights.get(name) === flight) flights.delete(name);
      }),
    };
    flights.set(name, flight);
    return flight;
  };

  const change = async (call: Call, signal: AbortSignal, next: Execute): Promise<Json> => {
    drop();
    if (shared !== undefined) await shared.drop();
    try {
      return await next(call, signal);
    } finally {
      drop();
      if (shared !== undefined) await shared.drop();
    }
  };

  return (next) => async (call, signal) => {
    if (call.effect !== "read" && options.droppedBy(call)) return await change(call, signal, next);
    if (call.effect !== "read" || call.cache === "never" || !options.holds(call)) return await next(call, signal);
    if (signal.aborted) throw abortFailure(signal);
    const key = keyOf(call);
    let tag: string | null = "";
    if (shared !== undefined) {
      // Asked before anything else: what is read from now on belongs to it.
      tag = await shared.tag();
      if (signal.aborted) throw abortFailure(signal);
    }
    const found = kept?.get(key);
    if (found !== undefined && (found.tag === tag || (tag === null && options.alone))) {
      options.onAnswer?.("kept");
      return give(found.value);
    }
    const joined = flights.get(flightOf(key, tag));
    options.onAnswer?.(joined === undefined ? "odoo" : "shared");
    const answer = await join(joined ?? takeOff(key, tag, call, next), signal);
    return joined === undefined ? answer : give(answer);
  };
}

/** Waits for a flight as one of several; the last to leave ends it. */
function join(flight: Flight, signal: AbortSignal): Promise<Json> {
  flight.waiters++;
  return new Promise((resolve, reject) => {
    const leave = () => {
      const failure = abortFailure(signal);
      if (--flight.waiters === 0) flight.end(failure);
      reject(failure);
    };
    signal.addEventListener("abort", leave, { once: true });
    flight.answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** A read of before another replica's change is not joined after it. */
function flightOf(key: string, tag: string | null): string {
  return `${tag} ${key}`;
}

function keyOf({ model, method, ids, params, context }: Call): string {
  return canonicalJson([model, method, ids ?? null, params, context]);
}

function freeze(value: Json): void {
  if (!Array.isArray(value) && !isObject(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
