/** What the settings allow to whom: for the server that obeys it, and for operators who ask (`odoo-mcp policy`). */
import { DEFAULT_ACTION_PATTERNS } from "../change/mod.ts";
import type { Settings } from "../config/mod.ts";
import { createRoles, type PolicyRules, type Roles } from "../guard/mod.ts";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { explainPolicy, type PolicyQuestion, type PolicyVerdict, type ToolChoice, tools } from "../mcp/mod.ts";

/** Everything that decides about a caller, before Odoo's own rights do. */
export interface Policy {
  roles: Roles;
  /** What the settings offer to everybody. */
  choice: ToolChoice;
}

/** The policy of these settings. `E004` for names of tools and roles that can't be meant. */
export function policyOf(settings: Settings): Policy {
  const { features, security } = settings;
  refuseUnknownTools("tools", settings.tools);
  refuseUnknownTools("exclude_tools", settings.exclude_tools);
  for (const [role, entry] of Object.entries(security.roles)) {
    refuseUnknownTools(`security.roles.${role}.tools`, entry.tools);
  }
  const rules: PolicyRules = {
    mode: settings.mode,
    models: settings.models,
    fields: settings.fields,
    actions: { ...settings.actions, allow: [...DEFAULT_ACTION_PATTERNS, ...settings.actions.allow] },
  };
  return {
    roles: createRoles(rules, security.roles),
    choice: {
      mode: settings.mode,
      toolsets: settings.toolsets,
      only: settings.tools,
      exclude: settings.exclude_tools,
      withoutFeatures: [
        ...(features.analytics ? [] : ["analytics_query"]),
        ...(features.batch ? [] : ["batch_operation"]),
        ...(features.undo ? [] : ["undo"]),
      ],
    },
  };
}

/** Answers questions about the policy of these settings. Asks no Odoo. */
export function explainerOf(settings: Settings): (question: PolicyQuestion) => PolicyVerdict {
  const policy = policyOf(settings);
  return (question) => explainPolicy(policy, question);
}

function refuseUnknownTools(setting: string, names: readonly string[]): void {
  const known = tools.map((tool) => tool.name);
  for (const name of names.filter((one) => !known.includes(one))) {
    const near = closest(name, known);
    throw new Failure("E004", `Cannot use the setting ${setting}: there is no tool "${name}".`, {
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There are ${known.join(", ")}.`,
    });
  }
}
