import {
  type AuthInfo,
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
  type Server,
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
import { stepUp } from "./step_up.ts";

/** How long results may take to leave once the last call is done, where streams keep connections open. */
const LAST_WORDS_MS = 500;

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
  /** Host names, beside those of this machine, that requests may be addressed to (behind a proxy: its public name). */
  allowedHosts: string[];
  /** Host names, beside those of this machine, that web pages may call from. */
  allowedOrigins: string[];
  /** Largest request body in bytes; a larger one is answered 413 before it is parsed. */
  bodyBytes: number;
  onError: (error: Error) => void;
  /** Asks whether Odoo can be worked with: null when it can, else one word that says what can't. */
  ready: () => Promise<string | null>;
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
export function serveOverHttp(makeServer: (caller: Caller) => Server, options: HttpOptions): HttpConnection {
  // The SDK hands on what it is given here, whatever it is; it never sees a key or token.
  const callers = new WeakMap<AuthInfo, Caller>();
  const callerOf = (info: AuthInfo | undefined) => (info && callers.get(info)) ?? LOCAL_CALLER;
  const handler = createMcpHandler(({ authInfo }) => makeServer(callerOf(authInfo)), {
    onerror: options.onError,
    maxRequestBodySize: options.bodyBytes,
  });
  const hosts = [...localhostAllowedHostnames(), ...options.allowedHosts];
  const origins = [...localhostAllowedOrigins(), ...options.allowedOrigins];

  async function answer(request: Request, { remoteAddr }: Deno.ServeHandlerInfo<Deno.NetAddr>): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return Response.json({ status: "ok" });
    const outside = await options.door?.refuseAddress(request.headers, remoteAddr.hostname);
    if (outside) return outside;
    const refused = hostHeaderValidationResponse(request, hosts) ?? originValidationResponse(request, origins);
    if (refused !== undefined && refused !== null) return refused;
    if (pathname === "/mcp") return await answerMcp(request);
    if (metadataPaths().includes(pathname)) {
      const metadata = options.gate?.metadata(resource()) ?? null;
      if (metadata !== null) return Response.json(metadata, { headers: { "cache-control": "max-age=3600" } });
    }
    if (pathname === "/ready") return readiness(await options.ready());
    return Response.json({ error: "Nothing is here. MCP is at /mcp." }, { status: 404 });
  }

  async function answerMcp(request: Request): Promise<Response> {
    const { gate, door, bodyBytes, streamMs, accessOf = () => undefined } = options;
    const known = gate === undefined ? LOCAL_CALLER : await gate.identify(request.headers, resource());
    if (isRefusal(known)) return refuse(known);
    const caller = door?.admit(request.headers, known) ?? known;
    if (caller instanceof Response) return caller;
    const stepped = await stepUp(request, caller, { accessOf, bodyBytes });
    if ("tooLarge" in stepped) return Response.json({ error: "The request is too large." }, { status: 413 });
    if ("scope" in stepped) return refuse(lacksScope(stepped.scope));
    const authInfo: AuthInfo = { token: "", clientId: caller.id, scopes: [] };
    callers.set(authInfo, caller);
    const response = await handler.fetch(stepped.request, { authInfo });
    return streamMs === undefined ? response : endAfter(response, streamMs);
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
  }, answer);

  return {
    port: server.addr.port,
    async stop(deadlineMs): Promise<void> {
      const deadline = AbortSignal.timeout(deadlineMs);
      const closed = server.shutdown();
      // The SDK's close cuts what is under way (499 to 2026 clients), so it comes only after the calls have been answered,
      // and their results, which are ready but not yet sent, have had time to leave. Streams without an end never do.
      await options.idle(deadline);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
      await handler.close();
      await Promise.race([closed, new Promise((resolve) => deadline.addEventListener("abort", resolve))]);
    },
  };
}

function readiness(problem: string | null): Response {
  if (problem === null) return Response.json({ status: "ready" });
  return Response.json({ status: "not ready", problem }, { status: 503 });
}

function hostOf(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
