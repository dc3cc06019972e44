import { within } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Call, Wrap } from "./call.ts";

/** How long a Call may take in all, its waits in the queue and between attempts included. Milliseconds. */
export interface Deadlines {
  /** For reads. The setting `limits.read_ms`, 30,000. */
  readMs: number;
  /**
   * For writes and acts. The setting `limits.write_ms`, 50,000: Odoo itself retries a contended write for up to 45 s
   * before it answers, and clients give up at 60 s.
   */
  writeMs: number;
}

/**
 * Ends a Call at its deadline: the next layer gets a signal that aborts then (or with the caller's), and whose reason
 * is a `Failure` `E007`. For a write that reason says `applied: "unknown"`, which is wrong only on the safe side: a
 * layer that knows that nothing had left (the queue, the wait before another attempt) answers with `"no"` itself.
 */
export function withDeadline(deadlines: Deadlines): Wrap {
  return (next) => async (call, signal) => {
    const applied = call.effect === "read" ? "no" : "unknown";
    const ms = deadlineOf(call, deadlines);
    const late = () => noAnswer(call, ms, applied);
    return await within({ signal, ms, late, applied }, (limited) => next(call, limited));
  };
}

/** The milliseconds that a Call may take in all. */
export function deadlineOf(call: Call, { readMs, writeMs }: Deadlines): number {
  return call.effect === "read" ? readMs : writeMs;
}

function noAnswer(call: Call, ms: number, applied: "no" | "unknown"): Failure {
  const hint = call.model === "common"
    ? "Check that Odoo runs and is not overloaded, and the host and port in odoo.url."
    : call.effect === "read"
    ? "Ask for less (fewer fields, a narrower domain, a lower limit), or try again later."
    : "Nothing was changed. Try again later.";
  return new Failure("E007", `Cannot finish ${call.model}.${call.method}: no answer within ${ms / 1000} s.`, {
    hint,
    retryable: true,
    applied,
    details: { deadline_s: ms / 1000 },
  });
}
