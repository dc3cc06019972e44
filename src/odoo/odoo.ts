import type { Json, JsonObject } from "../lib/json.ts";
import type { Call, Effect, Origin } from "./call.ts";
import type { Fields } from "./schema.ts";
import type { Version } from "./version.ts";

/** Who a session acts as in Odoo, and what that person's Odoo looks like. Read once per Instance and credential. */
export interface User {
  /** Odoo's user id. */
  id: number;
  name: string;
  login: string;
  /** Language code, e.g. `en_US`. */
  language: string;
  /** IANA time zone, e.g. `Europe/Brussels`; `UTC` when the user has none. */
  timeZone: string;
  /** The company new records land in. */
  company: { id: number; name: string };
  /** Every company the user may work in, the current one first. */
  companies: { id: number; name: string }[];
}

/** What a Call needs beside model and method; everything has a default. */
export interface CallOptions {
  ids?: number[];
  params?: JsonObject;
  /** Merged over the session's own context (`lang`, `tz`, `allowed_company_ids`). */
  context?: JsonObject;
  /** Default `read`. */
  effect?: Effect;
  /** Default `caller`. */
  origin?: Origin;
  /** How old the answer may be: see {@link Call.cache}. */
  cache?: NonNullable<Call["cache"]>;
}

/**
 * One Odoo as one caller sees it during one tool call: permissions, deadline and cancellation are already bound, so
 * `ask` and `change` know neither. Cheap to make; the caches behind it are shared.
 */
export interface Odoo {
  /** Name of the Instance. */
  readonly instance: string;
  /** Address of Odoo's web client without a trailing slash, or null where there is none (demo). */
  readonly webUrl: string | null;
  /** Aborts with the tool call: its deadline, the client's cancellation, or shutdown. */
  readonly signal: AbortSignal;
  /** Calls a method. Rejects only with a `Failure`. */
  call(model: string, method: string, options?: CallOptions): Promise<Json>;
  /** The model's fields the user may see, from a cache. `E005` with close names for an unknown model. */
  fields(model: string): Promise<Fields>;
  version(): Promise<Version>;
  user(): Promise<User>;
}
