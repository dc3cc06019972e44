import type { Json } from "../../lib/json.ts";
import type { Call } from "../call.ts";

/**
 * One form for results that differ between versions and protocols:
 * - `create` answers one id when `vals_list` is an object and a list of ids when it is a list (JSON-2 always a list);
 * - `copy` and `message_post` answer a list of ids, as on 19 (14: one id).
 *
 * Everything else passes as it is: `false` for empty, many2one as `[id, name]`.
 */
export function normalResult(call: Call, value: Json): Json {
  if (call.method === "create" && Array.isArray(value) && !Array.isArray(call.params["vals_list"])) {
    return value.length === 1 ? value[0]! : value;
  }
  if ((call.method === "copy" || call.method === "message_post") && typeof value === "number") return [value];
  return value;
}
