import { isLoopback, servesHttp, type Settings } from "../config/mod.ts";
import { DENY_NET } from "../lib/deny_net.ts";
import { headFile } from "../lib/head_file.ts";

/** One thing the Worker may do. */
export interface Grant {
  kind: "connect" | "never connect" | "listen" | "read" | "write" | "read and write";
  /** Host and port, an address or network, or a file. */
  what: string;
  why: string;
}

/** Where nothing goes, whatever a name above resolves to: refused by the program, and by Deno under `--deny-net`. */
export function refusals(): Grant[] {
  return DENY_NET.map((what) => ({
    kind: "never connect",
    what,
    why: "where clouds keep credentials of their machines",
  }));
}

/** What the Worker may do, for every setting the least: a table that is shown to people and turned into permissions. */
export function grants(settings: Settings): Grant[] {
  const { store, audit, log, http } = settings;
  const odoos = settings.demo ? [] : Object.entries(settings.instances).flatMap(([name, { url, proxy }]) => [
    connect(url, `the Odoo called ${name}`),
    ...(proxy === undefined ? [] : [connect(proxy, `the proxy on the way to ${name}`)]),
  ]);
  const shared = ([["store", store.redis_url], ["cache", settings.cache.redis_url]] as const).flatMap(([what, url]) =>
    url === undefined ? [] : [connect(url, `the Redis of the ${what}`)]
  );
  const own: Grant[] = servesHttp(settings)
    ? [{ kind: "listen", what: `${hostText(http.host)}:${http.port}`, why: "its own port" }]
    : [];
  // Once the launcher has prepared it, the file is named; SQLite's own journal beside it needs no permission.
  const files: Grant[] = store.file === undefined
    ? []
    : [{ kind: "read and write", what: store.file, why: "used plans, before-images, first results" }];
  if (audit.file !== undefined && audit.file !== "off") {
    files.push(
      { kind: "read and write", what: audit.file, why: "the audit" },
      { kind: "read and write", what: headFile(audit.file), why: "the audit's last line" },
    );
  }
  if (log.file !== undefined) files.push({ kind: "write", what: log.file, why: "the log" });
  const collector = settings.telemetry.otlp === undefined ? [] : [connect(settings.telemetry.otlp, "traces")];
  const callers = servesHttp(settings) ? forCallers(settings) : [];
  return [...odoos, ...shared, ...collector, ...callers, ...own, ...files];
}

/** What must be reached to know callers, and for those with credentials of their own. */
function forCallers({ security, odoo }: Settings): Grant[] {
  const { issuer, jwks_uri, introspection_url } = security.oauth;
  const oauth = Object.entries({ issuer, jwks_uri, introspection_url }).flatMap(([name, address]) =>
    address === undefined ? [] : [connect(address, `the OAuth server (${name})`)]
  );
  const hosts = security.own_credentials ? odoo.allowed_hosts : [];
  const named = hosts.flatMap((host) => {
    const { hostname } = new URL(`https://${host}`);
    const addresses = isLoopback(hostname) ? [`https://${host}`, `http://${host}`] : [`https://${host}`];
    return addresses.map((address) => connect(address, "an Odoo that callers may name"));
  });
  return [...oauth, ...named];
}

/** The Worker's permissions: exactly its grants. */
export function workerPermissions(settings: Settings): Deno.PermissionOptionsObject {
  const all = grants(settings);
  const of = (...kinds: Grant["kind"][]) => {
    const what = new Set(all.filter(({ kind }) => kinds.includes(kind)).map((grant) => grant.what));
    return what.size > 0 ? [...what] : false;
  };
  return {
    net: of("connect", "listen"),
    env: false,
    read: of("read", "read and write"),
    write: of("write", "read and write"),
    run: false,
    ffi: false,
    sys: false,
    import: false,
  };
}

const USUAL_PORTS: Record<string, number> = { "http:": 80, "https:": 443, "redis:": 6379, "rediss:": 6379 };

function connect(address: string, why: string): Grant {
  const { hostname, port, protocol } = new URL(address);
  const usual = USUAL_PORTS[protocol];
  return { kind: "connect", what: `${hostname}:${port === "" ? usual : port}`, why };
}

/** A host as it stands before a port: IPv6 addresses in brackets. */
export function hostText(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
