import { Failure } from "../lib/failure.ts";
import type { Caller } from "./caller.ts";
import { LOCAL_CALLER } from "./caller.ts";
import { badRequest, cantTell, lacksScope, NO_CREDENTIALS, type Refusal, wrongCredentials } from "./challenge.ts";
import type { Keyring } from "./keyring.ts";
import { looksLikeKey, prefixOf } from "./keys.ts";
import type { OAuth } from "./oauth.ts";
import { bringsOwn, nameOf, readOwnCredentials } from "./own_credentials.ts";
import { highestScope, roleOf } from "./scopes.ts";

/** Ways to say who one is. Where there is none, everybody who reaches the server is the person who started it. */
export interface IdentifyOptions {
  keyring?: Keyring;
  oauth?: OAuth;
  /** Odoo addresses that callers may name, and the key that names of callers are signed with. */
  own?: { addresses: ReadonlySet<string>; needsUrl: boolean; key: Promise<CryptoKey> };
}

/**
 * Who sends a request with these headers to the server at `resource`, or why it is not served. Never rejects with
 * anything that holds credentials.
 */
export type Identify = (headers: Headers, resource: string) => Promise<Caller | Refusal>;

/** Tells a refusal from a caller. */
export function isRefusal(answer: Caller | Refusal): answer is Refusal {
  return "status" in answer;
}

/** Makes the gate that each HTTP request passes before its body is read. */
export function createIdentify({ keyring, oauth, own }: IdentifyOptions): Identify {
  const open = keyring === undefined && oauth === undefined;

  async function byKey(key: string): Promise<Caller | Refusal> {
    if (keyring === undefined) return wrongCredentials("a key, and no keys are configured");
    const entry = await keyring.find(key);
    if ("why" in entry) return wrongCredentials(`key ${prefixOf(key) ?? "of no known form"}: ${entry.why}`);
    return { id: `key:${entry.name}`, kind: "key", role: entry.role };
  }

  async function byToken(token: string, resource: string): Promise<Caller | Refusal> {
    if (oauth === undefined) return wrongCredentials("a token, and no OAuth is configured");
    const found = await oauth.verify(token, resource);
    if ("why" in found) return wrongCredentials(`token: ${found.why}`);
    const highest = highestScope(found.scopes);
    if (highest === null) return lacksScope("odoo:read");
    return {
      id: `oauth:${found.subject}`,
      kind: "oauth",
      role: found.role ?? roleOf(highest),
      scopes: found.scopes,
      ...(found.client !== undefined && { client: found.client }),
    };
  }

  async function byHeaders(headers: Headers, resource: string): Promise<Caller | Refusal | null> {
    const authorization = headers.get("authorization");
    const apiKey = headers.get("x-api-key");
    // Several headers of one name arrive joined by commas, which neither form holds.
    if (authorization !== null && apiKey !== null) return badRequest("Send one of Authorization and X-Api-Key.");
    if (apiKey !== null) return await byKey(apiKey);
    if (authorization === null) return null;
    const [, scheme = "", credentials = ""] = /^(\S+)(?:\s+(.*))?$/.exec(authorization.trim()) ?? [];
    if (scheme.toLowerCase() !== "bearer") return null;
    if (!/^[\w.~+/-]+=*$/.test(credentials)) return badRequest("The Authorization header holds no bearer token.");
    return looksLikeKey(credentials) ? await byKey(credentials) : await byToken(credentials, resource);
  }

  async function withOwn(headers: Headers, known: Caller | null): Promise<Caller | Refusal> {
    if (own === undefined) {
      return { ...badRequest("This server takes no Odoo credentials from its callers."), status: 403 };
    }
    const credentials = readOwnCredentials(headers, own.addresses);
    if ("status" in credentials) return credentials;
    if (own.needsUrl && credentials.url === undefined) return badRequest("X-Odoo-Url is missing.");
    const name = await nameOf(credentials, await own.key);
    // What Odoo lets them do is for Odoo to say; the server's own administration is not theirs.
    if (known === null) return { id: `own:${name}`, kind: "own", role: "operator", own: credentials };
    return { ...known, id: `${known.id}+own:${name}`, kind: "own", own: credentials };
  }

  return async (headers, resource) => {
    try {
      const known = open ? null : await byHeaders(headers, resource);
      if (known !== null && isRefusal(known)) return known;
      if (!open && known === null) return NO_CREDENTIALS;
      if (bringsOwn(headers)) return await withOwn(headers, known);
      if (known !== null) return known;
      // Whoever lets callers bring their own does not lend them the server's.
      return own === undefined ? LOCAL_CALLER : NO_CREDENTIALS;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return cantTell(`${error.code} ${error.message}`);
    }
  };
}
