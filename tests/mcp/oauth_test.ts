/** OAuth through the front door: a real program, tokens made by jose, and a real OAuth server (oidc-provider). */
import assert from "node:assert/strict";
import { call, type HttpServer, startHttp } from "../support/server.ts";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { startProvider } from "../support/oidc_provider.ts";
import { CLIENT, type Issuer, makeKey, startIssuer } from "../support/issuer.ts";
import {
  type Case,
  claimCases,
  envelopeCases,
  introspectionCases,
  type Materials,
  scopeCases,
  signatureCases,
  token,
} from "./oauth_cases.ts";

const SECRET = { ODOO_MCP_SECURITY_OAUTH_CLIENT_SECRET: CLIENT.secret };

async function prepare(more: string[] = []): Promise<Materials & { server: HttpServer } & AsyncDisposable> {
  const rsa = await makeKey("RS256", "rsa-1");
  const ec = await makeKey("ES256", "ec-1");
  const thief = await makeKey("RS256", "rsa-1");
  const offList = await makeKey("RS384", "rsa-384");
  const issuer = startIssuer([rsa.jwk, ec.jwk, offList.jwk]);
  const server = await startHttp(["--demo", ...oauthFlags(issuer), ...more], SECRET);
  return {
    ...{ issuer, rsa, ec, offList, thief, server },
    resource: server.url.href,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

function oauthFlags(issuer: Issuer): string[] {
  return [
    ...["--security-oauth-issuer", issuer.url, "--security-oauth-introspection-url", `${issuer.url}/introspect`],
    ...["--security-oauth-client-id", CLIENT.id, "--toolsets", "all"],
    // Hundreds of requests of one subject.
    ...["--limits-requests-per-minute", "0"],
  ];
}

function ask(url: URL, { token, headers = [], query = "", tool }: Partial<Case>): Promise<Response> {
  const message = tool === undefined
    ? { method: "tools/list", params: {} }
    : { method: "tools/call", params: { name: tool, arguments: {} } };
  return fetch(url.href + query, {
    method: "POST",
    headers: [
      ["content-type", "application/json"],
      ["accept", "application/json, text/event-stream"],
      ["mcp-protocol-version", "2025-11-25"],
      ...(token === undefined ? [] : [["authorization", `Bearer ${token}`] as [string, string]]),
      ...headers,
    ],
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
  });
}

Deno.test("every wrong token is refused with the right status, and the client learns no more than that", async () => {
  await using m = await prepare();
  const cases = [
    ...await envelopeCases(m),
    ...await signatureCases(m),
    ...await claimCases(m),
    ...await scopeCases(m),
    ...await introspectionCases(m),
  ];
  console.log(`${cases.length} requests that must be refused`);
  assert.ok(cases.length >= 100);
  const metadata = `${new URL(m.resource).origin}/.well-known/oauth-protected-resource/mcp`;
  const told = new Set<string>();
  for (const each of cases) {
    const response = await ask(m.server.url, each);
    const challenge = response.headers.get("www-authenticate") ?? "";
    const text = await response.text();
    const label = `${each.name}: ${response.status} ${challenge}`;
    assert.equal(response.status, each.status, label);
    assert.match(challenge, /^Bearer /, label);
    assert.ok(challenge.includes(`resource_metadata="${metadata}"`), label);
    assert.equal(/ error="([^"]*)"/.exec(challenge)?.[1], each.error ?? undefined, label);
    assert.equal(/ scope="([^"]*)"/.exec(challenge)?.[1], each.scope, label);
    assert.doesNotMatch(text, /tools/, label);
    if (each.error === "invalid_token") told.add(text);
  }
  assert.equal(told.size, 1, "why a token is wrong is nobody's business");
  const log = m.server.log();
  for (const { token, headers } of cases) {
    const sent = [token, ...(headers ?? []).map(([, value]) => value.split(" ").at(-1))];
    for (const text of sent) if (text !== undefined && text.length > 20) assert.ok(!log.includes(text), text);
  }
});

Deno.test("every right token is let in", async () => {
  await using m = await prepare();
  const now = Math.floor(Date.now() / 1000);
  const opaque = { active: true, aud: m.resource, scope: "odoo:read", sub: "alice" };
  m.issuer.introspected.set("opaque-good", opaque);
  const [pss, edwards] = [await makeKey("PS256", "pss-1"), await makeKey("EdDSA", "ed-1")];
  m.issuer.keys.push(pss.jwk, edwards.jwk);
  m.issuer.introspected.set("opaque-typed", { ...opaque, token_type: "bearer", iss: m.issuer.url, exp: now + 60 });
  const tokens: Record<string, string> = {
    "RS256": await token(m),
    "ES256": await token(m, {}, {}, m.ec),
    "PS256": await token(m, {}, {}, pss),
    "EdDSA": await token(m, {}, {}, edwards),
    "typ JWT": await token(m, {}, { typ: "JWT" }),
    "typ application/at+jwt": await token(m, {}, { typ: "application/at+jwt" }),
    "no typ": await token(m, {}, { typ: undefined }),
    "a list of audiences": await token(m, { aud: ["x", m.resource] }),
    "expired within the clock's skew": await token(m, { exp: now - 30 }),
    "begins within the clock's skew": await token(m, { nbf: now + 30 }),
    "scp as a list": await token(m, { scope: undefined, scp: ["odoo:read"] }),
    "scp as a text": await token(m, { scope: undefined, scp: "openid odoo:read" }),
    "the client as subject": await token(m, { sub: undefined }),
    "introspected": "opaque-good",
    "introspected, with all claims": "opaque-typed",
  };
  for (const [name, token] of Object.entries(tokens)) {
    const response = await ask(m.server.url, { token });
    assert.equal(response.status, 200, `${name}: ${await response.text()}`);
  }
});

