import { FAILURE_KINDS, type FailureCode } from "../../src/lib/failure.ts";
import { page, table } from "./table.ts";

/** When a code comes, and what to do then. */
const CODES: Record<FailureCode, [when: string, next: string]> = {
  E001: [
    "Odoo can't be reached: DNS, refused, TLS, proxy; or no Odoo is configured",
    "`odoo-mcp doctor` names the layer that fails. Nothing was changed.",
  ],
  E002: [
    "Wrong credentials, an expired key, a user with two-factor authentication who needs a key, Odoo's cool-down after wrong passwords",
    "The hint says which. Make an API key in Odoo: Preferences → Account Security → New API Key.",
  ],
  E003: [
    "Odoo refuses: an access right, a record rule or a company",
    "Ask an Odoo administrator for the group that the hint names, or work in another company.",
  ],
  E004: [
    "Arguments that don't fit, or a rule of Odoo's own, whose words are kept",
    "The message names the argument and the closest that would fit; change it and call again.",
  ],
  E005: ["No such model, record, method or report", "Take one of the close names in the message."],
  E006: ["Too many requests, of this server or of Odoo", "Wait `retry_after_s`."],
  E007: ["No answer in time, and nothing can have happened", "Ask for less, or again later."],
  E008: [
    "Changed since it was read, locked, or an idempotency key used for something else",
    "Read again and decide anew.",
  ],
  E009: [
    "A write may or may not have happened, and a look into Odoo could not tell",
    "Check what the message says. With an `idempotency_key` the same call again is that check.",
  ],
  E010: [
    "A confirmation is needed; nothing was changed",
    "Show the plan to the person; when they agree, call again with the same arguments and `plan`.",
  ],
  E011: [
    "This server's own rules refuse: a role, a list, the floor, the sandbox",
    "`odoo-mcp policy explain` says which; an operator decides.",
  ],
  E012: ["Over a limit of size", "The message says which limit, and how to ask for less."],
  E013: ["This Odoo's version, or this credential, can't do that", "The hint says from which version, or with what."],
  E014: ["Too much at once, an Odoo that has just failed, or a disk that holds no audit", "Wait `retry_after_s`."],
  E999: ["A bug, in Odoo or here", "The reference in the message stands in the log, with the cause."],
};

/** Every error code. */
export function errorPage(): string {
  return page(
    "Errors",
    "Every error is a tool result with `isError: true` and one shape: `{ code, kind, message, hint, retryable, details }`. " +
      "`retryable` says whether the same call may succeed later without any change. Codes are public and keep their meaning.",
    table(
      ["code", "kind", "when", "what to do"],
      Object.entries(CODES).map(([code, [when, next]]) => [
        `\`${code}\``,
        `\`${FAILURE_KINDS[code as FailureCode]}\``,
        when,
        next,
      ]),
    ),
  );
}
