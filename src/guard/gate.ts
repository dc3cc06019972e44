import { checkHost, type Lookup } from "../lib/address_guard.ts";
import type { Log } from "../lib/log.ts";
import { signingKey } from "../lib/seal.ts";
import type { Secret } from "../lib/secret.ts";
import type { Store } from "../lib/store/store.ts";
import type { Caller } from "./caller.ts";
import type { Refusal } from "./challenge.ts";
import { createIdentify, type Identify, isRefusal } from "./identify.ts";
import { createKeyring } from "./keyring.ts";
import { readKeys } from "./keys.ts";
import { createOAuth } from "./oauth.ts";
import { SCOPES } from "./scopes.ts";

/** The settings below `security` that say who may come in, by their names. */
export interface SecuritySettings {
  /** Set where there are keys; their text comes from the launcher. */
  keys?: string;
  oauth: {
    issuer?: string;
    audience: readonly string[];
    jwks_uri?: string;
    introspection_url?: string;
    client_id?: string;
    client_secret?: Secret;
    algorithms: readonly string[];
    clock_skew_s: number;
    role_claim?: string;
    /** Text of the certificate authority's file. */
    ca?: string;
  };
  own_credentials: boolean;
}

/** What the gate is made with. */
export interface GateOptions {
  security: SecuritySettings;
  /** Holds revocations; replicas share it. */
  store: Store;
  /** Addresses of Odoos that callers may name. */
  addresses: ReadonlySet<string>;
  /** 32 bytes that names of callers with credentials of their own are signed with; replicas share them. */
  secret: Promise<Uint8Array<ArrayBuffer>>;
  /** Whether a caller's own credentials say for which Odoo only by X-Odoo-Url. */
  needsUrl: boolean;
  log: Log;
  /** What names resolve to; absent where that can't be told. */
  lookup?: Lookup | undefined;
}

/** Who comes in over HTTP. */
export interface Gate {
  /** The caller of a request, or why it is not served. Refusals are logged, without credentials. */
  identify: Identify;
  /**
   * The keys file was read (again). `null`, or a text that is no list of keys, lets nobody in who comes with a key; the
   * answer is what is wrong with it.
   */
  useKeys(text: string | null): string | null;
  /** The protected resource metadata (RFC 9728) of the server at `resource`; null without OAuth. */
  metadata(resource: string): Record<string, unknown> | null;
}

/** Makes the gate. Asks nobody yet. `E001` for an OAuth server at an address that nothing may go to. */
export function createGate(options: GateOptions): Gate {
  const { security, store, addresses, secret, needsUrl, log, lookup } = options;
  const { issuer } = security.oauth;
  const keyring = security.keys === undefined ? undefined : createKeyring(store);
  const identify = createIdentify({
    ...(keyring !== undefined && { keyring }),
    ...(issuer !== undefined && { oauth: oauthOf(issuer, security.oauth, lookup) }),
    ...(security.own_credentials && { own: { addresses, needsUrl, key: secret.then(signingKey) } }),
  });
  return {
    async identify(headers, resource): Promise<Caller | Refusal> {
      const answer = await identify(headers, resource);
      if (isRefusal(answer)) log.info("a request was refused", { status: answer.status, why: answer.why });
      return answer;
    },
    useKeys(text) {
      const read = text === null ? { problem: "it can't be read" } : readKeys(text);
      keyring?.replace("problem" in read ? [] : read.entries);
      return "problem" in read ? read.problem : null;
    },
    metadata(resource) {
      if (issuer === undefined) return null;
      return {
        resource,
        authorization_servers: [issuer],
        scopes_supported: [...SCOPES],
        bearer_methods_supported: ["header"],
      };
    },
  };
}

function oauthOf(
  issuer: string,
  settings: SecuritySettings["oauth"],
  lookup: Lookup | undefined,
): ReturnType<typeof createOAuth> {
  const { audience, jwks_uri, introspection_url, client_id = "", client_secret, algorithms, role_claim, ca } = settings;
  for (const [name, address] of Object.entries({ issuer, jwks_uri, introspection_url })) {
    if (address !== undefined) checkHost(new URL(address).hostname, `security.oauth.${name}`);
  }
  return createOAuth({
    issuer,
    audience,
    algorithms,
    clockSkewS: settings.clock_skew_s,
    lookup,
    ...(ca !== undefined && { ca }),
    ...(jwks_uri !== undefined && { jwksUri: jwks_uri }),
    ...(introspection_url !== undefined && client_secret !== undefined && {
      introspection: { url: introspection_url, clientId: client_id, clientSecret: client_secret },
    }),
    ...(role_claim !== undefined && { roleClaim: role_claim }),
  });
}
