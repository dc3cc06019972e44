import { Failure } from "../lib/failure.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";

/** What periods depend on beside the time zone. */
export interface Calendar {
  /** The day weeks start with: 0 for Sunday to 6 for Saturday, as `Date` counts. */
  weekStart: number;
  /** The last day of the fiscal year; a day the month doesn't have is its last one. */
  fiscalEnd: { month: number; day: number };
}

/** Weeks from Monday, fiscal years as the calendar's: ISO, and what an Odoo without accounting goes by. */
export const ISO_CALENDAR: Calendar = { weekStart: 1, fiscalEnd: { month: 12, day: 31 } };

/**
 * The user's week (`res.lang.week_start`) and the company's fiscal year (there where accounting is installed, else the
 * calendar's). Two small reads at the same time, from the schema cache once warm.
 */
export async function readCalendar(odoo: Odoo): Promise<Calendar> {
  const { language, company } = await odoo.user();
  const [lang, year] = await Promise.all([
    readOne(odoo, "res.lang", ["week_start"], ["code", "=", language]),
    readOne(odoo, "res.company", ["fiscalyear_last_month", "fiscalyear_last_day"], ["id", "=", company.id]),
  ]);
  const first = Number(lang["week_start"]);
  const [month, day] = [Number(year["fiscalyear_last_month"]), Number(year["fiscalyear_last_day"])];
  return {
    // Odoo counts from 1 for Monday to 7 for Sunday.
    weekStart: first >= 1 && first <= 7 ? first % 7 : ISO_CALENDAR.weekStart,
    fiscalEnd: month >= 1 && month <= 12 && day >= 1 ? { month, day } : ISO_CALENDAR.fiscalEnd,
  };
}

/** Fields of the record that fulfils a condition; nothing where the model, the fields or the record can't be seen. */
async function readOne(
  odoo: Odoo,
  model: string,
  names: string[],
  condition: (string | number)[],
): Promise<JsonObject> {
  if (!await mayHave(odoo, model, names)) return {};
  const params = { domain: [condition], fields: names, limit: 1 };
  try {
    const context = { active_test: false };
    const rows = await odoo.call(model, "search_read", { params, context, origin: "server", cache: "schema" });
    return Array.isArray(rows) && isObject(rows[0]) ? rows[0] : {};
  } catch (error) {
    // No right to it, no such model or field: whoever can't see a calendar goes by the usual one.
    if (error instanceof Failure && ["E003", "E004", "E005", "E999"].includes(error.code)) return {};
    throw error;
  }
}

async function mayHave(odoo: Odoo, model: string, names: string[]): Promise<boolean> {
  try {
    const fields = await odoo.fields(model);
    return names.every((name) => fields.has(name));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A policy may close the model to callers; the server itself may read a calendar there.
    return error.code === "E011";
  }
}
