import { CODES } from "../../src/guides/mod.ts";
import { FAILURE_KINDS, type FailureCode } from "../../src/lib/failure.ts";
import { page, table } from "./table.ts";

/** What each error code means and what helps; sections, because they are read in terminals too. */
export function codeSections(): string {
  return all().map(({ code, kind, means, helps }) =>
    `## ${code} ${kind}\n\n<!-- deno-fmt-ignore -->\n${means} **What helps:** ${helps}`
  ).join("\n\n");
}

/** Every error code. */
export function errorPage(): string {
  return page(
    "Errors",
    "Every error is a tool result with `isError: true` and one shape: `{ code, kind, message, hint, retryable, details }`. " +
      "`retryable` says whether the same call may succeed later without any change. Codes are public and keep their meaning.",
    table(
      ["code", "kind", "what it means", "what helps"],
      all().map(({ code, kind, means, helps }) => [`\`${code}\``, `\`${kind}\``, means, helps]),
    ),
  );
}

function all() {
  return Object.entries(FAILURE_KINDS).map(([code, kind]) => ({ code, kind, ...CODES[code as FailureCode] }));
}
