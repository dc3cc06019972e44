import { Failure } from "../../lib/failure.ts";
import { fetchFailure } from "../fetch_failure.ts";
import { type Answer, orAbort } from "./finding.ts";
import { openTcp, openTunnel, type Target } from "./network.ts";

/** How soon an end is worth a warning. Renewals by ACME come 30 days before; then two weeks mean that they failed. */
const SOON_DAYS = 14;

const DAY_MS = 86_400_000;

/** What is to be known of a certificate. */
interface Certificate {
  issuer: string;
  names: string;
  validFrom: Date;
  validTo: Date;
  /** Certificates up to the last one the server sends, itself included; undefined where Deno does not tell. */
  chain: number | undefined;
}

/** Makes the encrypted connection as requests do, with the same trust, and tells what the certificate says. */
export async function checkTls(
  base: URL,
  target: Target,
  options: { ca: string | undefined; proxy: Target | undefined },
  signal: AbortSignal,
): Promise<Answer> {
  const { hostname } = target;
  const caCerts = options.ca === undefined ? [] : [options.ca];
  // What it says is read first, trusted or not, so that a refusal can say what is wrong.
  const certificate = options.proxy === undefined ? await readCertificate(target, signal).catch(() => null) : null;
  const tcp = options.proxy === undefined
    ? await openTcp(target, signal)
    : await openTunnel(options.proxy, target, signal);
  try {
    const tls = await orAbort(signal, Deno.startTls(tcp, { hostname, caCerts }), (connection) => connection.close());
    await orAbort(signal, tls.handshake(), () => {}).finally(() => tls.close());
  } catch (error) {
    if (error instanceof Failure) throw error;
    // Deno's own words for it, told as those of a request that fails while connecting.
    const failure = fetchFailure(new Error("(Connect)", { cause: error }), base, options.proxy !== undefined);
    const { code, message, hint, cause } = failure;
    throw new Failure(code, certificate === null ? message : `${message} ${flaw(message, certificate, hostname)}`, {
      hint,
      cause,
    });
  }
  if (certificate === null) return "the certificate is trusted; its end can't be seen through a proxy";
  const { issuer, validTo, chain } = certificate;
  const days = Math.floor((validTo.getTime() - Date.now()) / DAY_MS);
  const sent = chain === undefined ? "" : `, ${chain} in the chain`;
  const message = `trusted, by ${issuer}${sent}, until ${day(validTo)} (${days} days)`;
  if (days > SOON_DAYS) return message;
  return { verdict: "warning", message, hint: "Renew Odoo's certificate; see why it was not renewed by itself." };
}

function flaw(message: string, { issuer, names, validFrom, validTo }: Certificate, hostname: string): string {
  if (message.includes("another name")) return `It is for ${names}, not for ${hostname}.`;
  if (message.includes("not valid at this time")) return `It is valid from ${day(validFrom)} to ${day(validTo)}.`;
  return `It was issued by ${issuer}.`;
}

/** Reads it by Node's TLS, which shows it whether it is trusted or not; Deno's own does not show it at all. */
async function readCertificate({ hostname, port }: Target, signal: AbortSignal): Promise<Certificate> {
  const { connect } = await import("node:tls");
  const { promise, resolve, reject } = Promise.withResolvers<Certificate>();
  const servername = /^[\d.]+$|:/.test(hostname) ? "" : hostname;
  const socket = connect({ host: hostname, port, servername, rejectUnauthorized: false }, () => {
    const peer = socket.getPeerCertificate(true);
    const issuer = peer.issuer === undefined ? undefined : peer.issuer.O ?? peer.issuer.CN;
    resolve({
      issuer: [issuer].flat()[0] ?? "nobody it names",
      names: (peer.subjectaltname ?? `DNS:${peer.subject?.CN}`).replaceAll(/(DNS|IP Address):/g, ""),
      validFrom: new Date(peer.valid_from),
      validTo: new Date(peer.valid_to),
      chain: chainLength(peer),
    });
  });
  socket.on("error", reject);
  try {
    return await orAbort(signal, promise, () => {});
  } finally {
    socket.destroy();
  }
}

/** Deno 2.7 shows the first certificate only. */
function chainLength(peer: { issuerCertificate?: unknown }): number | undefined {
  if (!("issuerCertificate" in peer)) return undefined;
  const seen = new Set<unknown>();
  for (let one: unknown = peer; typeof one === "object" && one !== null && !seen.has(one);) {
    seen.add(one);
    one = "issuerCertificate" in one ? one.issuerCertificate : undefined;
  }
  return seen.size;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
