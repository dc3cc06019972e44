/** Requests that must not be served, as data: what comes along, and the status it must be answered with. */
import { CompactEncrypt, exportSPKI, importJWK, SignJWT } from "jose";
import { tools } from "../../src/mcp/mod.ts";
import { CLIENT, type Issuer, sign, type SigningKey } from "../support/issuer.ts";

/** One request that must be refused. */
export interface Case {
  name: string;
  /** A token for `Authorization: Bearer`, or the headers themselves. */
  token?: string;
  headers?: [string, string][];
  /** Behind the server's address. */
  query?: string;
  /** What is called; default `tools/list`. */
  tool?: string;
  status: 400 | 401 | 403;
  /** `error` in the challenge; null for a client that came with nothing. */
  error: "invalid_request" | "invalid_token" | "insufficient_scope" | null;
  scope?: string;
}

/** What the cases are made with. */
export interface Materials {
  issuer: Issuer;
  /** Address of the server: the audience of good tokens. */
  resource: string;
  rsa: SigningKey;
  ec: SigningKey;
  /** Published by the issuer, but of an algorithm that is not accepted. */
  offList: SigningKey;
  /** Not among the issuer's keys; bears the id of one that is. */
  thief: SigningKey;
}

const base64Url = (value: unknown) =>
  btoa(typeof value === "string" ? value : JSON.stringify(value)).replace(/\+/g, "-").replace(/\//g, "_")
    .replace(/=+$/, "");

/** A token that is right, but for what is given. */
export function token(
  { issuer, resource, rsa }: Materials,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key: SigningKey = rsa,
): Promise<string> {
  return sign(key, { iss: issuer.url, aud: resource, scope: "odoo:read", ...claims }, header);
}

const now = () => Math.floor(Date.now() / 1000);

/** Wrong from the outside: no token, no bearer, two of them. */
export async function envelopeCases(m: Materials): Promise<Case[]> {
  const good = await token(m);
  const none = { status: 401, error: null } as const;
  const bad = { status: 400, error: "invalid_request" } as const;
  const authorization = (value: string): [string, string][] => [["authorization", value]];
  return [
    { name: "nothing at all", ...none },
    { name: "an empty header", headers: authorization(""), ...none },
    { name: "another scheme", headers: authorization(`Basic ${btoa("a:b")}`), ...none },
    { name: "DPoP, which is not offered", headers: authorization(`DPoP ${good}`), ...none },
    { name: "a good token without scheme", headers: authorization(good), ...none },
    { name: "a good token in the query", query: `?access_token=${good}`, ...none },
    { name: "Bearer alone", headers: authorization("Bearer"), ...bad },
    { name: "Bearer and two words", headers: authorization(`Bearer ${good} ${good}`), ...bad },
    { name: "Bearer with quotes", headers: authorization(`Bearer "${good}"`), ...bad },
    { name: "two headers", headers: [...authorization(`Bearer ${good}`), ...authorization(`Bearer ${good}`)], ...bad },
    { name: "a token and a key", headers: [...authorization(`Bearer ${good}`), ["x-api-key", "omcp_x"]], ...bad },
    { name: "a token as key", headers: [["x-api-key", good]], status: 401, error: "invalid_token" },
    {
      name: "a key where there are none",
      token: `omcp_abcdefgh_${"x".repeat(43)}`,
      status: 401,
      error: "invalid_token",
    },
  ];
}

/** Tokens that nobody should have signed, or that are none. */
export async function signatureCases(m: Materials): Promise<Case[]> {
  const good = await token(m);
  const [head = "", body = "", mark = ""] = good.split(".");
  const claims = { iss: m.issuer.url, aud: m.resource, scope: "odoo:read", sub: "alice", exp: now() + 3600 };
  const pem = new TextEncoder().encode(
    await exportSPKI(await importJWK(m.rsa.jwk, "RS256", { extractable: true }) as CryptoKey),
  );
  const secret = (bytes: Uint8Array, header: Record<string, string> = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "at+jwt", ...header }).sign(bytes);
  const unsigned = (alg: string, end: string) => `${base64Url({ alg, typ: "at+jwt" })}.${base64Url(claims)}.${end}`;
  const publicKey = await importJWK({ ...m.rsa.jwk, alg: "RSA-OAEP" }, "RSA-OAEP");
  const sealed = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: "RSA-OAEP", enc: "A256GCM" }).encrypt(publicKey);
  const other = await token(m, { sub: "bob" });
  const list: [string, string | Promise<string>][] = [
    ["alg none, no signature", unsigned("none", "")],
    ["alg none and a signature", unsigned("none", mark)],
    ["alg None", unsigned("None", mark)],
    ["alg nOnE", unsigned("nOnE", mark)],
    ["no alg at all", `${base64Url({ typ: "at+jwt" })}.${base64Url(claims)}.${mark}`],
    ["HS256 with the public key as PEM", secret(pem)],
    ["HS256 with the public key as PEM and its id", secret(pem, { kid: m.rsa.kid })],
    ["HS256 with the public key as JSON", secret(new TextEncoder().encode(JSON.stringify(m.rsa.jwk)))],
    ["HS256 with the modulus", secret(new TextEncoder().encode(m.rsa.jwk.n))],
    ["HS256 with the client's secret", secret(new TextEncoder().encode(CLIENT.secret.padEnd(32, "x")))],
    ["another key with a known id", token(m, {}, {}, m.thief)],
    ["another key with an unknown id", token(m, {}, { kid: "nobody" }, m.thief)],
    ["another key without id", token(m, {}, { kid: undefined }, m.thief)],
    ["an id that is a path", token(m, {}, { kid: "../../dev/null" }, m.thief)],
    ["an id that is SQL", token(m, {}, { kid: "x' OR '1'='1" }, m.thief)],
    ["the thief's key in the header", token(m, {}, { jwk: m.thief.jwk }, m.thief)],
    ["the thief's address of keys", token(m, {}, { jku: "http://127.0.0.1:9/jwks" }, m.thief)],
    ["the thief's certificate", token(m, {}, { x5u: "http://127.0.0.1:9/cert", kid: undefined }, m.thief)],
    ["an algorithm off the list, RS384", token(m, {}, {}, m.offList)],
    ["RS256's signature as RS512's", `${base64Url({ alg: "RS512", kid: m.rsa.kid })}.${body}.${mark}`],
    ["RS256's signature as ES256's", `${base64Url({ alg: "ES256", kid: m.ec.kid })}.${body}.${mark}`],
    ["RS256's signature as PS256's", `${base64Url({ alg: "PS256", kid: m.rsa.kid })}.${body}.${mark}`],
    [
      "a header it does not know and must",
      `${base64Url({ alg: "RS256", kid: m.rsa.kid, crit: ["x"], x: 1 })}.${body}.${mark}`,
    ],
    ["a changed body", `${head}.${base64Url({ ...claims, scope: "odoo:admin" })}.${mark}`],
    ["a changed header", `${base64Url({ alg: "RS256", kid: m.rsa.kid, typ: "JWT" })}.${body}.${mark}`],
    ["a cut signature", good.slice(0, -8)],
    ["no signature", `${head}.${body}.`],
    ["another token's signature", `${head}.${body}.${other.split(".")[2]}`],
    ["two parts", `${head}.${body}`],
    ["four parts", `${good}.${mark}`],
    ["an encrypted token", sealed],
    ["a header that is no JSON", `${base64Url("alg")}.${body}.${mark}`],
    ["a body that is no JSON", `${head}.${base64Url("claims")}.${mark}`],
    ["a body that is a list", `${head}.${base64Url([claims])}.${mark}`],
    ["a very long token", `${head}.${"A".repeat(20_000)}.${mark}`],
    ["an ID token by its header", token(m, {}, { typ: "id_token+jwt" })],
    ["a logout token", token(m, {}, { typ: "logout+jwt" })],
    ["a proof of possession", token(m, {}, { typ: "dpop+jwt" })],
  ];
  return await refused(list);
}

