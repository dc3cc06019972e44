import { isObject } from "../lib/json.ts";
import { ROLE_NAME } from "./keys.ts";

/** What an access token says, once it is known to be genuine. */
export interface AccessToken {
  subject: string;
  /** Id of the OAuth client it was issued to. */
  client?: string;
  scopes: string[];
  /** From the claim that the settings name. */
  role?: string;
}

/** What a token must say to be meant for this server. */
export interface Expected {
  issuer: string;
  /** Any of them will do. */
  audiences: readonly string[];
  skewS: number;
  /** The clock, in s since 1970. */
  nowS: number;
  roleClaim?: string;
  /** Whether `iss` and `exp` may be absent: an answer of the issuer's own introspection says as much by being there. */
  introspected: boolean;
}

/** Kinds of tokens that are no access tokens, by the claims in which Keycloak and Cognito say so. */
const OTHER_KINDS = ["id", "refresh", "offline", "logout"];

/** Reads the claims of a token, or tells why it is refused. Looks at everything but the signature. */
export function readClaims(claims: Record<string, unknown>, expected: Expected): AccessToken | { why: string } {
  const { issuer, audiences, skewS, nowS, introspected } = expected;
  const { iss, aud, exp, nbf, iat, sub, client_id, azp } = claims;
  if (!(introspected && iss === undefined) && iss !== issuer) return { why: "other issuer" };
  const meant = Array.isArray(aud) ? aud : [aud];
  if (!meant.some((one) => typeof one === "string" && audiences.includes(one))) return { why: "other audience" };
  if (!(introspected && exp === undefined)) {
    if (!isTime(exp)) return { why: "no expiry" };
    if (exp + skewS <= nowS) return { why: "expired" };
  }
  for (const [name, time] of Object.entries({ nbf, iat })) {
    if (time === undefined) continue;
    if (!isTime(time)) return { why: `${name} is no time` };
    if (time - skewS > nowS) return { why: `${name} lies in the future` };
  }
  // A token bound to a key or certificate is worth nothing without proof of that (RFC 9449 §7.1, RFC 8705 §3).
  if (claims["cnf"] !== undefined) return { why: "bound to a key" };
  for (const kind of [claims["typ"], claims["token_use"]]) {
    if (typeof kind === "string" && OTHER_KINDS.includes(kind.toLowerCase())) return { why: "no access token" };
  }
  const client = [client_id, azp].find((one) => typeof one === "string" && one !== "");
  const subject = sub ?? client;
  if (typeof subject !== "string" || !/^[\x21-\x7e]{1,200}$/.test(subject)) return { why: "no subject" };
  const role = readRole(claims, expected.roleClaim);
  if (role === null) return { why: "no role" };
  return {
    subject,
    scopes: readScopes(claims),
    ...(typeof client === "string" && { client: client.slice(0, 200) }),
    ...(role !== undefined && { role }),
  };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** `scope` as RFC 8693 has it, else `scp` as Microsoft (a text) and Okta (a list) write it. */
function readScopes({ scope, scp }: Record<string, unknown>): string[] {
  const given = scope ?? scp;
  if (typeof given === "string") return given.split(" ").filter((one) => one !== "");
  return Array.isArray(given) ? given.filter((one) => typeof one === "string") : [];
}

/** The role a token names, null where it names none, undefined where the settings don't look for one. */
function readRole(claims: Record<string, unknown>, claim: string | undefined): string | null | undefined {
  if (claim === undefined) return undefined;
  // Dots lead into objects, as in Keycloak's realm_access.role; a claim whose own name has dots comes first.
  const value = Object.hasOwn(claims, claim) ? claims[claim] : claim.split(".").reduce<unknown>(
    (at, key) => isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined,
    claims,
  );
  const first: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof first === "string" && ROLE_NAME.test(first) ? first : null;
}
