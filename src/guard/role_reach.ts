import { Failure } from "../lib/failure.ts";
import type { User } from "../odoo/mod.ts";
import type { Role } from "./rules.ts";

/** Refuses an Instance that a role may not use (`E011`). */
export function refuseInstance({ name, instances }: Role, instance: string): void {
  if (instances.length === 0 || instances.includes(instance)) return;
  throw new Failure("E011", `Cannot ask this Odoo: the role ${name} may not use it`, {
    hint: "An operator decides which role a caller has, and which Instances the role may use.",
    details: { rule: `security.roles.${name}.instances` },
  });
}

/** The session's user as a role sees it: with the companies they have in common. `E011` where there are none. */
export function withinCompanies({ name, companies: allowed }: Role, user: User): User {
  if (allowed.length === 0) return user;
  const companies = user.companies.filter(({ id }) => allowed.includes(id));
  const [company] = companies;
  if (company !== undefined) return { ...user, company, companies };
  throw new Failure("E011", `Cannot work in a company: the role ${name} and ${user.login} have none in common`, {
    hint: "An operator sets the companies of a role; Odoo those of a user.",
    details: { rule: `security.roles.${name}.companies` },
  });
}
