import {
  type AuthInfo,
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import {
  type Access,
  type Caller,
  challengeResponse,
  type Gate,
  isRefusal,
  lacksScope,
  LOCAL_CALLER,
  type Refusal,
} from "../guard/mod.ts";
import type { Secret } from "../lib/secret.ts";
import type { Door } from "./door.ts";
import { endAfter } from "./end_after.ts";
import { createHttpSessions, type SessionChoice } from "./http_sessions.ts";
import type { MakeServer } from "./server.ts";
import { createSse } from "./sse.ts";
import { answerPages, type Page } from "./pages.ts";
import { stepUp } from "./step_up.ts";

/** Whether this server can work, and which kinds of things do not; no names. */
export interface Readiness {
  ready: boolean;
  missing: string[];
}

/** What serving over HTTP needs to know. */
export interface HttpOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Serves https with this certificate chain and its key, both PEM. */
  tls?: { cert: string; key: Secret };
  /** Address clients use, where it is not that of host and port. */
  publicUrl?: string;
  /** Who may come in. Absent: whoever reaches this server is the person who started it. */
  gate?: Pick<Gate, "identify" | "metadata">;
  /** What requests pass beside that: addresses, rates, headers that tighten. Absent: nothing. */
  door?: Door;
  /** What a tool does at most; undefined for a name that is none. Needed where callers come with scopes. */
  accessOf?: (tool: string) => Access | undefined;
  /** How long an answer may stream, in ms. Absent: for ever. */
  streamMs?: number;
  /** Which clients of 2025-11-25 and older get a session, and how long an unused one lives, in ms. Absent: none. */
  sessions?: { choice: SessionChoice; ttlMs: number; onChange?: (transport: "http" | "sse", count: number) => void };
  /** Whether the old two-endpoint transport is served too; it lives by the same `ttlMs`. */
  sse?: boolean;
  /** Host names, beside those of this machine, that requests may be addressed to (behind a proxy: its public name). */
  allowedHosts: string[];
  /** Host names, beside those of this machine, that web pages may call from. */
  allowedOrigins: string[];
  /** Largest request body in bytes; a larger one is answered 413 before it is parsed. */
  bodyBytes: number;
  onError: (error: Error) => void;
  /** Asks whether Odoo can be worked with. */
  ready: () => Promise<Readiness>;
  /** What is answered beside MCP, by path. */
  pages?: ReadonlyMap<string, Page>;
  /** Told the status of each answer. */
  onAnswer?: (status: number) => void;
  /** Resolves when no tool call is being answered, at the latest when the signal aborts. */
  idle: (signal: AbortSignal) => Promise<void>;
}

/** A listening HTTP server. */
export interface HttpConnection {
  port: number;
  /** Takes no new connections, lets what is in flight finish for at most `deadlineMs`, then closes. */
  stop(deadlineMs: number): Promise<void>;
}

/** RFC 9728 §3. */
const METADATA = "/.well-known/oauth-protected-resource";

