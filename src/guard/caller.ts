import type { PolicyRules } from "./policy.ts";

/** What a caller may do at most: look, or also change things. */
export type Role = "reader" | "writer";

/** Who asks. */
export interface Caller {
  /** Stable and safe to log: `local`, or the name of an API key. Plans and audit lines are bound to it. */
  id: string;
  /** Through this process's own stdin, or over HTTP. */
  kind: "local" | "http";
  role: Role;
}

/** The person at the keyboard who started the server over stdio. */
export const LOCAL_CALLER: Caller = { id: "local", kind: "local", role: "writer" };

const readOnly = new WeakMap<PolicyRules, PolicyRules>();

/** The rules as they apply to one caller: a reader only reads, whatever the mode. */
export function rulesFor(rules: PolicyRules, caller: Caller): PolicyRules {
  if (caller.role === "writer") return rules;
  // The same rules in give the same rules out, because what is compiled from them is kept by identity.
  let made = readOnly.get(rules);
  if (made === undefined) readOnly.set(rules, made = { ...rules, mode: "read-only" });
  return made;
}
