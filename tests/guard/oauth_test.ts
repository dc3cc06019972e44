import assert from "node:assert/strict";
import { createOAuth, type OAuthOptions } from "../../src/guard/oauth.ts";
import { Secret } from "../../src/lib/secret.ts";
import { until } from "../support/until.ts";
import { CLIENT, type Issuer, makeKey, sign, type SigningKey, startIssuer } from "../support/issuer.ts";

const HERE = "https://mcp.example.com/mcp";
const key = await makeKey("ES256", "one");

function accept(issuer: Issuer, more: Partial<OAuthOptions> = {}) {
  return createOAuth({ issuer: issuer.url, audience: [], algorithms: ["ES256"], clockSkewS: 60, ...more });
}

function good(issuer: Issuer, by: SigningKey = key, claims: Record<string, unknown> = {}): Promise<string> {
  return sign(by, { iss: issuer.url, aud: HERE, scope: "odoo:read odoo:write", ...claims });
}

Deno.test("a token tells its subject, its client and its scopes", async () => {
  await using issuer = startIssuer([key.jwk]);
  assert.deepEqual(await accept(issuer).verify(await good(issuer), HERE), {
    subject: "alice",
    client: "agent",
    scopes: ["odoo:read", "odoo:write"],
  });
});

Deno.test("keys and metadata are asked for once, however many tokens come", async () => {
  await using issuer = startIssuer([key.jwk]);
  const oauth = accept(issuer);
  const token = await good(issuer);
  await Promise.all(Array.from({ length: 50 }, () => oauth.verify(token, HERE)));
  assert.deepEqual(issuer.asked, ["/.well-known/oauth-authorization-server", "/jwks"]);
});

Deno.test("a token whose signature is known is refused all the same once it has expired, and elsewhere at once", async () => {
  await using issuer = startIssuer([key.jwk]);
  const oauth = accept(issuer, { clockSkewS: 0 });
  const token = await good(issuer, key, { exp: Math.floor(Date.now() / 1000) + 2 });
  assert.ok("subject" in await oauth.verify(token, HERE));
  assert.deepEqual(await oauth.verify(token, "https://other.example/mcp"), { why: "other audience" });
  await until(async () => "why" in await oauth.verify(token, HERE));
  assert.deepEqual(await oauth.verify(token, HERE), { why: "expired" });
});

Deno.test("a new key of the issuer is found at its first token, and one taken away ends within its age", async () => {
  await using issuer = startIssuer([key.jwk]);
  const oauth = accept(issuer, { keysCoolDownMs: 0, keysMaxAgeMs: 0 });
  const old = await good(issuer);
  assert.ok("subject" in await oauth.verify(old, HERE));
  const fresh = await makeKey("ES256", "two");
  issuer.keys = [fresh.jwk];
  assert.ok("subject" in await oauth.verify(await good(issuer, fresh), HERE));
  assert.deepEqual(await oauth.verify(old, HERE), { why: "ERR_JWKS_NO_MATCHING_KEY" });
});

Deno.test("unknown keys don't make the issuer be asked more often than the cool-down allows", async () => {
  await using issuer = startIssuer([key.jwk]);
  const oauth = accept(issuer);
  await oauth.verify(await good(issuer), HERE);
  for (let at = 0; at < 20; at++) {
    const stranger = await makeKey("ES256", `stranger-${at}`);
    assert.deepEqual(await oauth.verify(await good(issuer, stranger), HERE), { why: "ERR_JWKS_NO_MATCHING_KEY" });
  }
  assert.equal(issuer.asked.filter((path) => path === "/jwks").length, 1);
});

Deno.test("an issuer in trouble is not asked at each call, and no token is refused for it", async () => {
  await using issuer = startIssuer([key.jwk]);
  issuer.instead.set("/jwks", () => new Response("down", { status: 500 }));
  const oauth = accept(issuer);
  for (let at = 0; at < 10; at++) await assert.rejects(oauth.verify(await good(issuer), HERE), { code: "E001" });
  assert.equal(issuer.asked.filter((path) => path === "/jwks").length, 1);
});

Deno.test("keys past their age are no longer trusted where they can't be read again", async () => {
  await using issuer = startIssuer([key.jwk]);
  const oauth = accept(issuer, { keysMaxAgeMs: 0 });
  assert.ok("subject" in await oauth.verify(await good(issuer), HERE));
  issuer.instead.set("/jwks", () => new Response("down", { status: 500 }));
  await assert.rejects(oauth.verify(await good(issuer), HERE), { code: "E001" });
});

Deno.test("odd answers of the issuer let nobody in", async () => {
  const answers: [string, () => Response][] = [
    ["no JSON", () => new Response("<html>")],
    ["a list", () => Response.json([key.jwk])],
    ["no keys", () => Response.json({})],
    ["keys that are none", () => Response.json({ keys: "all" })],
    ["a redirect", () => Response.redirect("http://127.0.0.1:9/jwks")],
    ["not found", () => new Response("", { status: 404 })],
    ["a flood", () => new Response(`{"keys":[],"x":"${"x".repeat(300_000)}"}`)],
  ];
  for (const [name, answer] of answers) {
    await using issuer = startIssuer([key.jwk]);
    issuer.instead.set("/jwks", answer);
    await assert.rejects(accept(issuer).verify(await good(issuer), HERE), { code: "E001" }, name);
  }
});

