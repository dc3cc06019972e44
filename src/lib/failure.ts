import type { JsonObject } from "./json.ts";

/** Every error code a client can see, with its kind. The table of `surface.md` §1, in one place. */
export const FAILURE_KINDS = {
  E001: "CONNECTION_ERROR",
  E002: "AUTHENTICATION_ERROR",
  E003: "PERMISSION_ERROR",
  E004: "VALIDATION_ERROR",
  E005: "NOT_FOUND",
  E006: "RATE_LIMIT",
  E007: "TIMEOUT",
  E008: "CONFLICT",
  E009: "UNCERTAIN",
  E010: "CONFIRMATION_REQUIRED",
  E011: "POLICY",
  E012: "TOO_LARGE",
  E013: "UNSUPPORTED",
  E014: "BUSY",
  E999: "UNKNOWN",
} as const;

/** A code of {@link FAILURE_KINDS}. */
export type FailureCode = keyof typeof FAILURE_KINDS;

/** What makes up a {@link Failure} beside its code and message. */
export interface FailureOptions {
  /** What to do next, in one or two sentences, for the agent and the person behind it. */
  hint?: string;
  /** Whether the same request may succeed later without any change. Default: false. */
  retryable?: boolean;
  /** Facts for programs: the leaf, the closest names, `retry_after_s`. Never secrets, tracebacks or paths. */
  details?: JsonObject;
  /**
   * Whether Odoo may have carried the call out: `"no"` (it surely did not: refused, rolled back, never left) or
   * `"unknown"` (the request left and no answer told). Decides whether a write may be sent again. Default: `"no"`.
   */
  applied?: "no" | "unknown";
  /** The original error, for the log only. */
  cause?: unknown;
}

/** The only error that crosses a room. Its message, hint and details are safe to show to any client. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly hint: string;
  readonly retryable: boolean;
  readonly details: JsonObject;
  readonly applied: "no" | "unknown";

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? "";
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
    this.applied = options.applied ?? "no";
  }

  /** The kind that belongs to the code, e.g. `VALIDATION_ERROR`. */
  get kind(): string {
    return FAILURE_KINDS[this.code];
  }

  /** The shape clients get: `{ code, kind, message, hint, retryable, details }`. */
  toJSON(): JsonObject {
    const { code, kind, message, hint, retryable, details } = this;
    return { code, kind, message, hint, retryable, details };
  }
}
