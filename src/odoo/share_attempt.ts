import { abortFailure } from "../lib/abort.ts";

/**
 * Makes callers at the same moment share one run, and its outcome. Each leaves with its own signal; the run itself is
 * aborted once all have left. Nothing is kept after it: the next caller starts a new run.
 */
export function shareAttempt<T>(run: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let current: { outcome: Promise<T>; control: AbortController; waiting: number } | undefined;

  const start = () => {
    const control = new AbortController();
    const attempt = { outcome: run(control.signal), control, waiting: 0 };
    const end = () => {
      if (current === attempt) current = undefined;
    };
    attempt.outcome.then(end, end);
    return attempt;
  };

  return async (signal) => {
    if (signal.aborted) throw abortFailure(signal);
    const attempt = current ??= start();
    attempt.waiting++;
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(abortFailure(signal));
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([attempt.outcome, left.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      if (--attempt.waiting === 0 && current === attempt) {
        current = undefined;
        attempt.control.abort(signal.reason);
      }
    }
  };
}