/** Tokens of the issuer that are not for this server, not for now, or no access tokens. */
export function claimCases(m: Materials): Promise<Case[]> {
  const { origin } = new URL(m.resource);
  const wrong: [string, Record<string, unknown>][] = [
    ["another issuer", { iss: "https://elsewhere.example" }],
    ["the issuer with a slash", { iss: `${m.issuer.url}/` }],
    ["no issuer", { iss: undefined }],
    ["a list of issuers", { iss: [m.issuer.url] }],
    ["another audience", { aud: "https://other.example/mcp" }],
    ["no audience", { aud: undefined }],
    ["the server without its path", { aud: origin }],
    ["the server with a slash", { aud: `${m.resource}/` }],
    ["a longer address", { aud: `${m.resource}.evil.example` }],
    ["a list without this server", { aud: ["a", "b"] }],
    ["an empty list", { aud: [] }],
    ["an audience that is a number", { aud: 7 }],
    ["the client as audience, as in ID tokens", { aud: "agent" }],
    ["expired an hour ago", { exp: now() - 3600 }],
    ["expired beyond the clock's skew", { exp: now() - 62 }],
    ["no expiry", { exp: undefined }],
    ["an expiry that is a text", { exp: `${now() + 3600}` }],
    ["an expiry that is null", { exp: null }],
    ["an expiry below zero", { exp: -1 }],
    ["not before tomorrow", { nbf: now() + 86_400 }],
    ["not before the clock's skew is over", { nbf: now() + 90 }],
    ["a beginning that is a text", { nbf: "now" }],
    ["issued tomorrow", { iat: now() + 86_400 }],
    ["issued at a text", { iat: "now" }],
    ["no subject and no client", { sub: undefined, client_id: undefined }],
    ["an empty subject", { sub: "" }],
    ["a subject with a line break", { sub: "alice\nrole=admin" }],
    ["a subject that is a number", { sub: 1 }],
    ["a subject of a thousand letters", { sub: "a".repeat(1000) }],
    ["bound to a key (DPoP)", { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } }],
    ["bound to a certificate", { cnf: { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" } }],
    ["an ID token, as Cognito says it", { token_use: "id" }],
    ["an ID token, as Keycloak says it", { typ: "ID" }],
    ["a refresh token, as Keycloak says it", { typ: "Refresh" }],
  ];
  return refused(wrong.map(([name, claims]) => [name, token(m, claims)]));
}

/** Tokens that are right and grant too little. */
export async function scopeCases(m: Materials): Promise<Case[]> {
  const lacks = (scope: string) => ({ status: 403, error: "insufficient_scope", scope }) as const;
  const grants: [string, Record<string, unknown>][] = [
    ["no scope", { scope: undefined }],
    ["an empty scope", { scope: "" }],
    ["other scopes", { scope: "openid profile email" }],
    ["a scope in capitals", { scope: "ODOO:READ" }],
    ["a longer scope", { scope: "odoo:reader" }],
    ["a scope within another", { scope: "xodoo:read odoo:read:x" }],
    ["scopes with commas", { scope: "odoo:read,odoo:write" }],
    ["an empty list", { scope: undefined, scp: [] }],
    ["a list of other things", { scope: undefined, scp: [1, null, { scope: "odoo:read" }] }],
  ];
  // Every tool with every scope that is too little for it, aliases included.
  const scopes = ["odoo:read", "odoo:write", "odoo:act"];
  const needs = { read: 0, write: 1, destroy: 2, act: 2 };
  const tooLittle: [string, string, string][] = tools.flatMap(({ name, access }) =>
    scopes.slice(0, needs[access]).map((scope): [string, string, string] => [scope, name, scopes[needs[access]]!])
  );
  tooLittle.push(["odoo:read odoo:write openid", "run_action", "odoo:act"]);
  return await Promise.all([
    ...grants.map(async ([name, claims]) => ({ name, token: await token(m, claims), ...lacks("odoo:read") })),
    ...tooLittle.map(async ([scope, tool, needed]) => ({
      name: `${scope} for ${tool}`,
      token: await token(m, { scope }),
      tool,
      ...lacks(needed),
    })),
  ]);
}

/** Tokens that are no JWT, by what the issuer says of them. */
export function introspectionCases(m: Materials): Promise<Case[]> {
  const good = { active: true, aud: m.resource, scope: "odoo:read", sub: "alice", exp: now() + 3600 };
  const said: [string, Record<string, unknown> | null][] = [
    ["unknown", null],
    ["not active", { ...good, active: false }],
    ["active as a text", { ...good, active: "true" }],
    ["of another audience", { ...good, aud: "https://other.example" }],
    ["without audience", { ...good, aud: undefined }],
    ["of another issuer", { ...good, iss: "https://elsewhere.example" }],
    ["expired", { ...good, exp: now() - 3600 }],
    ["not yet", { ...good, nbf: now() + 3600 }],
    ["without subject", { ...good, sub: undefined }],
    ["bound to a key", { ...good, cnf: { jkt: "x" } }],
    ["of type DPoP", { ...good, token_type: "DPoP" }],
    ["a refresh token", { ...good, token_type: "refresh_token" }],
  ];
  return refused(said.map(([name, answer], index) => {
    const opaque = `opaque-${index}`;
    if (answer !== null) m.issuer.introspected.set(opaque, answer);
    return [`introspection: ${name}`, opaque];
  }));
}

function refused(list: [string, string | Promise<string>][]): Promise<Case[]> {
  return Promise.all(
    list.map(async ([name, made]) => ({ name, token: await made, status: 401, error: "invalid_token" }) as const),
  );
}
