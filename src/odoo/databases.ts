import { Failure } from "../lib/failure.ts";
import { jsonrpc } from "./codec/jsonrpc.ts";
import { xmlrpc } from "./codec/xmlrpc.ts";
import type { Rpc } from "./rpc.ts";

/**
 * The databases an Odoo lists without a login; null where it does not (`list_db = False`, Odoo Online) or can't any more.
 * Rejects with a `Failure` where Odoo can't be asked at all.
 */
export async function listDatabases(rpc: Rpc, signal: AbortSignal): Promise<string[] | null> {
  for (const codec of [jsonrpc, xmlrpc]) {
    const answer = await rpc.send(codec.encodeService("db", "list", []), signal);
    if (answer.status === 404 || answer.status === 405 || answer.status === 410) continue;
    try {
      const list = codec.decodeService(answer);
      return Array.isArray(list) ? list.filter((name) => typeof name === "string") : null;
    } catch (error) {
      // Access denied, in words that differ by version.
      if (error instanceof Failure && error !== signal.reason) return null;
      throw error;
    }
  }
  return null;
}
