import { readRequestBody, type Server } from "@modelcontextprotocol/server";
import type { Caller } from "../guard/mod.ts";
import { endAfter } from "./end_after.ts";
import { unknownSession } from "./http_sessions.ts";
import { createSessions, type SessionsOptions } from "./sessions.ts";
import { SseTransport } from "./sse_transport.ts";

/** What the old transport needs to know. */
export interface SseOptions extends SessionsOptions {
  makeServer: (caller: Caller) => Server;
  bodyBytes: number;
  /** How long a stream stays open, in ms. Absent: for ever. */
  streamMs?: number | undefined;
  /** What stands before the paths where a reverse proxy serves this program below one; without a slash at its end. */
  prefix: () => string;
  onError: (error: Error) => void;
}

/** The transport of old clients: `GET /sse` and `POST /messages`. */
export interface Sse {
  serves(path: string): boolean;
  answer(request: Request, caller: Caller): Promise<Response>;
  close(): Promise<void>;
}

/** Makes it. A session ends with its stream. */
export function createSse(options: SseOptions): Sse {
  const { makeServer, bodyBytes, streamMs = Infinity, prefix, onError } = options;
  const sessions = createSessions<SseTransport>(options);

  async function open(caller: Caller): Promise<Response> {
    const transport = new SseTransport((id) => `${prefix()}/messages?sessionId=${id}`);
    const server = makeServer(caller);
    await server.connect(transport);
    // `connect` put its own in place; both must hear of the end.
    const ended = transport.onclose;
    transport.onclose = () => {
      sessions.remove(transport.sessionId);
      ended?.();
    };
    transport.onerror = onError;
    sessions.add(transport.sessionId, caller, transport);
    return endAfter(transport.stream(), streamMs, sessions.hold(transport.sessionId));
  }

  async function receive(request: Request, caller: Caller): Promise<Response> {
    const transport = sessions.find(new URL(request.url).searchParams.get("sessionId") ?? "", caller);
    if (transport === undefined) return unknownSession();
    const body = await readRequestBody(request, bodyBytes);
    if (body.tooLarge) return Response.json({ error: "The request is too large." }, { status: 413 });
    try {
      return transport.receive(JSON.parse(body.text));
    } catch {
      return transport.receive(undefined);
    }
  }

  return {
    serves: (path) => path === "/sse" || path === "/messages",
    answer(request, caller) {
      if (new URL(request.url).pathname === "/sse") return request.method === "GET" ? open(caller) : notAllowed("GET");
      return request.method === "POST" ? receive(request, caller) : notAllowed("POST");
    },
    close: () => sessions.closeAll(),
  };
}

function notAllowed(allow: string): Promise<Response> {
  return Promise.resolve(Response.json({ error: `Use ${allow} here.` }, { status: 405, headers: { allow } }));
}
