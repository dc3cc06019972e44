/**
 * What may fail, and why. The suite wants the whole list in `--expected-failures`; `judge` is stricter: a failed check
 * must also say what is expected of it, and scenarios that the suite does not score count as well.
 */
import { type Check, failed } from "./suite.ts";

export interface ExpectedFailure {
  reason: string;
  /** What each failed check says; anything else is a failure that nobody expected. */
  says: RegExp;
  /** `scenario`, or `scenario:check` where the other checks of the scenario must pass. */
  entries: string[];
}

/**
 * Compares the failed checks with what may fail: `unexpected` holds the ones that may not, `stale` the entries that
 * pass by now and have to go from the list.
 */
export function judge(checks: Check[], expected: ExpectedFailure[]): { unexpected: string[]; stale: string[] } {
  const wrong = checks.filter(failed);
  const covers = (entry: string, { scenario, id }: Check) => entry === scenario || entry === `${scenario}:${id}`;
  return {
    unexpected: wrong
      .filter((check) =>
        !expected.some(({ entries, says }) => entries.some((entry) => covers(entry, check)) && says.test(check.message))
      )
      .map(({ scenario, id, message }) => `${scenario}:${id}: ${message}`),
    stale: expected.flatMap(({ entries }) => entries)
      .filter((entry) => !wrong.some((check) => covers(entry, check))),
  };
}

const NO_TASKS: ExpectedFailure = {
  reason: "The extension io.modelcontextprotocol/tasks is optional and not offered; the suite does not score it",
  says: new RegExp([
    "^Unknown tool ",
    "^Tool \\w+ not found$",
    "^Not testable: no task was created",
    "^capabilities.extensions MUST be advertised$",
    "^tasks/get MUST return -32021; got -32601",
    "^expected -32602; got -32601",
    "^routing-task fixture from Check 2 unavailable",
    "returned error code -32602; spec requires -32021",
  ].join("|")),
  entries: [
    "tasks-lifecycle",
    "tasks-capability-negotiation",
    "tasks-wire-fields",
    "tasks-request-state-removal",
    "tasks-mrtr-input",
    "tasks-request-headers",
    "tasks-dispatch-and-envelope",
    "tasks-required-task-error",
    "tasks-mrtr-composition",
  ],
};

/** The fixtures, suite 0.1.16. */
export const FIXTURES_STABLE: ExpectedFailure[] = [];

/** The fixtures, revision 2025-11-25. */
export const FIXTURES_LEGACY: ExpectedFailure[] = [];

/** The fixtures, revision 2026-07-28. */
export const FIXTURES_MODERN: ExpectedFailure[] = [
  NO_TASKS,
  {
    reason: "The SDK compares Mcp-Param headers with arguments only for its McpServer. The program serves with the " +
      "Server below it, and so do the fixtures; none of its tools has such a header. The suite does not score it",
    says: /^Expected (HTTP 400, got 200|JSON-RPC error code -32020)/,
    entries: ["http-custom-header-server-validation"],
  },
];

const MISSING_TOOL = /Unknown tool (test_|json_schema_)\w+\.$|^Tool 'json_schema_2020_12_tool' not found/;

const CONTENT_TOOLS: ExpectedFailure = {
  reason: "Calls a tool of the suite's reference server",
  says: MISSING_TOOL,
  entries: [
    "tools-call-simple-text",
    "tools-call-image",
    "tools-call-audio",
    "tools-call-embedded-resource",
    "tools-call-mixed-content",
    "tools-call-error",
    "tools-call-with-progress",
  ],
};

const JSON_SCHEMA_TOOL: ExpectedFailure = {
  reason: "Looks for a tool of the suite's reference server",
  says: MISSING_TOOL,
  entries: ["json-schema-2020-12"],
};

const RESOURCES: ExpectedFailure = {
  reason: "Reads a resource of the suite's reference server",
  says: /Resource not found: test:\/\//,
  entries: ["resources-read-text", "resources-read-binary", "resources-templates-read"],
};

const WATCHED_RESOURCE: ExpectedFailure = {
  reason: "Watches a resource of the suite's reference server",
  says: /Resource not found: test:\/\//,
  entries: ["resources-subscribe", "resources-unsubscribe"],
};

const PROMPTS: ExpectedFailure = {
  reason: "Gets a prompt of the suite's reference server",
  says: /Unknown prompt test_\w+\./,
  entries: ["prompts-get-simple", "prompts-get-with-args", "prompts-get-embedded-resource", "prompts-get-with-image"],
};

/** The program itself, suite 0.1.16. */
export const PROGRAM_STABLE: ExpectedFailure[] = [
  CONTENT_TOOLS,
  RESOURCES,
  WATCHED_RESOURCE,
  PROMPTS,
  {
    reason: "Calls a tool of the suite's reference server",
    says: MISSING_TOOL,
    entries: [
      "tools-call-sampling",
      "tools-call-elicitation",
      "elicitation-sep1034-defaults",
      "elicitation-sep1330-enums",
    ],
  },
  {
    reason: "The program sends no log messages to clients, so it does not declare that",
    says: /Method not found$/,
    entries: ["logging-set-level", "tools-call-with-logging"],
  },
];

/** The program itself, revision 2025-11-25. */
export const PROGRAM_LEGACY: ExpectedFailure[] = [...PROGRAM_STABLE, JSON_SCHEMA_TOOL, {
  reason: "Calls a tool of the suite's reference server; the suite does not score it",
  says: /^Server did not send tool response after client reconnected/,
  entries: ["server-sse-polling"],
}];

/** The program itself, revision 2026-07-28. */
export const PROGRAM_MODERN: ExpectedFailure[] = [
  CONTENT_TOOLS,
  RESOURCES,
  PROMPTS,
  JSON_SCHEMA_TOOL,
  NO_TASKS,
  {
    reason: "Calls a tool or gets a prompt of the suite's reference server",
    says: /Unknown (tool|prompt) test_input_required_result_\w+\.|^Expected InputRequiredResult|^Prerequisite failed/,
    entries: [
      "input-required-result-basic-elicitation",
      "input-required-result-basic-sampling",
      "input-required-result-basic-list-roots",
      "input-required-result-request-state",
      "input-required-result-multiple-input-requests",
      "input-required-result-multi-round",
      "input-required-result-non-tool-request",
      "input-required-result-result-type",
      "input-required-result-tampered-state",
      "input-required-result-capability-check",
    ],
  },
  {
    reason: "Calls a tool of the suite's reference server; the suite warns of the refusal",
    says: /^Server returned JSON-RPC error (instead of re-requesting|when extra params were included: Unknown tool)/,
    entries: ["input-required-result-missing-input-response", "input-required-result-ignore-extra-params"],
  },
  {
    reason: "Calls a tool of the suite's reference server; the other checks of this scenario must pass",
    says: /^Not testable: server does not list the diagnostic tool/,
    entries: [
      "server-stateless:sep-2575-server-rejects-undeclared-capability",
      "server-stateless:sep-2575-missing-capability-http-400",
      "server-stateless:sep-2575-http-server-no-independent-requests-on-stream",
      "server-stateless:sep-2575-server-no-log-without-loglevel",
    ],
  },
  {
    reason: "No tool of the program has an argument that HTTP clients repeat in a header",
    says: /^Not testable: server exposes no tool with x-mcp-header/,
    entries: ["http-custom-header-server-validation"],
  },
];
