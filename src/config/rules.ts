import { isLoopback } from "./address.ts";
import { type Origin, type Problem, problem } from "./entry.ts";
import { spoken } from "./names.ts";
import { checkRedis } from "./redis_schema.ts";
import type { InstanceSettings, Settings } from "./schema.ts";

/** Tells where a setting's value came from. */
type SourceOf = (path: string) => { source: string; origin: Origin | undefined };

/** What single values can't tell: whether settings fit together. */
export function checkTogether(settings: Settings, sourceOf: SourceOf): { problems: Problem[]; warnings: string[] } {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const refuse = (path: string, why: string) => {
    const { source, origin } = sourceOf(path);
    problems.push(problem(origin ?? "default", path, source, why));
  };
  const remote = servesHttp(settings) && !isLoopback(settings.http.host);
  if (remote && !hasAuthentication(settings)) {
    // Odoo credentials of a caller's own don't count: Odoo's login cool-down is by address, so that one stranger who
    // guesses would lock everybody out.
    refuse(
      "http.host",
      `${JSON.stringify(settings.http.host)} lets other machines in, and there is no authentication. ` +
        "Set security.keys or security.oauth.issuer, or listen on localhost, 127.0.0.1 or ::1",
    );
  }
  checkOAuth(settings, remote, refuse);
  const { cert, key } = settings.http.tls;
  if ((cert === undefined) !== (key === undefined)) {
    const [set, missing] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
    refuse(`http.tls.${set}`, `serving https needs both files. Set http.tls.${missing} too`);
  }
  checkRedis("store", settings.store, settings.store.key, refuse, warnings);
  checkRedis("cache", settings.cache, settings.store.key, refuse, warnings);
  if (settings.store.redis_url !== undefined && settings.store.file !== undefined) {
    refuse("store.file", "the store is in Redis. Set one of store.file and store.redis_url");
  }
  for (const [name, instance] of Object.entries(settings.instances)) {
    checkInstance(`instances.${name}`, instance, refuse, warnings);
  }
  return { problems, warnings };
}

/** Whether clients come over HTTP, whichever transport that is. */
export function servesHttp({ transport }: Pick<Settings, "transport">): boolean {
  return transport !== "stdio";
}

/** Whether callers over HTTP must say who they are. */
export function hasAuthentication({ security }: Settings): boolean {
  return security.keys !== undefined || security.oauth.issuer !== undefined;
}

function checkOAuth({ http, security }: Settings, remote: boolean, refuse: (path: string, why: string) => void): void {
  const { issuer, jwks_uri, introspection_url, client_id, client_secret, role_claim, ca_file } = security.oauth;
  for (const [name, address] of Object.entries({ issuer, jwks_uri, introspection_url })) {
    if (address === undefined) continue;
    const { protocol, hostname } = new URL(address);
    if (protocol === "http:" && !isLoopback(hostname)) {
      refuse(`security.oauth.${name}`, "over http:// anybody on the way can let himself in. Write https://");
    }
  }
  for (const [name, value] of Object.entries({ jwks_uri, introspection_url, role_claim, ca_file })) {
    if (value !== undefined && issuer === undefined) {
      refuse(`security.oauth.${name}`, "it needs the OAuth server too. Set security.oauth.issuer");
    }
  }
  if (introspection_url !== undefined && (client_id === undefined || client_secret === undefined)) {
    refuse(
      "security.oauth.introspection_url",
      "only a known client may ask there. Set security.oauth.client_id and security.oauth.client_secret",
    );
  }
  if (issuer !== undefined && remote && http.public_url === undefined && security.oauth.audience.length === 0) {
    refuse("security.oauth.issuer", "tokens must name this server. Set http.public_url to the address clients use");
  }
}

function checkInstance(
  path: string,
  instance: InstanceSettings,
  refuse: (path: string, why: string) => void,
  warnings: string[],
): void {
  const { username, password, api_key: key, protocol } = instance;
  const url = new URL(instance.url);
  const of = (setting: string) => spoken(`${path}.${setting}`);
  if (url.protocol === "http:" && !isLoopback(url.hostname) && instance.allow_http !== true) {
    refuse(
      `${path}.url`,
      `over http:// anybody on the way can read the credentials. Write https://, ` +
        `or set ${of("allow_http")} to true on a network you trust`,
    );
  }
  if ((instance.client_cert === undefined) !== (instance.client_key === undefined)) {
    const [set, missing] = instance.client_cert === undefined
      ? ["client_key", "client_cert"]
      : ["client_cert", "client_key"];
    refuse(`${path}.${set}`, `a certificate is shown with its key. Set ${of(missing)} too`);
  }
  if (protocol === "json2" && key === undefined) {
    refuse(`${path}.protocol`, `json2 needs an API key. Set ${of("api_key")}, or choose auto, jsonrpc or xmlrpc`);
  } else if (password === undefined && key === undefined) {
    warnings.push(
      `${of("url")} has no credentials: set ${of("username")} and ${of("api_key")} (or ${of("password")}).`,
    );
  } else if (username === undefined && (key === undefined || protocol === "jsonrpc" || protocol === "xmlrpc")) {
    refuse(`${path}.${key === undefined ? "password" : "protocol"}`, `it needs the login too. Set ${of("username")}`);
  }
}