/** Serves MCP at `/mcp`, and `/health` and `/ready` for those who watch over the process. */
export function serveOverHttp(makeServer: MakeServer, options: HttpOptions): HttpConnection {
  // The SDK hands on what it is given here, whatever it is; it never sees a key or token.
  const callers = new WeakMap<AuthInfo, Caller>();
  const callerOf = (info: AuthInfo | undefined) => (info && callers.get(info)) ?? LOCAL_CALLER;
  const handler = createMcpHandler(({ authInfo }) => makeServer(callerOf(authInfo)), {
    onerror: options.onError,
    maxRequestBodySize: options.bodyBytes,
  });
  const { choice = "off", ttlMs = 3_600_000, onChange = () => {} } = options.sessions ?? {};
  const forSession = {
    ttlMs,
    makeServer: (caller: Caller) => makeServer(caller, "session"),
    bodyBytes: options.bodyBytes,
    streamMs: options.streamMs,
    onError: options.onError,
  };
  const sessions = createHttpSessions({ ...forSession, choice, onChange: (count) => onChange("http", count) });
  const sse = options.sse !== true ? null : createSse({
    ...forSession,
    prefix: () => new URL(resource()).pathname.replace(/\/mcp$/, ""),
    onChange: (count) => onChange("sse", count),
  });
  const hosts = [...localhostAllowedHostnames(), ...options.allowedHosts];
  const origins = [...localhostAllowedOrigins(), ...options.allowedOrigins];

  const refuseHost = (request: Request) =>
    hostHeaderValidationResponse(request, hosts) ?? originValidationResponse(request, origins);
  const pages = answerPages({
    pages: options.pages ?? new Map(),
    gate: options.gate,
    resource: () => resource(),
    refuseHost,
  });

  async function answer(request: Request, { remoteAddr }: Deno.ServeHandlerInfo<Deno.NetAddr>): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return Response.json({ status: "ok" });
    const outside = await options.door?.refuseAddress(request.headers, remoteAddr.hostname);
    if (outside) return outside;
    // What watches over servers knows them by their addresses, not by the name that clients use.
    if (pathname === "/ready") return readiness(await options.ready());
    const page = await pages(request, pathname);
    if (page !== null) return page;
    const refused = refuseHost(request);
    if (refused) return refused;
    if (pathname === "/mcp") return await answerMcp(request, answerStreamable);
    if (sse?.serves(pathname)) return await answerMcp(request, sse.answer);
    if (metadataPaths().includes(pathname)) {
      const metadata = options.gate?.metadata(resource()) ?? null;
      if (metadata !== null) return Response.json(metadata, { headers: { "cache-control": "max-age=3600" } });
    }
    return Response.json({ error: "Nothing is here. MCP is at /mcp." }, { status: 404 });
  }

  async function answerMcp(
    request: Request,
    serve: (request: Request, caller: Caller) => Promise<Response>,
  ): Promise<Response> {
    const { gate, door, bodyBytes, accessOf = () => undefined } = options;
    const known = gate === undefined ? LOCAL_CALLER : await gate.identify(request.headers, resource());
    if (isRefusal(known)) return refuse(known);
    const caller = door?.admit(request.headers, known) ?? known;
    if (caller instanceof Response) return caller;
    const stepped = await stepUp(request, caller, { accessOf, bodyBytes });
    if ("tooLarge" in stepped) return Response.json({ error: "The request is too large." }, { status: 413 });
    if ("scope" in stepped) return refuse(lacksScope(stepped.scope));
    return await serve(stepped.request, caller);
  }

  async function answerStreamable(request: Request, caller: Caller): Promise<Response> {
    const answered = await sessions.answer(request, caller);
    if (answered instanceof Response) return answered;
    const authInfo: AuthInfo = { token: "", clientId: caller.id, scopes: [] };
    callers.set(authInfo, caller);
    const response = await handler.fetch(answered, { authInfo });
    return options.streamMs === undefined ? response : endAfter(response, options.streamMs);
  }

  function refuse(refusal: Refusal): Response {
    const { origin, pathname } = new URL(resource());
    const metadata = options.gate?.metadata(resource()) ?? null;
    return challengeResponse(refusal, metadata === null ? null : `${origin}${METADATA}${pathname}`);
  }

  const scheme = options.tls === undefined ? "http" : "https";
  /** The address of this server as clients and tokens name it. */
  const resource = () => `${options.publicUrl ?? `${scheme}://${hostOf(options.host)}:${server.addr.port}`}/mcp`;
  // Behind a proxy that serves this program below a path, RFC 9728 puts that path behind the well-known one.
  const metadataPaths = () => [METADATA, `${METADATA}/mcp`, METADATA + new URL(resource()).pathname];

  const server = Deno.serve({
    hostname: options.host,
    port: options.port,
    ...(options.tls && { cert: options.tls.cert, key: options.tls.key.reveal() }),
    onListen: () => {},
    onError: (error) => {
      options.onError(error instanceof Error ? error : new Error("Unknown error"));
      return Response.json({ error: "Something went wrong inside this server." }, { status: 500 });
    },
  }, async (request, info) => {
    const response = await answer(request, info);
    options.onAnswer?.(response.status);
    return response;
  });

  return {
    port: server.addr.port,
    async stop(deadlineMs): Promise<void> {
      const deadline = AbortSignal.timeout(deadlineMs);
      const closed = server.shutdown();
      // The SDK's close cuts streams without a result, so it comes only after the calls have been answered.
      await options.idle(deadline);
      await Promise.all([handler.close(), sessions.close(), sse?.close()]);
      await Promise.race([closed, new Promise((resolve) => deadline.addEventListener("abort", resolve))]);
    },
  };
}

function readiness({ ready, missing }: Readiness): Response {
  if (!ready) return Response.json({ status: "not ready", problem: missing.join(", ") }, { status: 503 });
  return Response.json({ status: "ready", ...(missing.length > 0 && { without: missing }) });
}

function hostOf(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
