import type { Call, Execute } from "../../src/odoo/call.ts";
import { Failure } from "../../src/lib/failure.ts";
import { sleep } from "../../src/lib/abort.ts";
import type { Json } from "../../src/lib/json.ts";

/** A read of partners, changed as told. */
export function read(change: Partial<Call> = {}): Call {
  return {
    model: "res.partner",
    method: "search_read",
    params: { domain: [], fields: ["name"] },
    context: { lang: "en_US" },
    effect: "read",
    origin: "caller",
    ...change,
  };
}

/** A create of a partner, changed as told. */
export function create(change: Partial<Call> = {}): Call {
  return { ...read(), method: "create", params: { vals_list: [{ name: "Ann" }] }, effect: "write", ...change };
}

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** An execute that answers what the script says, one step a call (the last one again and again), and keeps the calls. */
export function scripted(...steps: (Json | Failure)[]): Execute & { calls: Call[] } {
  const calls: Call[] = [];
  const execute: Execute = (call) => {
    const step = steps[Math.min(calls.length, steps.length - 1)]!;
    calls.push(call);
    return step instanceof Failure ? Promise.reject(step) : Promise.resolve(step);
  };
  return Object.assign(execute, { calls });
}

/** An execute whose calls stay open until the test ends them; an aborted one rejects with its signal's reason. */
export function held(): Execute & {
  open: { call: Call; answer: (value: Json) => void; fail: (error: Error) => void }[];
} {
  const open: ReturnType<typeof held>["open"] = [];
  const execute: Execute = (call, signal) =>
    new Promise((answer, fail) => {
      open.push({ call, answer, fail });
      signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    });
  return Object.assign(execute, { open });
}

/** Lets everything that can go on go on. */
export function settle(): Promise<void> {
  return sleep(0, never);
}

/** The Failure a promise rejects with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("Expected a Failure, got an answer");
}

/** Connection refused: it surely never left. */
export const refused = new Failure("E001", "Cannot reach Odoo: connection refused.", { retryable: true });

/** The request left, then the connection broke. */
export const broken = new Failure("E001", "Cannot reach Odoo: connection reset.", {
  retryable: true,
  applied: "unknown",
});
