import { sleep } from "../lib/abort.ts";
import type { Wrap } from "../odoo/mod.ts";

/** Odoo Online asks programs not to make more calls a second than this, and slows down or blocks those that do. */
const ONLINE_PER_S = 1;

/** Calls that may go out at once after a rest: one tool call asks a few things, and the average stays. */
const BURST = 5;

/** Calls a second to the Odoo at this address: what the settings say, or one where it is Odoo Online. 0 is no pace. */
export function paceOf(url: string, set: number | undefined): number {
  if (set !== undefined) return set;
  return /(?:^|\.)odoo\.com$/i.test(new URL(url).hostname.replace(/\.$/, "")) ? ONLINE_PER_S : 0;
}

/** For tests: ms that only grow, and how to wait for some of them. */
export interface PaceClock {
  now(): number;
  sleep: typeof sleep;
}

/**
 * Lets Calls go out at a pace: those too many wait for their turn, in the order they came, or until their signal aborts.
 * Make it once for each Odoo; it stands innermost, so that what is sent again waits as well.
 */
export function withPace(perSecond: number, clock: PaceClock = { now: () => performance.now(), sleep }): Wrap {
  const gapMs = 1000 / perSecond;
  // When the next Call may go out; as far in the past as the burst allows, at most.
  let next = -Infinity;
  return (execute) => async (call, signal) => {
    const time = clock.now();
    const turn = Math.max(next, time - (BURST - 1) * gapMs);
    next = turn + gapMs;
    if (turn > time) await clock.sleep(turn - time, signal);
    return await execute(call, signal);
  };
}
