import { Failure } from "../lib/failure.ts";
import type { Access } from "./access.ts";
import type { Caller } from "./caller.ts";
import type { PolicyRules, Role, Verb } from "./rules.ts";

/** The roles there are without any setting, each within what the next one may. */
export const BUILT_IN_ROLES = ["viewer", "editor", "operator", "admin"] as const;

/** A name of {@link BUILT_IN_ROLES}. */
export type BuiltInRole = typeof BUILT_IN_ROLES[number];

/** What the settings say about a role, `security.roles.{name}`. */
export type RoleEntry = Partial<Omit<Role, "name" | "verbs">> & { from?: BuiltInRole };

/** Viewers read; editors create and change too; operators delete and act as well; admins do all that settings allow. */
const VERBS: Record<BuiltInRole, readonly Verb[]> = {
  viewer: ["read"],
  editor: ["read", "create", "write"],
  operator: ["read", "create", "write", "unlink", "act"],
  admin: ["read", "create", "write", "unlink", "act"],
};

/** What a tool of an access does in the end: who may not do that has no use for it. */
const NEEDS: Record<Access, Verb> = { read: "read", write: "write", destroy: "unlink", act: "act" };

/** The strictest first. */
const MODES = ["read-only", "guarded", "open"] as const;

/** Whether a role may use tools of this access at all. */
export function mayAccess(role: Role, access: Access): boolean {
  return role.verbs.includes(NEEDS[access]);
}

/** The rules of every role, within those of the operator. */
export interface Roles {
  names: readonly string[];
  /** The rules that a caller's Calls obey. A role that does not exist (any more) may do nothing at all. */
  rulesFor(caller: Pick<Caller, "role" | "narrowed">): PolicyRules & { readonly role: Role };
}

/** The built-in roles and those of the settings. `E004` for settings that can't be meant. */
export function createRoles(rules: PolicyRules, settings: Readonly<Record<string, RoleEntry>> = {}): Roles {
  const roles = new Map<string, Role>(BUILT_IN_ROLES.map((name) => [name, builtIn(name)]));
  for (const [name, entry] of Object.entries(settings)) roles.set(name, fromSettings(name, entry));
  const within = (role: Role, readOnly: boolean) => ({
    ...rules,
    mode: readOnly ? "read-only" : stricter(rules.mode, role.mode),
    role,
  });
  // The same object for the same role each time, because what is compiled from rules is kept by it.
  const made = new Map(
    [...roles].map(([name, role]) => [name, { usual: within(role, false), readOnly: within(role, true) }]),
  );
  return {
    names: [...roles.keys()],
    rulesFor({ role, narrowed }) {
      const readOnly = narrowed?.readOnly === true;
      const known = made.get(role);
      return known === undefined ? within(nobody(role), true) : readOnly ? known.readOnly : known.usual;
    },
  };
}

function stricter(a: PolicyRules["mode"], b: PolicyRules["mode"]): PolicyRules["mode"] {
  return MODES.indexOf(a) < MODES.indexOf(b) ? a : b;
}

function builtIn(name: BuiltInRole): Role {
  return {
    name,
    verbs: VERBS[name],
    tools: [],
    toolsets: [],
    models: { allow: [], deny: [] },
    fields: { hide: [], mask: [] },
    actions: { allow: [], deny: [] },
    instances: [],
    companies: [],
    rows: Infinity,
    mode: "open",
  };
}

function nobody(name: string): Role {
  return { ...builtIn("viewer"), name, verbs: [] };
}

function fromSettings(name: string, { from, ...entry }: RoleEntry): Role {
  const same = BUILT_IN_ROLES.find((one) => one === name);
  if (same !== undefined && from !== undefined && from !== same) {
    throw new Failure(
      "E004",
      `Cannot use the setting security.roles.${name}: ${name} is built in, and from is ${from}`,
      {
        hint: "Leave from out to narrow the built-in role, or give the role a name of its own.",
      },
    );
  }
  // Who says nothing gets the least: a role that only lists models must not delete in them.
  const role = { ...builtIn(same ?? from ?? "viewer"), ...entry, name };
  return role.mode === "read-only" ? { ...role, verbs: role.verbs.filter((verb) => verb === "read") } : role;
}
