/** What an Odoo 14 says over JSON-RPC to `doctor`, from a table that each case changes where it is broken. */
import type { Json, JsonObject } from "../../src/lib/json.ts";

/** Answers by `service.method` or `model.method`; a function gets the arguments, an Error is Odoo's own. */
export type Sayings = Record<string, Json | Error | ((args: Json[]) => Json | Error)>;

/** Odoo's names for its errors. */
export const ACCESS_DENIED = "odoo.exceptions.AccessDenied";

const FIELDS = { name: {}, scope: {}, create_date: {}, expiration_date: {}, totp_enabled: {} };

const SAYINGS: Sayings = {
  "common.version": { server_version: "14.0", server_version_info: [14, 0, 0, "final", 0, ""], protocol_version: 1 },
  "db.list": ["acme", "acme-test"],
  "common.authenticate": ([database, login, secret]) =>
    database === "acme" && login === "ada" && secret === "right" ? 7 : false,
  "res.users.context_get": odooError(ACCESS_DENIED, "Access denied"),
  "res.users.fields_get": FIELDS,
  "res.users.apikeys.fields_get": FIELDS,
  "res.users.apikeys.search_read": [],
  "res.users.read": ([, , , , , , kwargs]) =>
    JSON.stringify(kwargs).includes("totp_enabled") ? [{ id: 7, totp_enabled: false }] : [{
      id: 7,
      name: "Ada Lovelace",
      login: "ada",
      lang: "en_US",
      tz: "Europe/London",
      company_id: [1, "Acme Ltd"],
      company_ids: [1],
    }],
  "*.check_access_rights": true,
};

/** An error as Odoo sends it: `name` is the Python class. */
export function odooError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Answers requests as that Odoo. `sayings` go over the usual ones; what nothing answers is Odoo's 404. */
export function spokenOdoo(sayings: Sayings = {}): (request: Request) => Promise<Response> {
  const all: Sayings = { ...SAYINGS, ...sayings };
  return async (request) => {
    if (request.method !== "POST" || !request.url.endsWith("/jsonrpc")) {
      return new Response("Not Found", { status: 404 });
    }
    const { id, params: { service, method, args } }: {
      id: Json;
      params: { service: string; method: string; args: Json[] };
    } = await request.json();
    const [model, called] = service === "object" ? [String(args[3]), String(args[4])] : [service, method];
    const said = all[`${model}.${called}`] ?? all[`*.${called}`] ?? null;
    const result = typeof said === "function" ? said(args) : said;
    const answer: JsonObject = result instanceof Error
      ? {
        error: {
          code: 200,
          message: "Odoo Server Error",
          data: { name: result.name, debug: "", message: result.message, arguments: [result.message], context: {} },
        },
      }
      : { result };
    return Response.json({ jsonrpc: "2.0", id, ...answer });
  };
}
