import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
} from "cockatiel";
import { Failure } from "../lib/failure.ts";
import type { Wrap } from "./call.ts";

/** `closed`: calls pass · `open`: refused at once · `half-open`: one call tries whether Odoo is back. */
export type CircuitName = "closed" | "open" | "half-open";

/** When an Instance counts as down, and how soon it is tried again. */
export interface CircuitOptions {
  /** Name of the Instance, for messages. */
  instance: string;
  /** So many outages in a row, without one answer between them, open the circuit. Default 5. */
  failures?: number;
  /** How long it first stays open; each failed try doubles it. Default 5,000 ms. */
  openMs?: number;
  /** The longest it stays open. Default 30,000 ms. */
  maxOpenMs?: number;
  /** Told at each change. */
  onState?: (state: CircuitName) => void;
}

/**
 * Stops asking an Odoo that does not answer: after some outages in a row calls fail at once with `E014` and
 * `retry_after_s`, until one call that tries is answered. Any answer counts as one, an error of Odoo's own included;
 * a cancelled call counts as nothing. One state per wrap: make it once per Instance.
 */
export function withCircuit(options: CircuitOptions): Wrap {
  const { instance, failures = 5, openMs = 5000, maxOpenMs = 30_000, onState } = options;
  let retryAt = 0;
  let last = "";

  const circuit = circuitBreaker(
    // While half open, a cancelled try must not close the circuit, so it counts as failed there.
    handleWhen((error) => isOutage(error) || (isCancelled(error) && circuit.state === CircuitState.HalfOpen)),
    {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: new DelegateBackoff(({ attempt }) => {
        const ms = Math.min(maxOpenMs, openMs * 2 ** (attempt - 1));
        retryAt = Date.now() + ms;
        return ms;
      }),
    },
  );
  circuit.onStateChange((state) => onState?.(NAMES[state]));

  const busy = (seconds: number) =>
    new Failure("E014", `Cannot ask Odoo (${instance}): it did not answer the last calls. ${last}`.trimEnd(), {
      hint: `It is tried again in ${seconds} s. If it stays so, check that Odoo runs and can be reached.`,
      retryable: true,
      details: { retry_after_s: seconds },
    });

  return (next) => async (call, signal) => {
    // The library would let others wait, without a deadline, for the call that tries.
    if (circuit.state === CircuitState.HalfOpen) throw busy(1);
    try {
      const outcome = await circuit.execute(async () => {
        try {
          return { value: await next(call, signal) };
        } catch (error) {
          if (!(error instanceof Failure) || isOutage(error) || isCancelled(error)) throw error;
          return { error };
        }
      }, signal);
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw busy(Math.max(1, Math.ceil((retryAt - Date.now()) / 1000)));
      // The next to hear it may be another caller: a time-out names the model that was asked.
      if (isOutage(error)) last = error.code === "E001" ? error.message : "There was no answer in time.";
      throw error;
    }
  };
}

const NAMES: Record<CircuitState, CircuitName> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.Open]: "open",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Isolated]: "open",
};

/**
 * Not reached, or no answer in time. A wrong database is `E001` and a query that PostgreSQL gave up `E007` as well, but
 * those are answers, and not retryable.
 */
function isOutage(error: unknown): error is Failure {
  if (!(error instanceof Failure) || isCancelled(error)) return false;
  return error.retryable && (error.code === "E001" || error.code === "E007");
}

function isCancelled(error: unknown): boolean {
  return error instanceof Failure && error.details["cancelled"] === true;
}
