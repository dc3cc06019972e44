import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { Failure } from "../lib/failure.ts";
import type { Lookup } from "../lib/address_guard.ts";
import type { Secret } from "../lib/secret.ts";
import { type AccessToken, type Expected, readClaims } from "./access_token.ts";
import { ASK_MS, type AskJson, cannotAsk, createAskJson } from "./ask_json.ts";

/** Which tokens are accepted. Settings keep their names and units. */
export interface OAuthOptions {
  issuer: string;
  /** Audiences to accept; empty means the address of this server alone. */
  audience: readonly string[];
  /** Where the issuer's keys are; from its metadata where absent. */
  jwksUri?: string;
  introspection?: { url: string; clientId: string; clientSecret: Secret };
  /** The certificate authority of the OAuth server, PEM, beside those of the system. */
  ca?: string;
  /** What names resolve to; absent where that can't be told. */
  lookup?: Lookup | undefined;
  /** Signatures to accept: asymmetric ones only. */
  algorithms: readonly string[];
  clockSkewS: number;
  roleClaim?: string;
  /** For tests: how long keys are kept, and how soon unknown ones are looked for again, in ms. */
  keysMaxAgeMs?: number;
  keysCoolDownMs?: number;
}

/** The tokens of one OAuth server (an RFC 9728 protected resource's side of it). */
export interface OAuth {
  /**
   * What a token says, or why it is refused (for the log only). `resource` is the address of this server. Rejects with
   * `E001` where the OAuth server can't be asked.
   */
  verify(token: string, resource: string): Promise<AccessToken | { why: string }>;
}

/** More than any token a header can carry in practice, less than what would be work. */
const MAX_TOKEN = 16 * 1024;
/** How long metadata is believed, and how long a failure is, so that an OAuth server in trouble is not asked at each call. */
const KNOWN_MS = 60 * 60_000;
const FAILED_MS = 5_000;

/** How long a signature needs no second look, and how many of them at once. */
const GENUINE_MS = 30_000;
const MOST_GENUINE = 1000;

/** A JWT: three parts, and a signature in the last one. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Accepts JWTs signed by the issuer's keys, and tokens of any other form as far as introspection vouches for them. */
export function createOAuth(options: OAuthOptions): OAuth {
  const { issuer, introspection, clockSkewS, roleClaim } = options;
  const algorithms = [...options.algorithms];
  const askJson = createAskJson(options);
  const keys = remembered(() => findKeys(options, askJson));

  const expected = (resource: string, introspected: boolean): Expected => ({
    issuer,
    audiences: options.audience.length > 0 ? options.audience : [resource],
    skewS: clockSkewS,
    nowS: Date.now() / 1000,
    introspected,
    ...(roleClaim !== undefined && { roleClaim }),
  });

  // A client sends the same token with each request. Its claims are read again each time, its signature is not.
  const genuine = new Map<string, { claims: JWTPayload; until: number }>();
  const genuineMs = Math.min(GENUINE_MS, options.keysMaxAgeMs ?? GENUINE_MS);

  async function verifyJwt(token: string, resource: string): Promise<AccessToken | { why: string }> {
    const known = genuine.get(token);
    if (known !== undefined && Date.now() < known.until) return readClaims(known.claims, expected(resource, false));
    const { jwtVerify, errors } = await import("jose");
    const getKey = await keys();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, getKey, { algorithms, clockTolerance: clockSkewS });
      const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, "");
      // An ID or logout token is signed by the same keys (RFC 9068 §4); most issuers write plain JWT, some nothing.
      if (type !== undefined && type !== "at+jwt" && type !== "jwt") return { why: `type ${type.slice(0, 40)}` };
      if (genuine.size >= MOST_GENUINE) genuine.clear();
      genuine.set(token, { claims: payload, until: Date.now() + genuineMs });
      return readClaims(payload, expected(resource, false));
    } catch (error) {
      if (error instanceof Failure) throw error;
      const unreachable = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
      if (error instanceof errors.JOSEError && error.code !== "ERR_JOSE_GENERIC" && !unreachable) {
        return { why: error.code };
      }
      throw cannotAsk("the keys of the OAuth server", error);
    }
  }

  async function introspect(token: string, resource: string): Promise<AccessToken | { why: string }> {
    if (introspection === undefined) return { why: "no JWT" };
    const { url, clientId, clientSecret } = introspection;
    // RFC 6749 §2.3.1 wants both encoded as in a form before they are joined.
    const basic = btoa(`${formText(clientId)}:${formText(clientSecret.reveal())}`);
    const answer = await askJson(url, {
      method: "POST",
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ token, token_type_hint: "access_token" }).toString(),
    });
    if (answer["active"] !== true) return { why: "not active" };
    const type = answer["token_type"];
    if (type !== undefined && !(typeof type === "string" && /^bearer$/i.test(type))) return { why: "no bearer token" };
    return readClaims(answer, expected(resource, true));
  }

  return {
    async verify(token, resource) {
      if (token.length > MAX_TOKEN) return { why: "too long" };
      return JWT.test(token) ? await verifyJwt(token, resource) : await introspect(token, resource);
    },
  };
}

/** The issuer's keys, refreshed by jose: when they are old, and when an unknown one turns up, but not more often than that. */
async function findKeys(options: OAuthOptions, askJson: AskJson): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet, customFetch } = await import("jose");
  const uri = options.jwksUri ?? await keysOfIssuer(options.issuer, askJson);
  // Its own cool-down counts from the last success only.
  const load = remembered(() => askJson(uri, {}), 0);
  return createRemoteJWKSet(new URL(uri), {
    timeoutDuration: ASK_MS,
    ...(options.keysMaxAgeMs !== undefined && { cacheMaxAge: options.keysMaxAgeMs }),
    ...(options.keysCoolDownMs !== undefined && { cooldownDuration: options.keysCoolDownMs }),
    [customFetch]: async () => Response.json(await load()),
  });
}

/** The address of the keys in the issuer's metadata (RFC 8414, OpenID Connect Discovery). */
async function keysOfIssuer(issuer: string, askJson: AskJson): Promise<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/+$/, "");
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  let last: unknown;
  for (const place of places) {
    try {
      const metadata = await askJson(place, {});
      if (metadata["issuer"] !== issuer) throw new Error("its metadata names another issuer");
      const uri = metadata["jwks_uri"];
      if (typeof uri !== "string" || !URL.canParse(uri)) throw new Error("its metadata names no jwks_uri");
      if (new URL(uri).origin === origin) return uri;
      // The Worker may reach configured hosts only, and metadata must not send it anywhere else.
      throw new Failure("E001", "Cannot check tokens: the keys of the OAuth server are on another host", {
        hint: "Set security.oauth.jwks_uri to their address.",
      });
    } catch (error) {
      if (error instanceof Failure && error.hint !== "") throw error;
      last = error;
    }
  }
  throw cannotAsk("the metadata of the OAuth server", last);
}

/** Runs something once for all who ask meanwhile and for a while after; a failure is remembered for a shorter while. */
function remembered<T>(run: () => Promise<T>, knownMs: number = KNOWN_MS): () => Promise<T> {
  let last: { answer: Promise<T>; until: number } | undefined;
  return () => {
    if (last !== undefined && Date.now() < last.until) return last.answer;
    const mine = { answer: run(), until: Infinity };
    last = mine;
    mine.answer.then(() => mine.until = Date.now() + knownMs, () => mine.until = Date.now() + FAILED_MS);
    return mine.answer;
  };
}

function formText(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}
