import { type Access, type Caller, missingScope, type Scope } from "../guard/mod.ts";
import { isObject } from "../lib/json.ts";

/** A request whose body was looked into, to be answered in its place. */
export type StepUp =
  | { request: Request }
  /** The scope that the caller must get first. */
  | { scope: Scope }
  | { tooLarge: true };

/**
 * Looks whether a request calls a tool that the caller's scopes don't reach, which HTTP answers with a status of its own
 * (RFC 6750 §3.1), before anything runs. Reads the body only where the answer could be yes.
 */
export async function stepUp(
  request: Request,
  caller: Caller,
  options: { accessOf: (tool: string) => Access | undefined; bodyBytes: number },
): Promise<StepUp> {
  if (request.method !== "POST" || missingScope(caller, "act") === null) return { request };
  const bytes = await readBytes(request, options.bodyBytes);
  if (bytes === null) return { tooLarge: true };
  for (const tool of calledTools(bytes)) {
    const access = options.accessOf(tool);
    const scope = access === undefined ? null : missingScope(caller, access);
    if (scope !== null) return { scope };
  }
  return { request: new Request(request, { body: bytes }) };
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

/** The body, or null where it is larger than allowed. */
async function readBytes(request: Request, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
