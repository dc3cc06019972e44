import {
  isInitializeRequest,
  readRequestBody,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Caller } from "../guard/mod.ts";
import { endAfter } from "./end_after.ts";
import { createEventLog } from "./event_log.ts";
import { createSessions, type SessionsOptions } from "./sessions.ts";

/** Which clients get a session: those who can put a question to a person, all that speak 2025-11-25 or older, or none. */
export type SessionChoice = "auto" | "always" | "off";

/** What sessions over Streamable HTTP need to know. */
export interface HttpSessionsOptions extends SessionsOptions {
  choice: SessionChoice;
  makeServer: (caller: Caller) => Server;
  bodyBytes: number;
  /** How long an answer may stream, in ms. Absent: for ever. */
  streamMs?: number | undefined;
  onError: (error: Error) => void;
}

/** How long a client waits before it takes up a stream that broke, in ms. */
const RETRY_MS = 1000;

/** Sessions for clients of 2025-11-25 and older, which without one can be asked nothing and told nothing. */
export interface HttpSessions {
  /** The answer to a request of a session, or one that opens a session; else the request, to be answered without. */
  answer(request: Request, caller: Caller): Promise<Response | Request>;
  close(): Promise<void>;
}

interface Session {
  transport: WebStandardStreamableHTTPServerTransport;
  close(): Promise<void>;
}

/** Makes them. 2026-07-28 has no sessions, so its requests pass untouched, and unread. */
export function createHttpSessions(options: HttpSessionsOptions): HttpSessions {
  const { choice, makeServer, bodyBytes, streamMs = Infinity, onError } = options;
  const sessions = createSessions<Session>(options);

  async function open(request: Request, parsedBody: unknown, caller: Caller): Promise<Response> {
    const server = makeServer(caller);
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => sessions.add(id, caller, { transport, close: () => server.close() }),
      onsessionclosed: (id) => sessions.remove(id),
      eventStore: createEventLog(),
      retryInterval: RETRY_MS,
      maxRequestBodySize: bodyBytes,
    });
    transport.onerror = onError;
    await server.connect(transport);
    const response = await transport.handleRequest(request, { parsedBody });
    // Refused before it became a session.
    if (transport.sessionId === undefined) await server.close();
    return response;
  }

  return {
    async answer(request, caller) {
      if (choice === "off") return request;
      const id = request.headers.get("mcp-session-id");
      if (id !== null) {
        const session = sessions.find(id, caller);
        if (session === undefined) return unknownSession();
        const release = sessions.hold(id);
        return endAfter(await session.transport.handleRequest(request), streamMs, release);
      }
      // An `initialize` is the only request that comes before a version was agreed on.
      if (request.method !== "POST" || request.headers.has("mcp-protocol-version")) return request;
      const body = await readRequestBody(request, bodyBytes);
      if (body.tooLarge) return Response.json({ error: "The request is too large." }, { status: 413 });
      const parsed = parse(body.text);
      if (
        isInitializeRequest(parsed) && (choice === "always" || parsed.params.capabilities.elicitation !== undefined)
      ) {
        return endAfter(await open(request, parsed, caller), streamMs);
      }
      return new Request(request, { body: body.text });
    },
    close: () => sessions.closeAll(),
  };
}

/** A client begins a new session then. The same answer whether it is over, another caller's, or was never there. */
export function unknownSession(): Response {
  const error = { code: -32001, message: "Session not found" };
  return Response.json({ jsonrpc: "2.0", id: null, error }, { status: 404 });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // for the SDK to say
  }
}
