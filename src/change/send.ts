import { Failure } from "../lib/failure.ts";
import type { Json } from "../lib/json.ts";
import type { CallOptions, Odoo } from "../odoo/mod.ts";

/** A Call that changes something. */
export interface Change extends CallOptions {
  model: string;
  method: string;
  effect: "write" | "act";
  /** What to look at when it is unknown whether it happened, as an instruction to an agent. */
  check: string;
}

/**
 * Sends a change, once. When no answer tells whether it happened, the Failure is `E009` with what to check: a second send
 * could do it twice.
 */
export async function send(odoo: Odoo, { model, method, check, ...options }: Change): Promise<Json> {
  try {
    return await odoo.call(model, method, options);
  } catch (error) {
    if (error instanceof Failure && isUncertain(error)) throw uncertain(error, model, method, check);
    throw error;
  }
}

/** Whether a change that failed so may have happened all the same. */
export function isUncertain(failure: Failure): boolean {
  return failure.code === "E009" || failure.applied === "unknown";
}

/** The `E009` for a change whose answer was lost; `check` says what to look at. */
export function uncertain(failure: Failure, model: string, method: string, check: string): Failure {
  const said = failure.code === "E009";
  return new Failure(
    "E009",
    said ? failure.message : `Cannot tell whether ${model}.${method} happened: ${failure.message}`,
    {
      hint: `${check} Repeat only what is missing.`,
      details: { ...failure.details, model, method, check },
      applied: "unknown",
      cause: failure,
    },
  );
}
