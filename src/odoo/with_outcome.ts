import { Failure } from "../lib/failure.ts";
import type { Call, Execute } from "./call.ts";

/**
 * Says it plainly when a write or act may have happened: whatever fails without a certain "no" becomes `E009`, with a
 * hint to look before repeating. Everything else passes as it is.
 */
export function withOutcome(next: Execute): Execute {
  return async (call, signal) => {
    try {
      return await next(call, signal);
    } catch (error) {
      const certain = call.effect === "read" || (error instanceof Failure && error.applied === "no");
      throw certain ? error : uncertain(call, error);
    }
  };
}

function uncertain(call: Call, error: unknown): Failure {
  if (error instanceof Failure && error.code === "E009") return error;
  const why = error instanceof Failure ? error.message : "the answer could not be read.";
  const details = error instanceof Failure ? error.details : {};
  return new Failure("E009", `Cannot tell whether ${call.model}.${call.method} happened: ${why}`, {
    hint: "Odoo may have carried it out, or may still do so. Read the records first, then repeat only what is missing.",
    applied: "unknown",
    details: { ...details, model: call.model, method: call.method, ...(call.ids && { ids: call.ids }) },
    cause: error,
  });
}
