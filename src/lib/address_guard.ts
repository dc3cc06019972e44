import { abortFailure } from "./abort.ts";
import { Failure } from "./failure.ts";

/** Asks for the addresses of a host name; an empty list where nobody can tell. Rejects when the signal aborts. */
export type Lookup = (host: string, signal: AbortSignal) => Promise<string[]>;

/** How long an answer of {@link Lookup} counts, in ms: as long as a pooled connection may go on anyway. */
const KEPT_MS = 10_000;

/** Networks that nothing to be asked is in: what answers there gives out the credentials of the machine. IPv4 as number and length. */
const REFUSED_V4: [string, number, string][] = [
  ["0.0.0.0", 8, "an address of no host"],
  ["169.254.0.0", 16, "a link-local address, where clouds keep their metadata"],
  ["100.100.100.200", 32, "the metadata address of a cloud"],
  ["168.63.129.16", 32, "the metadata address of a cloud"],
  ["192.0.0.192", 32, "the metadata address of a cloud"],
  ["224.0.0.0", 3, "an address of many hosts, or of none"],
];

const REFUSED_V6: [string, number, string][] = [
  ["::", 128, "an address of no host"],
  ["fe80::", 10, "a link-local address"],
  ["fec0::", 10, "an address of no host"],
  ["ff00::", 8, "an address of many hosts"],
  ["fd00:ec2::254", 128, "the metadata address of a cloud"],
  ["fd20:ce::254", 128, "the metadata address of a cloud"],
];

/** IPv6 networks whose addresses carry an IPv4 one, and the bit it begins at: a detour to the same place. */
const CARRIERS: [string, number, number][] = [
  ["::ffff:0:0", 96, 96],
  ["::", 96, 96],
  ["::ffff:0:0:0", 96, 96],
  ["64:ff9b::", 96, 96],
  ["2002::", 16, 16],
];

/** Why no request may go to an address, or null. Takes what URLs hold: IPv4 in its usual form, IPv6 perhaps in brackets. */
export function refusedAddress(address: string): string | null {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const v4 = parseV4(bare);
  if (v4 !== null) return REFUSED_V4.find(([base, length]) => inV4(v4, base, length))?.[2] ?? null;
  const v6 = parseV6(bare);
  if (v6 === null) return null;
  const own = REFUSED_V6.find(([base, length]) => inV6(v6, base, length));
  if (own !== undefined) return own[2];
  for (const [base, length, at] of CARRIERS) {
    // ::1 is this machine, not a carried 0.0.0.1.
    if (v6 === 1n || !inV6(v6, base, length)) continue;
    const carried = Number((v6 >> BigInt(96 - at)) & 0xffffffffn);
    const found = REFUSED_V4.find(([net, bits]) => inV4(carried, net, bits));
    if (found !== undefined) return found[2];
  }
  return null;
}

/**
 * Makes the check that stands in front of each connection: a name that has come to resolve to a refused address is `E001`.
 * Between this look and the connection's own lies a moment in which a hostile name server can answer otherwise; only
 * `--deny-net` closes it (`lib/deny_net.ts`).
 */
export function guardAddress(
  host: string,
  lookup: Lookup,
  now: () => number = Date.now,
): (signal: AbortSignal) => Promise<void> {
  let good = 0;
  return async (signal) => {
    if (now() < good || host === "localhost" || isAddress(host)) return;
    const addresses = await lookup(host, signal).catch(() => {
      throw abortFailure(signal, "no");
    });
    for (const address of addresses) {
      const why = refusedAddress(address);
      if (why !== null) throw refused(host, `its name resolves to ${address}, ${why}`);
    }
    good = now() + KEPT_MS;
  };
}

/** Refuses a host that is itself such an address: at the start, before anything is sent. */
export function checkHost(host: string, setting: string): void {
  const why = refusedAddress(host);
  if (why !== null) {
    const hint = host === "0.0.0.0" || host === "[::]"
      ? "For this machine write 127.0.0.1 or localhost."
      : "No setting allows it.";
    throw new Failure("E001", `Cannot use the setting ${setting}: ${host} is ${why}.`, { hint });
  }
}

function refused(host: string, why: string): Failure {
  return new Failure("E001", `Cannot reach ${host}: ${why}.`, {
    hint: "No request goes there. Check the name servers of this machine, and the settings that name this host.",
    details: { rule: "address" },
  });
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || parseV4(host) !== null;
}

function parseV4(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
}

function parseV6(text: string): bigint | null {
  if (!text.includes(":")) return null;
  // The URL parser knows every way to write one, `::ffff:127.0.0.1` included, and answers the shortest.
  if (!URL.canParse(`http://[${text}]`)) return null;
  const [front = "", back] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":");
  const [first, last] = [groups(front), groups(back ?? "")];
  const all = [...first, ...Array<string>(8 - first.length - last.length).fill("0"), ...last];
  return all.reduce((sum, group) => sum * 65536n + BigInt(parseInt(group, 16)), 0n);
}

function inV4(address: number, base: string, length: number): boolean {
  const size = 2 ** (32 - length);
  return Math.floor(address / size) === Math.floor((parseV4(base) ?? 0) / size);
}

function inV6(address: bigint, base: string, length: number): boolean {
  const shift = BigInt(128 - length);
  return address >> shift === (parseV6(base) ?? 0n) >> shift;
}
