import { access, SALES_MANAGER, SALESPERSON } from "../access.ts";
import { many2one } from "../field.ts";
import type { ModelDefinition } from "../model.ts";
import { modelOf, rowOf } from "../value.ts";

/** Asks why opportunities were lost, and marks those it was opened for. */
export const LOST_WIZARD: ModelDefinition = {
  model: "crm.lead.lost",
  label: "Get Lost Reason",
  order: "id",
  access: access([SALESPERSON, SALES_MANAGER], [SALESPERSON, SALES_MANAGER]),
  displayName: (row) => `crm.lead.lost,${row.id}`,
  fields: { lost_reason_id: many2one("crm.lost.reason", "Lost Reason") },
  methods: {
    action_lost_reason_apply: (env, ids) => {
      const leads = Array.isArray(env.context.active_ids) ? env.context.active_ids.map(Number) : [];
      const lost_reason = rowOf(env, "crm.lead.lost", ids[0])?.lost_reason_id ?? false;
      return modelOf(env, "crm.lead").methods!.action_set_lost!(env, leads, {
        lost_reason: lost_reason as number | false,
      });
    },
  },
};
