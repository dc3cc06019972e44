import { compileGlobs } from "../lib/glob.ts";
import { masksOf } from "./masks.ts";
import { decideField } from "./policy.ts";
import type { PolicyRules } from "./rules.ts";

/** What becomes of a field, and by which rule. */
export interface FieldVerdict {
  verdict: "allowed" | "refused" | "hidden" | "masked";
  rule: string;
  why: string;
}

/** What the rules make of one field of a model. */
export function fieldVerdict(rules: PolicyRules, model: string, field: string, how: "read" | "write"): FieldVerdict {
  const closed = decideField(rules, model, field, "read");
  if (closed !== null) return { verdict: "hidden", rule: String(closed.details["rule"]), why: closed.message };
  const written = how === "write" ? decideField(rules, model, field, "write") : null;
  if (written !== null) return { verdict: "refused", rule: String(written.details["rule"]), why: written.message };
  const mask = masksOf(rules)?.of(model, field) ?? null;
  if (mask === null) return { verdict: "allowed", rule: "", why: `${model}.${field} is open` };
  return { verdict: "masked", rule: "fields.mask", why: `${model}.${field} is answered as a pseudonym (${mask.kind})` };
}

/** The patterns that hide or mask fields of a model; families by their name. */
export function rulesAbout({ fields, role }: PolicyRules, model: string): { hidden: string[]; masked: string[] } {
  const concerns = (pattern: string) => {
    const dot = pattern.lastIndexOf(".");
    return dot < 0 || compileGlobs([pattern.slice(0, dot)])(model) !== null;
  };
  const both = (a: readonly string[] = [], b: readonly string[] = []) => [...new Set([...a, ...b])].filter(concerns);
  return { hidden: both(fields.hide, role?.fields.hide), masked: both(fields.mask, role?.fields.mask) };
}
