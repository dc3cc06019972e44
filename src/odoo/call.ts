import type { Json, JsonObject } from "../lib/json.ts";

/** What a Call does to Odoo: reads, changes records, or runs business logic of unknown reach. */
export type Effect = "read" | "write" | "act";

/** Who wanted the Call: a caller, or this server for its own needs (versions, views, currencies, external ids). */
export type Origin = "caller" | "server";

/** One method call to one Odoo, in protocol-neutral form. Parameters go by their Odoo 19 (JSON-2) names. */
export interface Call {
  /** Technical name of the model, e.g. `res.partner`. */
  model: string;
  /** Public method, e.g. `search_read`. */
  method: string;
  /** Records a record method acts on; absent for model methods such as `search` and `create`. Never empty. */
  ids?: number[];
  /** Arguments by name: JSON-2 takes nothing else; `codec/positional.ts` knows the order older protocols need. */
  params: JsonObject;
  /** Odoo's context: `lang`, `tz`, `allowed_company_ids`, `active_test`, … */
  context: JsonObject;
  effect: Effect;
  origin: Origin;
  /**
   * How old the answer of a read may be. `never`: asked now, as a read before a write must be. `schema`: kept for
   * `cache.schema_ttl_s`, for what hardly ever changes (fields, the session's user, model names, currencies). Absent:
   * the record cache decides (off by default). Never goes on the wire.
   */
  cache?: "never" | "schema";
}

/**
 * Carries out one Call and answers Odoo's value as JSON. Rejects only with a `Failure`. Obeys the signal: once it is
 * aborted the promise settles soon, though Odoo may go on with what it has received.
 *
 * Wire, cache, retry, limit, policy, metrics and the demo company all have this one shape.
 */
export type Execute = (call: Call, signal: AbortSignal) => Promise<Json>;

/** Wraps an {@link Execute} in one concern. */
export type Wrap = (next: Execute) => Execute;
