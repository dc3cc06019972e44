import type { Effect, Wrap } from "../odoo/mod.ts";
import { Failure } from "../lib/failure.ts";

/** What a tool says it does at most. */
export type Access = "read" | "write" | "destroy" | "act";

const EFFECTS: Record<Access, readonly Effect[]> = {
  read: ["read"],
  write: ["read", "write"],
  destroy: ["read", "write"],
  act: ["read", "write", "act"],
};

/**
 * Refuses every Call beyond what the tool declared (`E011`), whatever its code does: a tool declared `read` can't write,
 * even through a bug.
 */
export function withAccess(access: Access): Wrap {
  return (next) => (call, signal) => {
    if (EFFECTS[access].includes(call.effect)) return next(call, signal);
    return Promise.reject(
      new Failure("E011", `Cannot call ${call.model}.${call.method}: the tool may only ${access}`, {
        hint: "Use the tool that is made for this change.",
        details: { rule: "access", access, effect: call.effect },
      }),
    );
  };
}
