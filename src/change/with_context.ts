import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";

/** The same Odoo with more context in every call: what a window brings along, or where a new record belongs. */
export function withContext(odoo: Odoo, context: JsonObject): Odoo {
  return {
    ...odoo,
    call: (model, method, options = {}) =>
      odoo.call(model, method, { ...options, context: { ...context, ...options.context } }),
  };
}
