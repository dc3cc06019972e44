import type { Settings } from "../config/mod.ts";
import type { Log } from "../lib/log.ts";
import { grants } from "./permissions.ts";

/**
 * Answers the Worker's questions for addresses, for hosts it may connect to only: an answer to any other name could carry
 * data out through name servers. An empty list where the name is unknown, or where Deno may not look it up.
 */
export function createLookup(settings: Settings, log: Log): (host: string) => Promise<string[]> {
  const mine = grants(settings).filter(({ kind }) => kind === "connect").map(({ what }) => what.replace(/:\d+$/, ""));
  const hosts = new Set(mine);
  let warned = false;
  return async (host) => {
    if (!hosts.has(host)) return [];
    try {
      const { lookup } = await import("node:dns/promises");
      return (await lookup(host, { all: true })).map(({ address }) => address);
    } catch (error) {
      // A name that is not known is told by the request itself, which fails next.
      if (!warned && /EPERM|NotCapable/.test(String(error))) {
        log.warning(`Cannot check what ${host} resolves to: start with --allow-net=${host} (without a port) too`);
        warned = true;
      }
      return [];
    }
  };
}
