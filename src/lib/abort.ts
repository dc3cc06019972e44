import { Failure } from "./failure.ts";

/**
 * What an aborted signal means to whoever waited on it: its reason when that is a {@link Failure}, else a cancellation
 * (`E007`, `details.cancelled`). `applied` is for the one who asks to say, because only the waiter knows what had left.
 */
export function abortFailure(signal: AbortSignal, applied: "no" | "unknown" = "no"): Failure {
  const reason: unknown = signal.reason;
  if (!(reason instanceof Failure)) {
    return new Failure("E007", "Cannot finish: the request was cancelled.", {
      retryable: true,
      applied,
      details: { cancelled: true },
      cause: reason,
    });
  }
  if (reason.applied === applied) return reason;
  const { code, message, hint, retryable, details, cause } = reason;
  return new Failure(code, message, { hint, retryable, details, applied, cause });
}

/** Waits that many milliseconds. Rejects with {@link abortFailure} as soon as the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFailure(signal));
    const stop = () => {
      clearTimeout(timer);
      reject(abortFailure(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** How {@link within} ends what takes too long. */
export interface Within {
  /** The caller's signal, obeyed as well. */
  signal: AbortSignal;
  ms: number;
  /** Makes the Failure that the deadline aborts with. */
  late: () => Failure;
  /** What the signal's reason says about what may have happened. Default `no`. */
  applied?: "no" | "unknown";
}

/** Runs something with a signal that aborts with the caller's, or when its time is up. Leaves no timer behind. */
export async function within<T>(limits: Within, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, ms, late, applied = "no" } = limits;
  if (signal.aborted) throw abortFailure(signal);
  const control = new AbortController();
  const cancel = () => control.abort(abortFailure(signal, applied));
  const timer = setTimeout(() => control.abort(late()), ms);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await run(control.signal);
  } catch (error) {
    throw control.signal.aborted && !(error instanceof Failure) ? control.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}
