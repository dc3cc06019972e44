import { Failure } from "../lib/failure.ts";

/** What a caller gives up by itself, for one request: headers may tighten what the operator set, never loosen it. */
export interface Narrowing {
  readonly readOnly: boolean;
  /** Only tools of these toolsets; empty means no less than usual. */
  readonly toolsets: readonly string[];
}

/**
 * Reads `X-MCP-Readonly: true` and `X-MCP-Toolsets: core,messaging`; undefined where there is neither. A value that can't
 * be understood is `E004`: to leave it alone would give more than was asked for.
 */
export function readNarrowing(headers: Headers, toolsets: readonly string[]): Narrowing | undefined {
  const readOnly = headers.get("x-mcp-readonly")?.trim().toLowerCase() ?? "false";
  if (readOnly !== "true" && readOnly !== "false") {
    throw new Failure("E004", "Cannot use the header X-MCP-Readonly: it is not true or false");
  }
  const named = (headers.get("x-mcp-toolsets") ?? "").split(",").map((one) => one.trim()).filter((one) => one !== "");
  if (named.some((one) => one !== "all" && !toolsets.includes(one))) {
    throw new Failure("E004", "Cannot use the header X-MCP-Toolsets: it names a toolset that does not exist", {
      hint: `There are ${[...toolsets, "all"].join(", ")}.`,
    });
  }
  const narrowed = { readOnly: readOnly === "true", toolsets: named.includes("all") ? [] : [...new Set(named)].sort() };
  return narrowed.readOnly || narrowed.toolsets.length > 0 ? narrowed : undefined;
}
