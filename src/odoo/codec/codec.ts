import type { Json } from "../../lib/json.ts";
import type { Secret } from "../../lib/secret.ts";
import type { Call } from "../call.ts";

/** The three wire forms Odoo speaks: the first two on 14 to 19, `json2` from 19 on. */
export type Protocol = "xmlrpc" | "jsonrpc" | "json2";

/** What a Call goes out with: on every request, for Odoo keeps no session between them. */
export interface Login {
  /** Name of the database; empty lets a server with a single one choose (JSON-2 only). */
  database: string;
  /** Odoo's user id; JSON-2 finds the user by the key and ignores it. */
  uid: number;
  /** The password, or an API key. */
  secret: Secret;
}

/** A POST below the Instance's address. */
export interface WireRequest {
  /** Begins with a slash. */
  path: string;
  headers: Record<string, string>;
  /** Bytes and never a stream: JSON-2 ignores a chunked body, and then `unlink` answers `true` and does nothing. */
  body: Uint8Array<ArrayBuffer>;
}

/** What came back, whatever it is: a redirect never gets this far. */
export interface WireAnswer {
  status: number;
  /** In lower case, e.g. `text/html; charset=utf-8`; empty when absent. */
  contentType: string;
  /** `Retry-After` in seconds. */
  retryAfterS: number | null;
  /** The header `Date` as it is, where there is one. */
  date?: string;
  body: string;
}

/** Turns Calls into bytes and answers into values. Holds no state, so one serves all requests at once. */
export interface Codec {
  readonly protocol: Protocol;
  /** Throws a `Failure` (`E004`) for what the protocol cannot carry, naming the parameter. */
  encode(call: Call, login: Login): WireRequest;
  /** Answers Odoo's value in the form of `result.ts`. Throws a `Failure` for anything else, never something other. */
  decode(call: Call, answer: WireAnswer): Json;
}

/** Odoo's services beside `object`, open without a login. */
export type Service = "common" | "db";

/** The two older protocols, which also reach the services `common` (version, login) and `db`. */
export interface ServiceCodec extends Codec {
  encodeService(service: Service, method: string, args: Json[]): WireRequest;
  /** Like {@link Codec.decode}, for an answer of a service. */
  decodeService(answer: WireAnswer): Json;
}
