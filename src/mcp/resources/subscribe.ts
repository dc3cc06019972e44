import { ProtocolError, ProtocolErrorCode, type Server, type ServerContext } from "@modelcontextprotocol/server";
import type { Caller } from "../../guard/mod.ts";
import type { Surface } from "../surface.ts";
import type { Address } from "./address.ts";

/** So many records one session may watch. */
const MOST = 200;

/** What a subscription needs of reading: what a URI means, and whether this caller may see it. */
export interface Readable {
  parse: (uri: string) => Address;
  read: (uri: string, ctx: ServerContext) => Promise<unknown>;
}

/**
 * Serves `resources/subscribe`: a session is told when a record it watches was changed through this server. Who may not
 * read a record can't watch it either.
 */
export function addSubscriptions(server: Server, surface: Surface, caller: Caller, { parse, read }: Readable): void {
  const { changes, place } = surface.backend;
  const watched = new Map<string, { place: string; model: string; id: number }>();
  let stop: (() => void) | undefined;
  const listen = () =>
    changes.listen((changed) => {
      for (const [uri, { place, model, id }] of watched) {
        if (changed.place !== place || changed.model !== model || !changed.ids.includes(id)) continue;
        // Whoever can't be told has gone; the session's end says so too.
        server.notification({ method: "notifications/resources/updated", params: { uri } }).catch(() => {});
      }
    });
  const ended = server.onclose;
  server.onclose = () => {
    stop?.();
    ended?.();
  };

  server.setRequestHandler("resources/subscribe", async ({ params: { uri } }, ctx) => {
    const address = parse(uri);
    if (address.kind !== "record") throw refused("only records can be watched, as odoo://record/{model}/{id}");
    if (watched.size >= MOST && !watched.has(uri)) throw refused(`a session watches ${MOST} records at most`);
    await read(uri, ctx);
    stop ??= listen();
    watched.set(uri, { place: place(address.instance, caller), model: address.model, id: address.id });
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
    watched.delete(uri);
    return {};
  });
}

function refused(why: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Cannot watch this resource: ${why}.`);
}
