import type { Access } from "./access.ts";

/** What OAuth tokens may grant. Each includes those before it: whoever may press buttons changes records with them. */
export const SCOPES = ["odoo:read", "odoo:write", "odoo:act", "odoo:admin"] as const;

/** One of {@link SCOPES}. */
export type Scope = typeof SCOPES[number];

/** The scope whose role may use tools of an access (`roles.ts`): deleting is an operator's, as acting is. */
const NEEDED: Record<Access, Scope> = {
  read: "odoo:read",
  write: "odoo:write",
  destroy: "odoo:act",
  act: "odoo:act",
};

const ROLES: Record<Scope, string> = {
  "odoo:read": "viewer",
  "odoo:write": "editor",
  "odoo:act": "operator",
  "odoo:admin": "admin",
};

/** The highest of the scopes a token holds, or null where none is ours. */
export function highestScope(scopes: readonly string[]): Scope | null {
  return SCOPES.findLast((scope) => scopes.includes(scope)) ?? null;
}

/** The role that belongs to a scope. */
export function roleOf(scope: Scope): string {
  return ROLES[scope];
}

/** The scope a caller lacks for a tool of this access, or null: enough, or a caller who comes without scopes. */
export function missingScope(caller: { scopes?: readonly string[] }, access: Access): Scope | null {
  if (caller.scopes === undefined) return null;
  const held = highestScope(caller.scopes);
  const needed = NEEDED[access];
  return held !== null && SCOPES.indexOf(held) >= SCOPES.indexOf(needed) ? null : needed;
}
