import { Failure } from "../lib/failure.ts";
import { isObject } from "../lib/json.ts";
import type { Odoo, User } from "../odoo/mod.ts";
import { readApps } from "./apps.ts";
import { readCalendar } from "./calendar.ts";
import { readWhen } from "./dates.ts";
import { visible } from "./text.ts";
import { isoLocal, knownZone, odooDate, today } from "./zone.ts";

/** Where a caller is, in a few lines. */
export interface Context {
  user: { id: number; name: string; login: string };
  /** New records land in it. */
  company: User["company"];
  /** The company's currency, e.g. `EUR`. */
  currency?: string;
  /** All the user may work in, where there are several; the first {@link MOST_COMPANIES} of them. */
  companies?: User["companies"];
  /** How many companies there are, where not all are shown. */
  companies_count?: number;
  language: string;
  time_zone: string;
  /** The time there, with its offset. */
  now: string;
  /** The date there. */
  today: string;
  weekday: string;
  /** The first and the last day of the company's fiscal year. */
  fiscal_year: { from: string; to: string };
  odoo: { version: string; edition: string };
  /** Main applications that are installed, e.g. `sale`, `stock`. */
  apps: string[];
}

/** More would cost more tokens than all the rest. */
const MOST_COMPANIES = 8;
const DAY = 86_400_000;

/** Who asks, where and when, and in what kind of Odoo. A handful of small requests the first time, none once warm. */
export async function getContext(odoo: Odoo, now = Date.now()): Promise<Context> {
  const [user, version] = await Promise.all([odoo.user(), odoo.version()]);
  const [currency, calendar, apps] = await Promise.all([readCurrency(odoo, user), readCalendar(odoo), readApps(odoo)]);
  const zone = knownZone(user.timeZone);
  const { companies } = user;
  const date = today(zone, now);
  const year = readWhen("this_fiscal_year", zone, now, calendar);
  if (year?.kind !== "span") throw new Error("every day is in a fiscal year");
  return {
    user: { id: user.id, name: visible(user.name), login: visible(user.login) },
    company: user.company,
    ...(currency !== null && { currency }),
    ...(companies.length > 1 && { companies: companies.slice(0, MOST_COMPANIES) }),
    ...(companies.length > MOST_COMPANIES && { companies_count: companies.length }),
    language: user.language,
    time_zone: zone,
    now: isoLocal(now, zone),
    today: date,
    weekday: new Date(`${date}T00:00:00Z`).toLocaleDateString("en", { weekday: "long", timeZone: "UTC" }),
    fiscal_year: { from: odooDate(year.from), to: odooDate(year.until - DAY) },
    odoo: { version: version.text, edition: version.edition },
    apps,
  };
}

/** The currency of the current company; null where it can't be seen. */
async function readCurrency(odoo: Odoo, user: User): Promise<string | null> {
  try {
    const rows = await odoo.call("res.company", "read", {
      ids: [user.company.id],
      params: { fields: ["currency_id"] },
      origin: "server",
      cache: "schema",
    });
    const [row] = Array.isArray(rows) ? rows : [];
    const pair = isObject(row) ? row["currency_id"] : null;
    return Array.isArray(pair) ? visible(String(pair[1])) : null;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return null;
    throw error;
  }
}
