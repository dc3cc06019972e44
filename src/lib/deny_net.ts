/**
 * Addresses that clouds keep their machines' credentials at, for Deno's `--deny-net`, which can't say IPv6 networks. A
 * process started with it is refused by the runtime at the moment it connects, whatever a name resolves to; what a program
 * can look up itself beforehand is in `address_guard.ts`.
 */
export const DENY_NET: readonly string[] = [
  "169.254.0.0/16",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "[fd00:ec2::254]",
  "[fd20:ce::254]",
];
