import {
  type AuthInfo,
  createMcpHandler,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
  validateHostHeader,
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
import { messagesIn, readBody } from "./body.ts";
import type { Door } from "./door.ts";
import { endAfter } from "./end_after.ts";
import { createHttpSessions, type SessionChoice } from "./http_sessions.ts";
import { answerPages, type Page } from "./pages.ts";
import type { MakeServer } from "./server.ts";
import { createSlowRefusal } from "./slow_refusal.ts";
import { createSse } from "./sse.ts";
import { neededScope } from "./step_up.ts";

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
  /** Whether another Worker of this process listens there already. */
  takesOver?: boolean;
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
  /** Told of each call of a tool beyond the caller's scopes. */
  refused?: (caller: Caller, tool: string) => Promise<void>;
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
  /** Largest request body in bytes; a larger one is answered 413 before it is parsed, a slow one 408. */
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
  /** Goes on for `ms`, but closes each connection with its answer, so that clients come back to whoever takes over. */
  leave(ms: number): Promise<void>;
  /** Takes no new connections, lets what is in flight finish for at most `deadlineMs`, then closes. */
  stop(deadlineMs: number): Promise<void>;
}

/** How long answers of calls that have ended may take to be on their way, in ms. */
const SETTLE_MS = 250;

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
  const slowly = createSlowRefusal();

  const refuseNames = (request: Request) => refuseHost(request, hosts) ?? originValidationResponse(request, origins);
  const pages = answerPages({
    pages: options.pages ?? new Map(),
    gate: options.gate,
    resource: () => resource(),
    refuseHost: refuseNames,
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
    const refused = refuseNames(request);
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
    const caller = await door?.admit(request.headers, known) ?? known;
    if (caller instanceof Response) return caller;
    const posted = request.method === "POST" ? await readBody(request, bodyBytes) : null;
    if (posted !== null && "refused" in posted) return posted.refused;
    // Revisions before 2025-06-18 send many messages in one request, and all revisions that are served take them.
    const late = posted === null ? null : await door?.admitMore(caller, messagesIn(posted.bytes) - 1);
    if (late) return late;
    const needed = posted === null ? null : neededScope(posted.bytes, caller, accessOf);
    if (needed !== null) {
      await options.refused?.(caller, needed.tool);
      return refuse(lacksScope(needed.scope));
    }
    return await serve(posted === null ? request : new Request(request, { body: posted.bytes }), caller);
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

  let leaving = false;
  async function serve(request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>): Promise<Response> {
    const response = await slowly(await answer(request, info), request.signal);
    options.onAnswer?.(response.status);
    if (!leaving) return response;
    const headers = new Headers(response.headers);
    headers.set("connection", "close");
    return new Response(response.body, { status: response.status, headers });
  }

  const server = Deno.serve({
    hostname: options.host,
    port: options.port,
    ...sharedPort(options),
    ...(options.tls && { cert: options.tls.cert, key: options.tls.key.reveal() }),
    onListen: () => {},
    onError: (error) => {
      options.onError(error instanceof Error ? error : new Error("Unknown error"));
      return Response.json({ error: "Something went wrong inside this server." }, { status: 500 });
    },
  }, serve);

  return {
    port: server.addr.port,
    async leave(ms): Promise<void> {
      leaving = true;
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    },
    async stop(deadlineMs): Promise<void> {
      const deadline = AbortSignal.timeout(deadlineMs);
      const closed = server.shutdown();
      // The SDK's close cuts what is under way (499 to 2026 clients), so it comes only after the calls have been answered,
      // and their results, which are ready but not yet sent, have had time to leave. Streams without an end never do.
      await options.idle(deadline);
      // It writes an answer a moment after its call has ended; only clients that listen on and on keep `closed` waiting.
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, SETTLE_MS))]);
      await options.idle(deadline);
      await Promise.all([handler.close(), sessions.close(), sse?.close()]);
      await Promise.race([closed, new Promise((resolve) => deadline.addEventListener("abort", resolve))]);
    },
  };
}

/**
 * Refuses requests addressed to a name that is not ours: a web page whose name was made to resolve to this machine. HTTP/2
 * has no Host header; what stands in its place Deno puts into the address.
 */
function refuseHost(request: Request, hosts: string[]): Response | undefined {
  const asked = validateHostHeader(request.headers.get("host") ?? new URL(request.url).host, hosts);
  if (asked.ok) return undefined;
  return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32000, message: asked.message } }, { status: 403 });
}

/**
 * Lets the next Worker listen on the port as well, where the system and Deno can (`cli/reload.ts`). A port that somebody
 * else has is still refused at the start: two programs that share one by mistake would take turns.
 */
function sharedPort({ host, port, takesOver }: HttpOptions): { reusePort?: true } {
  if (Deno.build.os !== "linux" || !("listenDatagram" in Deno)) return {};
  if (takesOver !== true && port !== 0) Deno.listen({ hostname: host, port }).close();
  return { reusePort: true };
}

function readiness({ ready, missing }: Readiness): Response {
  if (!ready) return Response.json({ status: "not ready", problem: missing.join(", ") }, { status: 503 });
  return Response.json({ status: "ready", ...(missing.length > 0 && { without: missing }) });
}

function hostOf(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
