import type { Json } from "../lib/json.ts";

/**
 * One value of each argument whose shape a name does not tell, for errors: an agent that saw no schema can copy it.
 * Each works on any model, so it stands on fields that all models have.
 */
export const ARGUMENT_EXAMPLES: Readonly<Record<string, Json>> = {
  model: "res.partner",
  ids: [7, 8],
  domain: [["create_date", ">=", "2026-01-01"], ["display_name", "ilike", "a"]],
  where: [{ field: "create_date", op: ">=", value: "-30d" }],
  fields: ["display_name", "create_date"],
  order: "create_date desc",
  group_by: ["create_uid", "create_date:month"],
  measures: ["count", "create_date:max"],
  having: [{ measure: "count", op: ">", value: 5 }],
  include: ["fields", "actions"],
  values: { name: "Azure" },
  operations: [{ op: "update", model: "res.partner", ids: [7], values: { name: "Azure" } }],
};
