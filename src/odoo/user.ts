import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Call, Execute } from "./call.ts";
import type { User } from "./odoo.ts";

/** What the operator's settings say about a session, over what the user's own record says. */
export interface UserOptions {
  /** The setting `odoo.language`. */
  language?: string | undefined;
  /** The setting `odoo.companies`, by name or id, the current one first. */
  companies?: readonly (number | string)[] | undefined;
}

/**
 * Reads who user `id` is: one request, two when there are several companies; both may come from the schema cache.
 * `E003` when the settings name a company that the user may not work in.
 */
export async function readUser(
  execute: Execute,
  id: number,
  signal: AbortSignal,
  options: UserOptions = {},
): Promise<User> {
  const fields = ["name", "login", "lang", "tz", "company_id", "company_ids"];
  const [row] = await read(execute, "res.users", [id], fields, signal);
  const company = pair(row?.["company_id"]);
  if (row === undefined || company === null) {
    throw new Failure("E999", `Cannot read who the session is: Odoo shows no user ${id} with a company.`);
  }
  const all = await readCompanies(execute, company, row["company_ids"], signal);
  const companies = options.companies === undefined ? all : choose(options.companies, all, text(row["login"]));
  return {
    id,
    name: text(row["name"]),
    login: text(row["login"]),
    language: options.language ?? (text(row["lang"]) || "en_US"),
    timeZone: timeZone(text(row["tz"])),
    company: companies[0] ?? company,
    companies,
  };
}

/** The context that every Call of this user carries: the language, time zone and companies, the current one first. */
export function contextOf(user: User): JsonObject {
  return { lang: user.language, tz: user.timeZone, allowed_company_ids: user.companies.map(({ id }) => id) };
}

type Company = User["company"];

async function readCompanies(
  execute: Execute,
  current: Company,
  allowed: Json | undefined,
  signal: AbortSignal,
): Promise<Company[]> {
  const others = Array.isArray(allowed) ? allowed.filter((id) => typeof id === "number" && id !== current.id) : [];
  if (others.length === 0) return [current];
  const rows = await read(execute, "res.company", others as number[], ["name"], signal);
  const named = rows.map((row) => ({ id: Number(row["id"]), name: text(row["name"]) }));
  return [current, ...named];
}

function choose(wanted: readonly (number | string)[], all: Company[], login: string): Company[] {
  return wanted.map((one) => {
    const found = all.find(({ id, name }) => id === Number(one) || name === one);
    if (found !== undefined) return found;
    const allowed = all.map(({ id, name }) => `${name} (${id})`).join(", ");
    throw new Failure("E003", `Cannot use company ${one}: ${login} may work in ${allowed}.`, {
      hint: "Correct the setting odoo.companies, or give the user access to the company in Odoo.",
    });
  });
}

async function read(
  execute: Execute,
  model: string,
  ids: number[],
  fields: string[],
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const call: Call = {
    model,
    method: "read",
    ids,
    params: { fields },
    context: {},
    effect: "read",
    origin: "server",
    cache: "schema",
  };
  const rows = await execute(call, signal);
  return Array.isArray(rows) ? rows.filter(isObject) : [];
}

/** Answers of {@link timeZone}: asking ICU takes 60 µs, and every call needs the user's. Odoo knows about 600 zones. */
const zones = new Map<string, string>([["", "UTC"]]);

/** Odoo offers zones that ICU may not know (`US/Pacific-New`): dates can't be turned with those, so UTC it is. */
function timeZone(name: string): string {
  const known = zones.get(name);
  if (known !== undefined) return known;
  let zone = "UTC";
  try {
    zone = new Intl.DateTimeFormat("en", { timeZone: name }) && name;
  } catch { /* unknown to ICU */ }
  zones.set(name, zone);
  return zone;
}

function pair(value: Json | undefined): Company | null {
  if (!Array.isArray(value) || typeof value[0] !== "number") return null;
  return { id: value[0], name: text(value[1]) };
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
