import { sleep } from "../lib/abort.ts";

/** Refusals that are answered at once after a rest: as many as clients make that find out how to get in. */
const BURST = 30;

/** Beyond that, so long between two of them, in ms. */
const GAP_MS = 5;

/** So long does nobody wait longer, in ms: a client refused meanwhile for a good reason hears of it. */
const MOST_MS = 1_000;

/** For tests: ms that only grow, and how to wait for some of them. */
export interface RefusalClock {
  now(): number;
  sleep: typeof sleep;
}

/**
 * Answers refusals at a pace. Whoever is refused and asks again at once would else keep the server busy with saying no:
 * thousands a second from one machine. Waiting costs a timer.
 */
export function createSlowRefusal(
  clock: RefusalClock = { now: () => performance.now(), sleep },
): (response: Response, signal: AbortSignal) => Promise<Response> {
  let next = -Infinity;
  return async (response, signal) => {
    if (response.status < 400 || response.status >= 500) return response;
    const now = clock.now();
    const turn = Math.max(next, now - BURST * GAP_MS);
    next = Math.min(turn + GAP_MS, now + MOST_MS);
    if (turn > now) await clock.sleep(turn - now, signal).catch(() => {});
    return response;
  };
}