Deno.test("metadata of another issuer is not believed", async () => {
  await using issuer = startIssuer([key.jwk]);
  issuer.instead.set(
    "/.well-known/oauth-authorization-server",
    () => Response.json({ issuer: "https://elsewhere.example", jwks_uri: `${issuer.url}/jwks` }),
  );
  await assert.rejects(accept(issuer).verify(await good(issuer), HERE), { code: "E001" });
});

Deno.test("metadata can't send this server to another host; the setting can", async () => {
  await using issuer = startIssuer([]);
  await using keys = startIssuer([key.jwk]);
  issuer.instead.set(
    "/.well-known/oauth-authorization-server",
    () => Response.json({ issuer: issuer.url, jwks_uri: `${keys.url}/jwks` }),
  );
  await assert.rejects(accept(issuer).verify(await good(issuer), HERE), { hint: /security\.oauth\.jwks_uri/ });
  assert.deepEqual(keys.asked, []);
  const explicit = accept(issuer, { jwksUri: `${keys.url}/jwks` });
  assert.ok("subject" in await explicit.verify(await good(issuer), HERE));
});

Deno.test("OpenID metadata is found where OAuth's own is not", async () => {
  await using issuer = startIssuer([key.jwk]);
  issuer.instead.set("/.well-known/oauth-authorization-server", () => new Response("", { status: 404 }));
  issuer.instead.set(
    "/.well-known/openid-configuration",
    () => Response.json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }),
  );
  assert.ok("subject" in await accept(issuer).verify(await good(issuer), HERE));
});

Deno.test("audiences of the settings take the place of the server's own address", async () => {
  await using issuer = startIssuer([key.jwk]);
  const oauth = accept(issuer, { audience: ["api://odoo"] });
  assert.ok("subject" in await oauth.verify(await good(issuer, key, { aud: "api://odoo" }), HERE));
  assert.deepEqual(await oauth.verify(await good(issuer), HERE), { why: "other audience" });
});

Deno.test("a role comes from the claim the settings name, and without it nobody gets in", async () => {
  await using issuer = startIssuer([key.jwk]);
  const role = async (claims: Record<string, unknown>, roleClaim = "odoo.role") => {
    const found = await accept(issuer, { roleClaim }).verify(await good(issuer, key, claims), HERE);
    return "why" in found ? found.why : found.role;
  };
  assert.equal(await role({ odoo: { role: "viewer" } }), "viewer");
  assert.equal(await role({ "odoo.role": "sales" }), "sales");
  assert.equal(await role({ roles: ["sales"] }, "roles"), "sales");
  for (const claims of [{}, { roles: [] }, { roles: ["a", "b"] }, { roles: "Ad min" }, { roles: { a: 1 } }]) {
    assert.equal(await role(claims, "roles"), "no role", JSON.stringify(claims));
  }
  assert.equal(await role({}, "__proto__.name"), "no role");
});

Deno.test("introspection sends the token and this server's own credentials, and nothing of it is kept", async () => {
  await using issuer = startIssuer([]);
  const introspection = {
    url: `${issuer.url}/introspect`,
    clientId: CLIENT.id,
    clientSecret: new Secret(CLIENT.secret),
  };
  const oauth = accept(issuer, { introspection });
  issuer.introspected.set("opaque", { active: true, aud: HERE, scope: "odoo:read", sub: "alice" });
  assert.deepEqual(await oauth.verify("opaque", HERE), { subject: "alice", scopes: ["odoo:read"] });
  issuer.introspected.delete("opaque");
  assert.deepEqual(await oauth.verify("opaque", HERE), { why: "not active" });
  const wrong = accept(issuer, { introspection: { ...introspection, clientSecret: new Secret("other") } });
  await assert.rejects(wrong.verify("opaque", HERE), { code: "E001" });
});

Deno.test("an OAuth server whose name has come to resolve to a metadata address is not asked", async () => {
  const oauth = createOAuth({
    issuer: "https://auth.example.com",
    audience: [],
    algorithms: ["ES256"],
    clockSkewS: 60,
    lookup: () => Promise.resolve(["192.0.2.1", "169.254.169.254"]),
  });
  await using issuer = startIssuer([key.jwk]);
  await assert.rejects(oauth.verify(await good(issuer), HERE), /auth\.example\.com.*169\.254\.169\.254, a link-local/);
});

Deno.test("an OAuth server with a certificate of one's own authority is asked where that is configured, and only there", async () => {
  const pem = (name: string) => Deno.readTextFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));
  await using issuer = startIssuer([key.jwk], { cert: pem("cert.pem"), key: pem("key.pem") });
  assert.ok("subject" in await accept(issuer, { ca: pem("ca.pem") }).verify(await good(issuer), HERE));
  await assert.rejects(accept(issuer, { ca: pem("other_ca.pem") }).verify(await good(issuer), HERE), { code: "E001" });
  await assert.rejects(accept(issuer).verify(await good(issuer), HERE), { code: "E001" });
});
