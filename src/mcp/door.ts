import { type Caller, type IpGate, type Limits, readNarrowing } from "../guard/mod.ts";
import { Failure } from "../lib/failure.ts";

/** What an HTTP request passes before its body is read, beside saying who it is from. */
export interface Door {
  /** Refuses (403) whoever comes from an address that is not allowed; null for all others. */
  refuseAddress(headers: Headers, peer: string): Promise<Response | null>;
  /** The caller with what its headers give up; 429 with `Retry-After` where it asks too often, 400 for such headers. */
  admit(headers: Headers, caller: Caller): Promise<Caller | Response>;
}

/** What the door is made with. */
export interface DoorOptions {
  ip: Promise<IpGate>;
  limits: Pick<Limits, "request">;
  /** Names a header may tighten to. */
  toolsets: readonly string[];
}

/** Makes the door. */
export function createDoor({ ip, limits, toolsets }: DoorOptions): Door {
  return {
    async refuseAddress(headers, peer) {
      if ((await ip).admits(peer, headers.get("x-forwarded-for"))) return null;
      // Which addresses may come in is nobody's business who may not.
      return Response.json({ error: "Your address may not use this server." }, { status: 403 });
    },
    async admit(headers, caller) {
      try {
        const late = await limits.request(caller.id);
        if (late !== null) throw late;
        const narrowed = readNarrowing(headers, toolsets);
        return narrowed === undefined ? caller : { ...caller, narrowed };
      } catch (error) {
        if (error instanceof Failure) return answerFor(error);
        throw error;
      }
    },
  };
}

/** A JSON-RPC error without an id, because the body it stands in was not read. */
function answerFor(failure: Failure): Response {
  const wait = failure.details["retry_after_s"];
  const headers = typeof wait === "number" ? { "retry-after": String(wait) } : {};
  const error = { code: -32000, message: `${failure.code}: ${failure.message}`, data: failure.toJSON() };
  return Response.json({ jsonrpc: "2.0", id: null, error }, { status: failure.code === "E006" ? 429 : 400, headers });
}
