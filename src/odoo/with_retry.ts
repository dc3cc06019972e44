import { ExponentialBackoff } from "cockatiel";
import { sleep } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Call, Wrap } from "./call.ts";
import { deadlineOf, type Deadlines } from "./with_deadline.ts";

/** When and how often a Call is sent again. */
export interface RetryOptions {
  /** The same deadlines as `withDeadline`'s: no wait is begun that would outlast them. */
  deadlines: Deadlines;
  /** How often a Call is sent at most, the first time included. Default 3. */
  attempts?: number;
  /** Scale of the first wait; the next ones grow exponentially, jittered. Default 200 ms. */
  initialDelayMs?: number;
  /** Longest wait of its own; a `retry_after_s` of Odoo may be longer. Default 5,000 ms. */
  maxDelayMs?: number;
  /** Told before each wait. */
  onRetry?: (call: Call, failure: Failure) => void;
}

/**
 * Sends a Call again after a Failure that may pass: reads always, writes and acts only when Odoo surely did not apply
 * them (`applied: "no"`: connection refused, serialization rolled back, 429). Unknown errors are never retried.
 */
export function withRetry(options: RetryOptions): Wrap {
  const { deadlines, attempts = 3, initialDelayMs = 200, maxDelayMs = 5000, onRetry } = options;
  const backoffs = new ExponentialBackoff({ initialDelay: initialDelayMs, maxDelay: maxDelayMs });

  return (next) => async (call, signal) => {
    const begun = performance.now();
    let backoff = backoffs.next();
    let earlier: Failure | undefined;
    for (let attempt = 1;; attempt++) {
      try {
        return await next(call, signal);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        // The circuit opened between two attempts: what happened before tells more than "busy".
        if (error.code === "E014" && earlier !== undefined) throw earlier;
        if (attempt >= attempts || signal.aborted || !mayRepeat(call, error)) throw error;
        const wait = attempt === 1 && wentStale(call, error) ? 0 : waitFor(error, backoff.duration);
        if (wait >= timeLeft(call, deadlines, begun)) throw error;
        onRetry?.(call, error);
        await sleep(wait, signal);
        backoff = backoff.next(undefined);
        earlier = error;
      }
    }
  };
}

function mayRepeat(call: Call, failure: Failure): boolean {
  // Busy (queue full, circuit open) exists to answer at once.
  if (!failure.retryable || failure.code === "E014") return false;
  return call.effect === "read" || failure.applied === "no";
}

/**
 * A keep-alive socket that a load balancer had dropped: the request left, no answer of any kind came, a fresh socket will
 * do. (A 503 with its Retry-After is an answer.)
 */
function wentStale(call: Call, { code, applied, details }: Failure): boolean {
  return call.effect === "read" && code === "E001" && applied === "unknown" && details["http_status"] === undefined;
}

function waitFor(failure: Failure, backoffMs: number): number {
  const asked = failure.details["retry_after_s"];
  return Math.max(backoffMs, typeof asked === "number" ? asked * 1000 : 0);
}

/**
 * A write is sent again in the first half of its time only: cut off by the deadline, a certain "nothing happened" would
 * turn into "perhaps".
 */
function timeLeft(call: Call, deadlines: Deadlines, begun: number): number {
  const all = deadlineOf(call, deadlines);
  return (call.effect === "read" ? all : all / 2) - (performance.now() - begun);
}