Deno.test("a scope brings its tools into the list, and no others", async () => {
  await using m = await prepare();
  const listed = async (scope: string) => {
    const text = await (await ask(m.server.url, { token: await token(m, { scope }) })).text();
    return ["search_records", "create_record", "delete_record", "run_action"].filter((tool) =>
      text.includes(`"name":"${tool}"`)
    );
  };
  assert.deepEqual(await listed("odoo:read"), ["search_records"]);
  assert.deepEqual(await listed("odoo:write"), ["search_records", "create_record"]);
  assert.deepEqual(await listed("odoo:admin"), ["search_records", "create_record", "delete_record", "run_action"]);
});

Deno.test("a batch that hides one call too many among others is refused as a whole", async () => {
  await using m = await prepare();
  const call = (id: number, name: string) => ({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name, arguments: {} },
  });
  const response = await fetch(m.server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${await token(m)}`,
    },
    body: JSON.stringify([call(1, "get_context"), call(2, "create_record")]),
  });
  assert.equal(response.status, 403);
  assert.match(response.headers.get("www-authenticate") ?? "", /scope="odoo:write"/);
  await response.body?.cancel();
});

Deno.test("the protected resource metadata names the OAuth server, at both of its addresses", async () => {
  await using m = await prepare();
  const { origin } = new URL(m.resource);
  for (const path of ["", "/mcp"]) {
    const response = await fetch(`${origin}/.well-known/oauth-protected-resource${path}`);
    assert.equal(response.status, 200);
    const metadata = await response.json();
    assert.equal(metadata.resource, m.resource);
    assert.deepEqual(metadata.authorization_servers, [m.issuer.url]);
    assert.deepEqual(metadata.scopes_supported, ["odoo:read", "odoo:write", "odoo:act", "odoo:admin"]);
    assert.deepEqual(metadata.bearer_methods_supported, ["header"]);
  }
  const elsewhere = await fetch(`${origin}/.well-known/oauth-protected-resource/other`);
  assert.equal(elsewhere.status, 404);
  await elsewhere.body?.cancel();
});

Deno.test("while the OAuth server can't be asked nobody gets in, and it is no fault of the token", async () => {
  await using m = await prepare();
  m.issuer.instead.set("/jwks", () => new Response("down", { status: 500 }));
  m.issuer.instead.set("/introspect", () => Response.redirect("http://127.0.0.1:9/"));
  for (const each of [await token(m), "opaque"]) {
    const response = await ask(m.server.url, { token: each });
    assert.equal(response.status, 503, await response.text());
    assert.equal(response.headers.get("retry-after"), "5");
  }
});

Deno.test("tokens of a real OAuth server, made for this resource, are let in, signed or opaque, and no others", async () => {
  await using provider = await startProvider();
  await using server = await startHttp([
    ...["--demo", "--security-oauth-issuer", provider.issuer],
    ...["--security-oauth-introspection-url", `${provider.issuer}/token/introspection`],
    ...["--security-oauth-client-id", provider.resourceServer.id],
  ], { ODOO_MCP_SECURITY_OAUTH_CLIENT_SECRET: provider.resourceServer.secret });

  for (const client of ["agent-jwt", "agent-opaque"] as const) {
    const token = await provider.token(client, server.url.href, "odoo:read odoo:write");
    assert.equal(token.split(".").length, client === "agent-jwt" ? 3 : 1);
    const agent = new Client({ name: "test", version: "1.0.0" });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await agent.connect(new StreamableHTTPClientTransport(server.url, { requestInit }));
    assert.equal((await call(agent, "count_records", { model: "res.partner" })).isError, false);
    const made = await call(agent, "create_record", { model: "res.partner", values: { name: "By token" } });
    assert.equal(made.isError, false, made.text);
    await agent.close();
    const more = await ask(server.url, { token, tool: "run_action" });
    assert.equal(more.status, 403);
    assert.match(more.headers.get("www-authenticate") ?? "", /scope="odoo:act"/);
    await more.body?.cancel();

    const elsewhere = await provider.token(client, "https://other.example/mcp", "odoo:read");
    const refused = await ask(server.url, { token: elsewhere });
    assert.equal(refused.status, 401);
    await refused.body?.cancel();
  }
});
