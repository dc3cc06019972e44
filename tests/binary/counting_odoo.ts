/** As much of an Odoo 14 as counting records takes. */
import type { Json } from "../../src/lib/json.ts";

/** How many records of every model it counts. */
export const COUNTED = 7;

const USER = { id: 2, name: "Admin", company_id: [1, "Company"], company_ids: [1], lang: "en_US", tz: "UTC" };

const FIELDS = {
  name: { type: "char", string: "Name", store: true, searchable: true, readonly: false, required: true },
};

/** What it answers to a method, named `model.method` or `service.method`. */
export function answerOf(name: string): Json {
  if (name === "common.version") return { server_version: "14.0", server_version_info: [14, 0, 0] };
  if (name === "common.authenticate") return 2;
  if (name === "res.users.read") return [USER];
  if (name.endsWith(".fields_get")) return FIELDS;
  return name.endsWith(".search_count") ? COUNTED : [];
}
