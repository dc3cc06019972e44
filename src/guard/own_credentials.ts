import { canonicalJson } from "../lib/json.ts";
import { sign } from "../lib/seal.ts";
import { Secret } from "../lib/secret.ts";
import { badRequest, type Refusal } from "./challenge.ts";

/** Odoo credentials that a caller sends along with each request. */
export interface OwnCredentials {
  /** Address of the Odoo; absent where the server has one configured and that is meant. */
  url?: string;
  database?: string;
  username?: string;
  apiKey: Secret;
}

const HEADERS = { url: "x-odoo-url", database: "x-odoo-database", username: "x-odoo-username", key: "x-odoo-api-key" };

/** Whether a request brings any of the headers. */
export function bringsOwn(headers: Headers): boolean {
  return Object.values(HEADERS).some((name) => headers.has(name));
}

/**
 * The credentials in the headers `X-Odoo-Api-Key`, `X-Odoo-Username`, `X-Odoo-Database` and `X-Odoo-Url`. The address
 * must be one of `allowed`, compared as URLs write it, so that no other spelling of a host passes for it.
 */
export function readOwnCredentials(headers: Headers, allowed: ReadonlySet<string>): OwnCredentials | Refusal {
  const key = headers.get(HEADERS.key);
  if (key === null) return badRequest("X-Odoo-Api-Key is missing.");
  if (!/^[\x21-\x7e]{1,512}$/.test(key)) return badRequest("X-Odoo-Api-Key is no API key.");
  const database = headers.get(HEADERS.database);
  if (database !== null && !/^[\w.-]{1,63}$/.test(database)) return badRequest("X-Odoo-Database is no database name.");
  const username = headers.get(HEADERS.username);
  if (username !== null && !/^[\x21-\x7e]{1,254}$/.test(username)) return badRequest("X-Odoo-Username is no login.");
  const written = headers.get(HEADERS.url);
  const url = written === null ? undefined : addressOf(written);
  if (url !== undefined && (url === null || !allowed.has(url))) {
    return {
      status: 403,
      error: "invalid_request",
      description: "X-Odoo-Url names no Odoo that this server may ask.",
      why: "X-Odoo-Url is outside odoo.allowed_hosts",
    };
  }
  return {
    apiKey: new Secret(key),
    ...(typeof url === "string" && { url }),
    ...(database !== null && { database }),
    ...(username !== null && { username }),
  };
}

/** The addresses that hosts stand for: https, and on this very machine http too. */
export function addressesOf(hosts: readonly string[], isLoopback: (host: string) => boolean): string[] {
  return hosts.flatMap((host) => {
    const { origin, hostname } = new URL(`https://${host}`);
    return isLoopback(hostname) ? [origin, new URL(`http://${host}`).origin] : [origin];
  });
}

/** An address without its last slash; null for none, or one that carries more than an address. */
function addressOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { origin, pathname, search, hash, username, password } = new URL(text);
  if (origin === "null" || search + hash + username + password !== "") return null;
  return origin + pathname.replace(/\/+$/, "");
}

/**
 * A name for these credentials that is safe to log: signed, because somebody may use a password as key, and a plain hash
 * of a password can be guessed.
 */
export async function nameOf(own: OwnCredentials, key: CryptoKey): Promise<string> {
  const { url = "", database = "", username = "", apiKey } = own;
  return (await sign(key, canonicalJson(["odoo-mcp caller", url, database, username, apiKey.reveal()]))).slice(0, 22);
}
