import { accessError } from "./fault.ts";
import type { Access, Environment, ModelDefinition, Operation } from "./model.ts";

/** Every internal user. */
export const USER = "User types/Internal User";
export const CONTACTS = "Extra Rights/Contact Creation";
export const SALESPERSON = "Sales/User: Own Documents Only";
export const SALES_MANAGER = "Sales/Administrator";
export const ACCESS_RIGHTS = "Administration/Access Rights";
export const SETTINGS = "Administration/Settings";

/** The groups of each login of the demo company, named as in Odoo's own demo. */
export const LOGINS = {
  admin: [USER, CONTACTS, SALESPERSON, SALES_MANAGER, ACCESS_RIGHTS, SETTINGS],
  demo: [USER, CONTACTS, SALESPERSON],
  limited: [USER],
} as const;

/** External ids of the groups, as `has_group` takes them. */
export const GROUP_IDS: Readonly<Record<string, string>> = {
  "base.group_user": USER,
  "base.group_partner_manager": CONTACTS,
  "sales_team.group_sale_salesman": SALESPERSON,
  "sales_team.group_sale_manager": SALES_MANAGER,
  "base.group_erp_manager": ACCESS_RIGHTS,
  "base.group_system": SETTINGS,
};

/** Rights of a model: who reads, who creates and changes, who deletes (default: whoever changes). */
export function access(read: readonly string[], change: readonly string[], unlink: readonly string[] = change): Access {
  return { read, write: change, create: change, unlink };
}

/** Whether the user has a right on the model. */
export function mayDo(env: Environment, definition: ModelDefinition, operation: Operation): boolean {
  return definition.access[operation].some((group) => env.groups.has(group));
}

/** Refuses with Odoo 14's text when the user lacks a right on the model. */
export function requireAccess(env: Environment, definition: ModelDefinition, operation: Operation): void {
  if (mayDo(env, definition, operation)) return;
  const verb = { read: "access", write: "modify", create: "create", unlink: "delete" }[operation];
  const groups = definition.access[operation].map((group) => `\n\t- ${group}`).join("");
  const hint = groups === ""
    ? "Nobody has this right."
    : `An administrator can grant it through one of these groups: ${definition.access[operation].join("; ")}.`;
  throw accessError(
    `You are not allowed to ${verb} '${definition.label}' (${definition.model}) records.\n\n` +
      (groups === ""
        ? "No group currently allows this operation."
        : `This operation is allowed for the following groups:${groups}`) +
      "\n\nContact your administrator to request access if necessary.",
    hint,
    { model: definition.model, operation, groups: [...definition.access[operation]] },
  );
}
