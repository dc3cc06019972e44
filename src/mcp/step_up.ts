import { type Access, type Caller, missingScope, type Scope } from "../guard/mod.ts";
import { isObject } from "../lib/json.ts";

/**
 * The scope that the caller must get before this request is served, and for which tool, or null: a call of a tool that its scopes don't reach
 * is answered by HTTP with a status of its own (RFC 6750 §3.1), before anything runs. Parses the body only where that
 * could be so.
 */
export function neededScope(
  body: Uint8Array,
  caller: Caller,
  accessOf: (tool: string) => Access | undefined,
): { scope: Scope; tool: string } | null {
  if (missingScope(caller, "act") === null) return null;
  for (const tool of calledTools(body)) {
    const access = accessOf(tool);
    const scope = access === undefined ? null : missingScope(caller, access);
    if (scope !== null) return { scope, tool };
  }
  return null;
}

/** Names in `tools/call`; none where the body is no JSON-RPC, which is for the SDK to say. */
function calledTools(bytes: Uint8Array): string[] {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return [parsed].flat().flatMap((message) => {
      if (!isObject(message) || message["method"] !== "tools/call" || !isObject(message["params"])) return [];
      const { name } = message["params"];
      return typeof name === "string" ? [name] : [];
    });
  } catch {
    return [];
  }
}
