import { plainValues } from "../ask/mod.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";

/** A row as answers show it: missing is null, many2one `{id, name}`, datetimes in the user's time zone. */
export async function plainRow(odoo: Odoo, model: string, row: JsonObject): Promise<JsonObject> {
  const [fields, { timeZone }] = await Promise.all([odoo.fields(model), odoo.user()]);
  const pairs = await Promise.all(
    Object.entries(row).map(async ([name, raw]) => {
      const field = fields.get(name);
      return [name, field === undefined ? raw : (await plainValues(field, timeZone, "record"))(raw)] as const;
    }),
  );
  return Object.fromEntries(pairs);
}
