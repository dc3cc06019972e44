import type { FailureCode } from "../lib/failure.ts";

/** What a code means to a person, and what helps. One entry for each code: the compiler says when one is missing. */
export const CODES: Record<FailureCode, { means: string; helps: string }> = {
  E001: {
    means:
      "Odoo can't be reached, or what answers there is not the Odoo you mean: network, certificate, proxy, database.",
    helps: "odoo-mcp doctor names the layer. Behind a company's proxy set odoo.proxy and odoo.ca_file.",
  },
  E002: {
    means:
      "Odoo does not let this user in: wrong key or password, a key that has ended, a second factor, too many tries.",
    helps: "The hint tells these apart. Make a new API key; after too many tries wait a minute and try once.",
  },
  E003: {
    means: "Odoo itself refuses: the user lacks a group, a record rule hides the record, or it is another company's.",
    helps: "The message names the groups that grant it. Give the user one of them in Odoo, or use another user.",
  },
  E004: {
    means:
      "The arguments do not fit, or a rule of Odoo's business is not met. The message names the place and the reason.",
    helps: "describe_model shows fields and values. Odoo's own sentences are told word for word.",
  },
  E005: {
    means: "There is no such model, record, field or tool here. Close names stand in the hint.",
    helps: "A model whose app is not installed is not there; so is a record that record rules hide.",
  },
  E006: {
    means: "Too many calls: this server's limit for a caller, or Odoo's own.",
    helps: "Wait for retry_after_s. Operators: limits.requests_per_minute, odoo.pace_per_s.",
  },
  E007: {
    means: "No answer in time, and nothing has happened in Odoo.",
    helps:
      "Ask for less, or try again. Operators: limits.read_ms and limits.tool_ms; see the latency in odoo-mcp doctor.",
  },
  E008: {
    means: "Somebody changed the record since it was read, or holds it locked.",
    helps: "Read it again, decide, and write again with the new write_date.",
  },
  E009: {
    means: "A change whose answer was lost. The server has looked, and can't tell whether it happened.",
    helps: "Look in Odoo before you repeat it: the hint says for what. With an idempotency_key repeating is safe.",
  },
  E010: {
    means: "The change wants a confirmation. Nothing has happened yet; the plan says what would.",
    helps: "Call again with plan set to the token, or let a person confirm. In a shell: odoo-mcp call … --yes.",
  },
  E011: {
    means: "This server's own settings refuse it: the mode, a role, a closed model or field. The rule is named.",
    helps:
      "odoo-mcp policy explain CALLER TOOL MODEL says what holds. Only an operator can open it, and not the floor.",
  },
  E012: {
    means: "The answer or the request is larger than a limit.",
    helps: "Ask for fewer fields or records; leave out binaries. Operators: limits.answer_tokens, limits.body_bytes.",
  },
  E013: {
    means: "This version of Odoo, or this way to log in, can't do that.",
    helps: "JSON-2 needs Odoo 19 and an API key; leave odoo.protocol at auto.",
  },
  E014: {
    means: "Too much at once, or Odoo has just failed several times and is left alone for a moment.",
    helps: "Wait for retry_after_s. If it stays, odoo-mcp doctor; an audit that can't be written says so here too.",
  },
  E999: {
    means: "An error inside Odoo or in this program that nobody expected.",
    helps: "The reference stands in the log. Report it with odoo-mcp doctor --report.",
  },
};
