/** An OAuth server of our own making: metadata, keys, introspection, and tokens as right or wrong as a test likes. */
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** A key the issuer signs with. */
export interface SigningKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** An OAuth server that runs. */
export interface Issuer extends AsyncDisposable {
  url: string;
  /** The keys it publishes; change it to rotate them. */
  keys: JWK[];
  /** What it says of tokens that are no JWT. */
  introspected: Map<string, Record<string, unknown>>;
  /** Paths it was asked for, in order. */
  asked: string[];
  /** Answers instead of the usual ones, by path; `null` never answers. */
  instead: Map<string, ((request: Request) => Response) | null>;
}

/** The issuer's client for introspection. */
export const CLIENT = { id: "odoo mcp", secret: "s3cret:with+signs" };

/** Makes a key pair to sign with. */
export async function makeKey(alg: string, kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: "sig" } };
}

/** Starts an OAuth server, with TLS where it is given a certificate. */
export function startIssuer(keys: JWK[], tls?: { cert: string; key: string }): Issuer {
  const asked: string[] = [];
  const instead: Issuer["instead"] = new Map();
  const introspected: Issuer["introspected"] = new Map();
  const silent: PromiseWithResolvers<void>[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls }, async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const other = instead.get(pathname);
    if (other === null) {
      const wait = Promise.withResolvers<void>();
      silent.push(wait);
      await wait.promise;
    }
    if (other) return other(request);
    if (pathname === "/.well-known/oauth-authorization-server") {
      return Response.json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    }
    if (pathname === "/jwks") return Response.json({ keys: issuer.keys });
    if (pathname === "/introspect") return await introspect(request);
    return new Response("not here", { status: 404 });
  });

  async function introspect(request: Request): Promise<Response> {
    const [id = "", secret = ""] = atob(request.headers.get("authorization")?.slice("Basic ".length) ?? "").split(":");
    const plain = (text: string) => new URLSearchParams(`x=${text}`).get("x");
    if (plain(id) !== CLIENT.id || plain(secret) !== CLIENT.secret) return new Response("who?", { status: 401 });
    const token = new URLSearchParams(await request.text()).get("token") ?? "";
    return Response.json(introspected.get(token) ?? { active: false });
  }

  const issuer: Issuer = {
    // The certificate of the tests is that of localhost.
    url: tls === undefined ? `http://127.0.0.1:${server.addr.port}` : `https://localhost:${server.addr.port}`,
    keys,
    introspected,
    asked,
    instead,
    async [Symbol.asyncDispose]() {
      for (const { resolve } of silent) resolve();
      await server.shutdown();
    },
  };
  return issuer;
}

/** Claims and header of a token that is right for one hour, and what is to be different. `undefined` leaves out. */
export function sign(
  key: SigningKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iat: now, exp: now + 3600, sub: "alice", client_id: "agent", ...claims };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const head = Object.fromEntries(
    Object.entries({ alg: key.alg, kid: key.kid, typ: "at+jwt", ...header }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(given).setProtectedHeader({ alg: key.alg, ...head }).sign(key.privateKey);
}
