import type { Json, JsonObject } from "../../lib/json.ts";
import type { Call } from "../call.ts";

/** A parameter that goes by position; `absent` stands in where only a later one is given. */
interface Positional {
  name: string;
  absent?: Json;
}

/**
 * The leading parameters that `execute_kw` gets by position, by method, with their Odoo 19 names. Everything else goes by
 * keyword. A method stands here because a keyword would miss: its name differs between 14 and 19, or between a model's
 * overrides (`write(self, values)` in 81 places of 14, `default_get(self, fields_list)` in 11), or it is refused.
 */
const POSITIONAL: Record<string, Positional[]> = {
  // A keyword ends in an IndexError, on 14 and 19.
  create: [{ name: "vals_list" }],
  write: [{ name: "vals" }],
  // 14: args.
  search: [{ name: "domain" }],
  search_count: [{ name: "domain" }],
  name_search: [{ name: "name", absent: "" }, { name: "domain" }],
  // 14: fields_list, default_fields, …
  default_get: [{ name: "fields" }],
  // 14, an override: fields.
  fields_get: [{ name: "allfields", absent: null }, { name: "attributes" }],
  // 14: (values, field_name, field_onchange).
  onchange: [{ name: "values" }, { name: "field_names" }, { name: "fields_spec" }],
  // 14: a model method, so a Call to it has no ids there; 19: a record method of the user.
  has_group: [{ name: "group_ext_id" }],
};

/** The `args` and `kwargs` that `execute_kw` takes for a Call: ids first, then the table's, the context by keyword. */
export function positional(call: Call): { args: Json[]; kwargs: JsonObject } {
  const kwargs = { ...call.params };
  const args: Json[] = call.ids === undefined ? [] : [call.ids];
  // The one record method that is asked about a record that does not exist yet; the first argument would become its ids.
  if (call.method === "onchange" && call.ids === undefined) args.push([]);
  const order = Object.hasOwn(POSITIONAL, call.method) ? POSITIONAL[call.method]! : [];
  const last = order.findLastIndex(({ name }) => Object.hasOwn(kwargs, name));
  for (const { name, absent } of order.slice(0, last + 1)) {
    const value = Object.hasOwn(kwargs, name) ? kwargs[name] : absent;
    // Without a stand-in the rest goes by keyword, and Odoo says what is missing.
    if (value === undefined) break;
    args.push(value);
    delete kwargs[name];
  }
  if (Object.keys(call.context).length > 0) kwargs["context"] = call.context;
  return { args, kwargs };
}
