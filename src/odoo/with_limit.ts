import { abortFailure } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Wrap } from "./call.ts";

/** How many Calls an Instance takes at once, and how many may wait. */
export interface LimitOptions {
  /** In flight at most. The setting `odoo.max_connections`, 4: more only lengthens Odoo's answers. */
  active: number;
  /** Waiting at most, all callers together. The setting `limits.queue`. */
  waiting: number;
  /** Told at each change. */
  onChange?: (active: number, waiting: number) => void;
}

interface Waiter {
  start: () => void;
  refuse: (failure: Failure) => void;
}

/**
 * Keeps an Instance's load within bounds and shares it fairly: free slots go round the callers, whoever has the most
 * waiting is refused first when the queue is full (`E014` with `retry_after_s`). A waiter whose signal aborts leaves,
 * and nothing has happened. Make it once per Instance; the answer gives each caller its wrap.
 */
export function withLimit(options: LimitOptions): (caller: string) => Wrap {
  const lines = new Map<string, Waiter[]>();
  let active = 0;
  let waiting = 0;
  let meanMs = 500; // How long a slot is held, smoothed: only for an honest retry_after_s.
  const changed = () => options.onChange?.(active, waiting);

  const full = () => {
    const seconds = Math.max(1, Math.ceil((meanMs * waiting) / options.active / 1000));
    return new Failure("E014", `Cannot ask Odoo now: ${active} calls are in flight and ${waiting} wait.`, {
      hint: `Try again in about ${seconds} s, with fewer calls at once.`,
      retryable: true,
      details: { retry_after_s: seconds },
    });
  };

  const remove = (caller: string, waiter: Waiter) => {
    const line = lines.get(caller);
    const at = line?.indexOf(waiter) ?? -1;
    if (line === undefined || at < 0) return;
    line.splice(at, 1);
    if (line.length === 0) lines.delete(caller);
    waiting--;
  };

  /** Makes room in a full queue, at the cost of the caller with the longest line, unless that is who asks. */
  const makeRoom = (caller: string): boolean => {
    if (waiting < options.waiting) return true;
    const [longest, line] = [...lines].reduce((a, b) => b[1].length > a[1].length ? b : a, ["", []]);
    const newest = line.at(-1);
    if (newest === undefined || line.length <= (lines.get(caller)?.length ?? 0) + 1) return false;
    const failure = full();
    remove(longest, newest);
    newest.refuse(failure);
    return true;
  };

  const enter = (caller: string, signal: AbortSignal): Promise<void> | void => {
    if (signal.aborted) throw abortFailure(signal);
    if (active < options.active) {
      active++;
      return changed();
    }
    if (!makeRoom(caller)) throw full();
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => () => {
        signal.removeEventListener("abort", leave);
        then();
      };
      const waiter: Waiter = { start: settle(resolve), refuse: (failure) => settle(() => reject(failure))() };
      const leave = () => {
        remove(caller, waiter);
        changed();
        reject(abortFailure(signal));
      };
      signal.addEventListener("abort", leave, { once: true });
      const line = lines.get(caller);
      if (line === undefined) lines.set(caller, [waiter]);
      else line.push(waiter);
      waiting++;
      changed();
    });
  };

  const exit = (heldMs: number) => {
    meanMs += (heldMs - meanMs) / 8;
    const [turn] = lines;
    if (turn === undefined) active--;
    else {
      const [caller, line] = turn;
      const waiter = line[0]!;
      remove(caller, waiter);
      // To the back of the round, if more of the caller's wait.
      if (lines.delete(caller)) lines.set(caller, line);
      waiter.start();
    }
    changed();
  };

  return (caller) => (next) => async (call, signal) => {
    await enter(caller, signal);
    const begun = performance.now();
    try {
      // A waiter whose turn came in the same moment as its signal's end: nothing has left yet.
      if (signal.aborted) throw abortFailure(signal);
      return await next(call, signal);
    } finally {
      exit(performance.now() - begun);
    }
  };
}
