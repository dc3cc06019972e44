import type { Odoo, User } from "../odoo/mod.ts";
import { knownZone, today } from "./zone.ts";

/** Where a caller is, in a few lines. */
export interface Context {
  instance: string;
  user: { id: number; name: string; login: string };
  /** New records land in it. */
  company: User["company"];
  /** All the user may work in, where there are several; the first {@link MOST_COMPANIES} of them. */
  companies?: User["companies"];
  /** How many companies there are, where not all are shown. */
  companies_count?: number;
  language: string;
  time_zone: string;
  /** The date in that time zone. */
  today: string;
  odoo: { version: string; edition: string };
}

const MOST_COMPANIES = 20;

/** Who asks, where and when. No request once the session is known. */
export async function getContext(odoo: Odoo, now = Date.now()): Promise<Context> {
  const [user, version] = await Promise.all([odoo.user(), odoo.version()]);
  const zone = knownZone(user.timeZone);
  const { companies } = user;
  return {
    instance: odoo.instance,
    user: { id: user.id, name: user.name, login: user.login },
    company: user.company,
    ...(companies.length > 1 && { companies: companies.slice(0, MOST_COMPANIES) }),
    ...(companies.length > MOST_COMPANIES && { companies_count: companies.length }),
    language: user.language,
    time_zone: zone,
    today: today(zone, now),
    odoo: { version: version.text, edition: version.edition },
  };
}
