/** Odoo itself, asked past the server: the truth, and somebody else's changes. */
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import type { LiveOdoo } from "./live.ts";
import type { Tree } from "./server.ts";

/** A plain connection with full rights. */
export interface OdooItself {
  /** Calls a method, positional arguments first. Rejects where Odoo answers an error. */
  ask(model: string, method: string, args: unknown[], options?: object): Promise<unknown>;
  /** Fields of one record, as Odoo answers them. */
  read(model: string, id: number, fields: string[]): Promise<Tree>;
  search(model: string, domain: unknown[], options?: object): Promise<number[]>;
}

/** Logs in. */
export async function odooItself(live: LiveOdoo): Promise<OdooItself> {
  const uid = await login(live);
  const ask: OdooItself["ask"] = async (model, method, args, options = {}) =>
    JSON.parse(await jsonCall(live, uid, model, method, args, options)).result;
  return {
    ask,
    read: async (model, id, fields) => (await ask(model, "read", [[id], fields]) as Tree[])[0]!,
    search: async (model, domain, options) => await ask(model, "search", [domain], options) as number[],
  };
}
