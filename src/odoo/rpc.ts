import { abortFailure } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import { traceHeaders } from "../lib/trace.ts";
import type { Secret } from "../lib/secret.ts";
import { checkHost, guardAddress, type Lookup } from "../lib/address_guard.ts";
import type { WireAnswer, WireRequest } from "./codec/codec.ts";
import { fetchFailure } from "./fetch_failure.ts";

/** Where Odoo is and how to get there. */
export interface RpcOptions {
  /** Address of Odoo, `http:` or `https:`, with its path where a proxy serves it below one. No user name in it. */
  baseUrl: string;
  /** Largest answer, uncompressed, in bytes. Default 64 MiB. */
  maxBytes?: number;
  /** Certificates to trust beside the system's: the text of a PEM file. */
  ca?: string;
  /** Certificate and private key to show to a server that asks for them, both PEM. */
  identity?: { cert: string; key: Secret };
  /** Asks what a name resolves to, before each new connection; without it that is not looked at. */
  lookup?: Lookup;
  /** Address of an HTTP proxy; a user name and password in it are sent to it. */
  proxy?: string;
}

/** The wire to one Odoo. Rejects only with a `Failure`. Follows no redirect and keeps no cookie. */
export interface Rpc {
  /** Scheme, host and port, for messages. */
  readonly origin: string;
  /**
   * Posts a request and reads the whole answer, whatever its status. The deadline is the signal's. When it aborts, its
   * reason comes back with `applied: "unknown"` (or a cancellation `E007` where the reason is no Failure), for the request
   * may have arrived; `"no"` when it had aborted before.
   */
  send(request: WireRequest, signal: AbortSignal): Promise<WireAnswer>;
  /** Gets a path below the address, without any credentials. */
  get(path: string, signal: AbortSignal): Promise<WireAnswer>;
  /** Closes the pooled connections; requests still on their way fail. */
  close(): void;
}

/** Below what load balancers usually keep an idle connection (60 s), so that a dead one is seldom reused. */
const IDLE_MS = 30_000;

/** Makes the only place that fetches from Odoo. Connects to nothing yet. `E001` for an unusable address, CA or proxy. */
export function createRpc(options: RpcOptions): Rpc {
  const { maxBytes = 64 * 1024 * 1024, ca, identity, proxy } = options;
  const base = parseAddress(options.baseUrl, "odoo.url");
  // Behind a proxy it is the proxy that looks the name up.
  const next = proxy === undefined ? base : parseAddress(proxy, "odoo.proxy");
  checkHost(base.hostname, "odoo.url");
  checkHost(next.hostname, "odoo.proxy");
  const guard = options.lookup === undefined ? null : guardAddress(next.hostname, options.lookup);
  const prefix = base.pathname.replace(/\/+$/, "");
  // Deno takes any text for a certificate and would then fail at each connection.
  if (ca !== undefined && !ca.includes("-----BEGIN CERTIFICATE-----")) {
    throw new Failure("E001", "Cannot use the setting odoo.ca_file: the file holds no PEM certificate.", {
      hint: "It must hold the certificate of the authority that signed Odoo's, between BEGIN and END CERTIFICATE.",
    });
  }
  const client = Deno.createHttpClient({
    poolIdleTimeout: IDLE_MS,
    ...(ca !== undefined && { caCerts: [ca] }),
    ...(identity !== undefined && { cert: identity.cert, key: identity.key.reveal() }),
    ...(proxy !== undefined && { proxy: proxyOf(proxy) }),
  });

  const ask = async (path: string, init: RequestInit, signal: AbortSignal): Promise<WireAnswer> => {
    if (signal.aborted) throw abortFailure(signal, "no");
    await guard?.(signal);
    try {
      const url = `${base.origin}${prefix}${path}`;
      const response = await fetch(url, { ...init, redirect: "manual", signal, client });
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw redirected(base, response);
      }
      const date = response.headers.get("date");
      return {
        status: response.status,
        ...(date !== null && { date }),
        contentType: response.headers.get("content-type")?.toLowerCase() ?? "",
        retryAfterS: parseRetryAfter(response.headers.get("retry-after")),
        body: await readText(response, maxBytes),
      };
    } catch (error) {
      // An aborted fetch rejects with the signal's own reason, which may be a Failure too.
      if (error instanceof Failure && error !== signal.reason) throw error;
      if (signal.aborted) throw abortFailure(signal, "unknown");
      throw fetchFailure(error, base, proxy !== undefined);
    }
  };

  return {
    origin: base.origin,
    send: (request, signal) =>
      // A Blob, because Deno's fetch sends a POST of bytes once more by itself when the server drops the connection
      // (2.9: reused ones, 2.7: fresh ones too; denoland/deno#36415). A Blob keeps Content-Length and goes out once.
      ask(request.path, {
        method: "POST",
        headers: { ...request.headers, ...traceHeaders() },
        body: new Blob([request.body]),
      }, signal),
    get: (path, signal) => ask(path, { method: "GET" }, signal),
    close: () => client.close(),
  };
}

function parseAddress(text: string, setting: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Failure("E001", `Cannot use the setting ${setting}: it is no http or https address.`, {
      hint: "Write it like https://mycompany.odoo.com or http://localhost:8069.",
    });
  }
  if (setting === "odoo.url" && (url.username !== "" || url.password !== "")) {
    throw new Failure("E001", `Cannot use the setting ${setting}: it holds a user name or password.`, {
      hint: "Put these into odoo.username and odoo.password: an address ends up in logs.",
    });
  }
  return url;
}

function proxyOf(text: string): Deno.Proxy {
  const { origin, username, password } = parseAddress(text, "odoo.proxy");
  const basicAuth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { url: origin, ...(username !== "" && { basicAuth }) };
}

/** A POST that is redirected becomes a GET, or goes to whoever the answer names: never followed. */
function redirected(base: URL, { status, headers }: Response): Failure {
  const location = headers.get("location") ?? "";
  const target = URL.canParse(location, base.href) ? new URL(location, base.href) : null;
  const message = `Cannot call Odoo at ${base.origin}: it redirects (HTTP ${status})`;
  const to = target === null || target.origin === base.origin ? "to another page" : `to ${target.origin}`;
  const hint = target !== null && target.origin !== base.origin
    ? `Set odoo.url to ${target.origin} if that is your Odoo.`
    : "Check odoo.url: it must be the address of Odoo itself, not of a page or a login in front of it.";
  return new Failure("E001", `${message} ${to}, and calls are never redirected.`, {
    hint,
    details: { http_status: status },
  });
}

/** `Retry-After` is a number of seconds or a date; null when absent or neither. */
function parseRetryAfter(text: string | null): number | null {
  if (text === null) return null;
  if (/^\s*\d+\s*$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

async function readText({ body, headers }: Response, maxBytes: number): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const told = Number(headers.get("content-length"));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let more = !(told > maxBytes); more;) {
    const { done, value } = await reader.read();
    if (done) return decode(chunks);
    chunks.push(value);
    size += value.length;
    more = size <= maxBytes;
  }
  await reader.cancel();
  throw new Failure("E012", `Cannot take Odoo's answer: it is larger than ${maxBytes} bytes.`, {
    hint: "Ask for fewer records or fields; leave out images and other binaries.",
    details: { limit_bytes: maxBytes },
    applied: "unknown",
  });
}

function decode(chunks: Uint8Array[]): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
  } catch (error) {
    throw new Failure("E999", "Cannot read Odoo's answer: it is not UTF-8 text.", { applied: "unknown", cause: error });
  }
}
