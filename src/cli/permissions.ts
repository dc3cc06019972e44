import type { Settings } from "../config/mod.ts";

/** What the Worker may do, for every setting the least: the configured Odoos, its own port, its store, and nothing else. */
export function workerPermissions(settings: Settings): Deno.PermissionOptionsObject {
  // Once the launcher has prepared it, the file is named; SQLite's own journal beside it needs no permission.
  const store = settings.store.file === undefined ? false : [settings.store.file];
  const addresses = Object.values(settings.instances).flatMap(({ url, proxy }) =>
    proxy === undefined ? [url] : [url, proxy]
  );
  const odoos = settings.demo ? [] : addresses.map((address) => hostAndPort(new URL(address)));
  const own = settings.transport === "http" ? [`${hostText(settings.http.host)}:${settings.http.port}`] : [];
  const net = [...new Set([...odoos, ...own])];
  return {
    net: net.length > 0 ? net : false,
    env: false,
    read: store,
    write: store,
    run: false,
    ffi: false,
    sys: false,
    import: false,
  };
}

function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port}`;
}

/** A host as it stands before a port: IPv6 addresses in brackets. */
export function hostText(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
