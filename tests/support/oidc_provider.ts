/** A real OAuth server, `oidc-provider`: client credentials with resource indicators (RFC 8707), JWT and opaque tokens. */
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

/** Clients by what kind of tokens they get. */
export type Agent = "agent-jwt" | "agent-opaque";

/** The server, and what one asks it for. */
export interface RunningProvider extends AsyncDisposable {
  issuer: string;
  /** The client that may introspect. */
  resourceServer: { id: string; secret: string };
  token(agent: Agent, resource: string, scope: string): Promise<string>;
}

/** Starts it on a port of the system's choice. */
export async function startProvider(): Promise<RunningProvider> {
  const secret = crypto.randomUUID() + crypto.randomUUID();
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const client = (id: string) => ({
    client_id: id,
    client_secret: secret,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    scope: SCOPES,
  });
  const provider = new Provider(issuer, {
    clients: [client("agent-jwt"), client("agent-opaque"), client("odoo-mcp")],
    scopes: SCOPES.split(" "),
    jwks: { keys: [{ ...await exportJWK(privateKey), alg: "RS256", use: "sig", kid: "provider-1" }] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string, { clientId }: { clientId: string }) => ({
          scope: SCOPES,
          audience: resource,
          accessTokenFormat: clientId === "agent-jwt" ? "jwt" : "opaque",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  server.on("request", provider.callback());
  return {
    issuer,
    resourceServer: { id: "odoo-mcp", secret },
    async token(agent, resource, scope) {
      const response = await fetch(`${issuer}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${agent}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: "client_credentials", resource, scope }),
      });
      const answer = await response.json();
      if (typeof answer.access_token !== "string") throw new Error(JSON.stringify(answer));
      return answer.access_token;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const SCOPES = "odoo:read odoo:write odoo:act odoo:admin";
