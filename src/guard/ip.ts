/** Which addresses clients may come from, and which proxies are believed when they name one. */
export interface IpOptions {
  /** Addresses and ranges in CIDR form; empty allows all. */
  allow: readonly string[];
  trustedProxies: readonly string[];
}

/** Where a request comes from, and whether it may. */
export interface IpGate {
  /**
   * The client's address: the connection's, or behind trusted proxies the last one in `X-Forwarded-For` that is no such
   * proxy. What stands further left was written by whoever is there. Null for what is no address.
   */
  clientOf(peer: string, forwarded: string | null): string | null;
  /** Whether the client of a request may come in. */
  admits(peer: string, forwarded: string | null): boolean;
}

/** Makes the gate. Loads the ranges only where there are any. */
export async function createIpGate({ allow, trustedProxies }: IpOptions): Promise<IpGate> {
  if (allow.length + trustedProxies.length === 0) return { clientOf: (peer) => plain(peer), admits: () => true };
  const { BlockList, isIP } = await import("node:net");

  const ranges = (list: readonly string[]) => {
    const within = new BlockList();
    for (const one of list) {
      const [address = "", bits] = plain(one).split("/");
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      within.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
    }
    return (address: string) => within.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  };
  const isAllowed = ranges(allow);
  const isTrusted = ranges(trustedProxies);

  const clientOf = (peer: string, forwarded: string | null): string | null => {
    let client = plain(peer);
    for (const hop of (forwarded ?? "").split(",").reverse()) {
      if (isIP(client) === 0 || !isTrusted(client) || hop.trim() === "") break;
      client = plain(withoutPort(hop.trim()));
    }
    return isIP(client) === 0 ? null : client;
  };
  return {
    clientOf,
    admits(peer, forwarded) {
      if (allow.length === 0) return true;
      const client = clientOf(peer, forwarded);
      return client !== null && isAllowed(client);
    },
  };
}

/** An IPv4 address that came over IPv6 (`::ffff:10.0.0.1`) is the same one. Zones (`%eth0`) mean nothing elsewhere. */
function plain(address: string): string {
  return address.toLowerCase().replace(/^\[(.*)\]$/, "$1").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+)/, "").replace(
    /%.*$/,
    "",
  );
}

function withoutPort(hop: string): string {
  const [, bracketed, plain] = /^\[([^\]]*)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop) ?? [];
  return bracketed ?? plain ?? hop;
}
