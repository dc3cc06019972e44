import { Failure } from "../../lib/failure.ts";
import { type Answer, orAbort } from "./finding.ts";

/** Where the first connection goes: Odoo, or the proxy on the way to it. */
export interface Target {
  /** Without brackets. */
  hostname: string;
  port: number;
  /** The setting that holds it. */
  setting: "odoo.url" | "odoo.proxy";
}

/** Reads host and port of an address. */
export function targetOf(url: URL, setting: Target["setting"]): Target {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, setting };
}

/** Asks the system, not a name server: /etc/hosts and the like count, as they do for each request. */
export async function lookUp({ hostname, port, setting }: Target, signal: AbortSignal): Promise<Answer> {
  if (/^[\d.]+$|:/.test(hostname)) {
    return { verdict: "skipped", message: `${hostname} is an address: there is no name to look up` };
  }
  const { lookup } = await import("node:dns/promises");
  try {
    const found = await orAbort(signal, lookup(hostname, { all: true }), () => {});
    return `${hostname} is ${[...new Set(found.map(({ address }) => address))].join(", ")}`;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (isNotAllowed(error)) {
      return {
        verdict: "skipped",
        message: `Deno was not allowed to look up ${hostname}`,
        hint: `Start with --allow-net=${hostname}, without a port, to see it.`,
      };
    }
    throw new Failure("E001", `Cannot reach ${hostname}:${port}: its name is not known.`, {
      hint: `Check the host name in ${setting}, and this machine's name servers.`,
      cause: error,
    });
  }
}

/** Opens a TCP connection and closes it; `fetch` would not tell whether that or something later failed. */
export async function connect(target: Target, signal: AbortSignal): Promise<Answer> {
  (await openTcp(target, signal)).close();
  const what = target.setting === "odoo.proxy" ? "the proxy " : "";
  return `${what}${target.hostname} port ${target.port} accepts connections`;
}

/** A TCP connection. Rejects with a `Failure` (`E001`) that tells a closed port from a dropped packet. */
export async function openTcp({ hostname, port, setting }: Target, signal: AbortSignal): Promise<Deno.TcpConn> {
  const host = `${hostname}:${port}`;
  try {
    return await orAbort(signal, Deno.connect({ hostname, port }), (connection) => connection.close());
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (isNotAllowed(error)) {
      const hint = `Start with --allow-net=${host}.`;
      throw new Failure("E001", `Cannot reach ${host}: Deno was not allowed to.`, { hint, cause: error });
    }
    const why = error instanceof Deno.errors.ConnectionRefused
      ? `nothing listens on port ${port}`
      : error instanceof Error && /unreachable|no route/i.test(error.message)
      ? "there is no way through the network"
      : "the connection could not be made";
    throw new Failure("E001", `Cannot reach ${host}: ${why}.`, {
      hint: `Check that it runs, its port in ${setting}, and firewalls on the way.`,
      cause: error,
    });
  }
}

/** Largest head of an answer to CONNECT, in bytes. */
const MOST_HEAD = 8192;

/** Asks an HTTP proxy for a way through (CONNECT, RFC 9110 §9.3.6). Answers the connection, which then is the target's. */
export async function openTunnel(proxy: Target, to: Target, signal: AbortSignal): Promise<Deno.TcpConn> {
  const connection = await openTcp(proxy, signal);
  const host = `${to.hostname.includes(":") ? `[${to.hostname}]` : to.hostname}:${to.port}`;
  const close = () => connection.close();
  signal.addEventListener("abort", close, { once: true });
  try {
    await connection.write(new TextEncoder().encode(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    const status = await readStatus(connection);
    if (status !== null && status >= 200 && status < 300) return connection;
    throw refused(host, status);
  } catch (error) {
    if (!signal.aborted) close();
    throw signal.aborted ? signal.reason : error instanceof Failure ? error : refused(host, null);
  } finally {
    signal.removeEventListener("abort", close);
  }
}

function refused(host: string, status: number | null): Failure {
  const [why, hint] = status === 407
    ? ["it asks for a name and password of its own", `Ask who runs the proxy to let this machine through to ${host}.`]
    : status === 403 || status === 405
    ? [`it does not let anybody through to ${host} (HTTP ${status})`, `Ask who runs the proxy to allow ${host}.`]
    : status === null
    ? ["what answers there is no HTTP proxy", "Check the host and port in odoo.proxy."]
    : [`it can't reach ${host} (HTTP ${status})`, "Check the host in odoo.url, and the proxy's own network."];
  return new Failure("E001", `Cannot go through the proxy: ${why}.`, { hint });
}

/** The status of an HTTP answer's head; null where it is none. Reads no further than the head, byte by byte at its end. */
async function readStatus(connection: Deno.TcpConn): Promise<number | null> {
  let head = "";
  const byte = new Uint8Array(1);
  while (!head.endsWith("\r\n\r\n") && head.length < MOST_HEAD) {
    if (await connection.read(byte) === null) break;
    head += String.fromCharCode(byte[0]!);
    if (head.length === 5 && head !== "HTTP/") return null;
  }
  const status = /^HTTP\/1\.\d (\d{3})/.exec(head)?.[1];
  return status === undefined ? null : Number(status);
}

function isNotAllowed(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable || /EPERM|NotCapable/.test(String(error));
}
