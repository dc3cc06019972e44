import { Failure, type FailureCode } from "../lib/failure.ts";
import type { Json } from "../lib/json.ts";

/** What a refusal tells beside the place and the reason. */
export interface Refusal {
  /** Default `E004`. */
  code?: FailureCode;
  /** The closest valid names; the hint asks for them. */
  near?: string[];
  /** What to do instead. */
  hint?: string;
  /** More facts for programs. */
  details?: { [key: string]: Json };
}

/**
 * Refuses a part of the input: "Cannot use domain[2]: …". The place, the reason and the closest names stand in `details`
 * too.
 */
export function refuse(
  at: string,
  reason: string,
  { code = "E004", near = [], hint = "", details = {} }: Refusal = {},
): never {
  throw new Failure(code, `Cannot use ${at}: ${reason}.`, {
    hint: [near.length === 0 ? "" : `Did you mean ${near.join(", ")}?`, hint].filter((part) => part !== "").join(" "),
    details: { at, reason, ...(near.length > 0 && { closest: near }), ...details },
  });
}

/** The same refusal with a word more in its hint; other errors pass as they are. */
export function withHint(error: unknown, more: string): unknown {
  if (!(error instanceof Failure) || error.code !== "E004") return error;
  return new Failure(error.code, error.message, {
    hint: `${error.hint} ${more}`.trimStart(),
    details: error.details,
    cause: error.cause,
  });
}
