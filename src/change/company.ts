import { quote } from "../ask/mod.ts";
import type { JsonObject } from "../lib/json.ts";
import { contextOf, type Odoo, type User } from "../odoo/mod.ts";
import { refuse } from "./refuse.ts";

/** An Odoo that works in one company, and what an answer says about it: nothing where the user has only one company. */
export interface InCompany {
  odoo: Odoo;
  echo: { company?: User["company"] };
}

/**
 * The Odoo of a change, in the company asked for by name or id: only that one is allowed then, so that nothing can land in
 * another. Without one it is the user's own, as in Odoo's pages. `E004` where the user may not work in it.
 */
export async function inCompany(odoo: Odoo, wanted: string | number | undefined): Promise<InCompany> {
  const user = await odoo.user();
  if (wanted === undefined) return { odoo, echo: echoOf(user, user.company) };
  const company = find(user, wanted);
  return { odoo: withCompanies(odoo, user, [company]), echo: { company } };
}

/**
 * The Odoo to create checked values with. Where all name one company of the user's, its defaults (warehouse, journals,
 * taxes) have to be that company's: Odoo refuses records whose parts belong to several. `E004` where the values
 * contradict the company asked for.
 */
export async function inCompanyOf(
  { odoo, echo }: InCompany,
  wanted: string | number | undefined,
  values: readonly JsonObject[],
): Promise<InCompany> {
  const named = [...new Set(values.map((one) => one["company_id"]).filter((id) => typeof id === "number"))];
  const [id] = named;
  if (id === undefined) return { odoo, echo };
  const user = await odoo.user();
  const stranger = wanted === undefined ? undefined : named.find((one) => one !== user.company.id);
  if (stranger !== undefined) {
    refuse("company_id", `it is company #${stranger}, and company is ${user.company.name} #${user.company.id}`);
  }
  const company = named.length === 1 ? user.companies.find((one) => one.id === id) : undefined;
  if (company === undefined || company.id === user.company.id) return { odoo, echo };
  const others = user.companies.filter((one) => one.id !== company.id);
  return { odoo: withCompanies(odoo, user, [company, ...others]), echo: { company } };
}

function withCompanies(odoo: Odoo, user: User, companies: User["companies"]): Odoo {
  const moved: User = { ...user, company: companies[0]!, companies };
  const { allowed_company_ids } = contextOf(moved);
  return {
    ...odoo,
    user: () => Promise.resolve(moved),
    call: (model, method, options = {}) =>
      odoo.call(model, method, {
        ...options,
        context: { allowed_company_ids: allowed_company_ids!, ...options.context },
      }),
  };
}

function echoOf(user: User, company: User["company"]): InCompany["echo"] {
  return user.companies.length > 1 ? { company } : {};
}

function find(user: User, wanted: string | number): User["company"] {
  const text = String(wanted).trim();
  const byId = user.companies.find(({ id }) => String(id) === text);
  const exact = user.companies.filter(({ name }) => name === text);
  const near = user.companies.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  const found = byId ?? (exact.length === 1 ? exact[0] : near.length === 1 ? near[0] : undefined);
  if (found !== undefined) return found;
  const list = user.companies.map(({ id, name }) => `${name} #${id}`).join(", ");
  return refuse("company", `${quote(wanted)} is none of the user's companies`, `They are ${list}.`, {
    candidates: user.companies,
  });
}
