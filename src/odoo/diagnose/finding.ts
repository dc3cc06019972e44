import { within } from "../../lib/abort.ts";
import { Failure } from "../../lib/failure.ts";

/** `warning` works today but should be looked at; `skipped` does not apply here, or can't be told. */
export type Verdict = "ok" | "warning" | "failed" | "skipped";

/** What one step found. */
export interface Finding {
  /** `dns`, `tcp`, `tls`, `login`, `rights on sale.order`, … */
  name: string;
  verdict: Verdict;
  /** How long it took. */
  ms: number;
  message: string;
  /** What to do; "" for nothing. */
  hint: string;
  /** Names of people, companies and keys in the message, which a report for strangers leaves out. */
  names: string[];
}

/** What a step answers: its message alone where all is well. */
export type Answer = string | (Pick<Finding, "message"> & Partial<Omit<Finding, "name" | "ms">>);

/** Runs one step. Never rejects for a `Failure`: that is a finding. */
export async function attempt(
  name: string,
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Finding> {
  const started = performance.now();
  const late = () =>
    new Failure("E007", `Cannot finish: no answer within ${ms / 1000} s.`, {
      hint: "Check that Odoo is not overloaded, and firewalls on the way.",
    });
  const finding = (answer: Exclude<Answer, string>): Finding => {
    return { name, verdict: "ok", ms: Math.round(performance.now() - started), hint: "", names: [], ...answer };
  };
  try {
    const answer = await within({ signal, ms, late }, run);
    return finding(typeof answer === "string" ? { message: answer } : answer);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return finding({ verdict: "failed", message: error.message, hint: error.hint });
  }
}

/** Waits for something that knows no signal; `drop` disposes of what still comes after nobody waits any more. */
export async function orAbort<T>(signal: AbortSignal, work: Promise<T>, drop: (value: T) => void): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } catch (error) {
    work.then(drop, () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
