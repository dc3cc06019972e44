import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
  type Server,
} from "@modelcontextprotocol/server";

/** What serving over HTTP needs to know. */
export interface HttpOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
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

/** Serves MCP at `/mcp`, and `/health` and `/ready` for those who watch over the process. */
export function serveOverHttp(makeServer: () => Server, options: HttpOptions): HttpConnection {
  const handler = createMcpHandler(makeServer, {
    onerror: options.onError,
    maxRequestBodySize: options.bodyBytes,
  });
  const hosts = [...localhostAllowedHostnames(), ...options.allowedHosts];
  const origins = [...localhostAllowedOrigins(), ...options.allowedOrigins];

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return Response.json({ status: "ok" });
    const refused = hostHeaderValidationResponse(request, hosts) ?? originValidationResponse(request, origins);
    if (refused !== undefined && refused !== null) return refused;
    if (pathname === "/mcp") return await handler.fetch(request);
    if (pathname === "/ready") return readiness(await options.ready());
    return Response.json({ error: "Nothing is here. MCP is at /mcp." }, { status: 404 });
  }

  const server = Deno.serve({
    hostname: options.host,
    port: options.port,
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
      // The SDK's close cuts streams without a result, so it comes only after the calls have been answered.
      await options.idle(deadline);
      await handler.close();
      await Promise.race([closed, new Promise((resolve) => deadline.addEventListener("abort", resolve))]);
    },
  };
}

function readiness(problem: string | null): Response {
  if (problem === null) return Response.json({ status: "ready" });
  return Response.json({ status: "not ready", problem }, { status: 503 });
}
