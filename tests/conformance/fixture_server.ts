import { createRequestStateCodec, McpServer } from "@modelcontextprotocol/server";
import { type HttpConnection, serveOverHttp } from "../../src/mcp/http.ts";
import { addContentTools } from "./fixtures/content_tools.ts";
import { addElicitationTools } from "./fixtures/elicitation_tools.ts";
import { addInputRequiredTools } from "./fixtures/input_required_tools.ts";
import { addNotifyingTools } from "./fixtures/notifying_tools.ts";
import { addPrompts } from "./fixtures/prompts.ts";
import { addResources } from "./fixtures/resources.ts";

/** One key for all requests: over HTTP each gets a server of its own, and state comes back to another one. */
const states = createRequestStateCodec({ key: crypto.getRandomValues(new Uint8Array(32)) });

/**
 * Serves what the official suite's scenarios look for, by the names they look for, behind the program's own HTTP
 * wrapper: what then fails is the wrapper or the SDK. Errors that
 * the wrapper reports go to `onError`.
 */
export function serveFixtures(onError: (error: Error) => void): HttpConnection {
  return serveOverHttp(() => makeFixtureServer().server, {
    host: "127.0.0.1",
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    sessions: { choice: "always", ttlMs: 60_000 },
    bodyBytes: 4 * 1024 * 1024,
    onError,
    ready: () => Promise.resolve({ ready: true, missing: [] }),
    idle: () => Promise.resolve(),
  });
}

function makeFixtureServer(): McpServer {
  const server = new McpServer({ name: "conformance-fixtures", version: "1.0.0" }, {
    // Like the program itself: its lists never change while it runs, so it promises no notifications of that.
    capabilities: {
      tools: { listChanged: false },
      resources: { listChanged: false },
      prompts: { listChanged: false },
      completions: {},
      logging: {},
    },
    requestState: { verify: states.verify },
  });
  addContentTools(server);
  addNotifyingTools(server);
  addElicitationTools(server);
  addInputRequiredTools(server, states);
  addResources(server);
  addPrompts(server);
  return server;
}
