import { Failure } from "../../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../../lib/json.ts";
import type { Call } from "../call.ts";
import type { Session } from "../session.ts";
import { readUser } from "../user.ts";
import type { Answer } from "./finding.ts";

/** What most work needs; a model whose app is not installed is no fault. */
export const COMMON_MODELS = [
  ...["res.partner", "product.product", "crm.lead", "sale.order", "purchase.order"],
  ...["account.move", "stock.picking", "project.task", "hr.employee", "calendar.event"],
];

const OPERATIONS = ["read", "create", "write", "unlink"];

/** How soon the end of a key is worth a warning. */
const SOON_DAYS = 14;

/** Who the session is. */
export async function describeUser(session: Session, id: number, signal: AbortSignal): Promise<Answer> {
  const { name, login, company, companies, timeZone, language } = await readUser(session.execute, id, signal);
  const others = companies.length > 1 ? ` and ${companies.length - 1} more` : "";
  return {
    message: `${name} (${login}), ${company.name}${others}, ${timeZone}, ${language}`,
    names: [name, login, company.name],
  };
}

/** Whether the user signs in with two factors. Odoo 14 has it in a module of its own, so the field may be missing. */
export async function checkTwoFactor(
  { execute }: Session,
  user: number,
  withKey: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  const ask = async () => {
    const wanted = { allfields: ["totp_enabled"], attributes: ["type"] };
    const fields = await execute(read("res.users", "fields_get", wanted), signal);
    if (!isObject(fields) || !("totp_enabled" in fields)) return null;
    const rows = await execute({ ...read("res.users", "read", { fields: ["totp_enabled"] }), ids: [user] }, signal);
    const [row] = Array.isArray(rows) ? rows : [];
    return isObject(row) && row["totp_enabled"] === true;
  };
  let on: boolean | null;
  try {
    on = await ask();
  } catch (error) {
    // Whoever may not see it logs in all the same.
    if (!(error instanceof Failure) || error.code !== "E003") throw error;
    return { verdict: "skipped", message: "Odoo does not tell this user" };
  }
  if (on === null) return { verdict: "skipped", message: "this Odoo has no two-factor authentication installed" };
  if (on) return "on; the API key is what programs need then";
  return withKey ? "off for this user" : "off for this user; with it on, odoo.api_key would be needed";
}

/** The user's API keys: Odoo tells their names and ends, never which of them is used. */
export async function checkKeys(
  { execute }: Session,
  user: number,
  withKey: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  if (!withKey) {
    return { verdict: "skipped", message: "a password is used; a key could be ended by itself (odoo.api_key)" };
  }
  let rows: Json;
  try {
    const known = await execute(read("res.users.apikeys", "fields_get", { attributes: ["type"] }), signal);
    const wanted = ["name", "scope", "create_date", "expiration_date"];
    const fields = wanted.filter((name) => isObject(known) && name in known);
    rows = await execute(
      read("res.users.apikeys", "search_read", { domain: [["user_id", "=", user]], fields }),
      signal,
    );
  } catch (error) {
    if (!(error instanceof Failure) || error === signal.reason) throw error;
    return { verdict: "skipped", message: `Odoo does not show this user's keys: ${error.message.split("\n")[0]}` };
  }
  const keys = Array.isArray(rows) ? rows.filter(isObject) : [];
  const names = keys.map(({ name }) => String(name));
  const usable = keys.filter(({ scope }) =>
    scope === false || scope === null || scope === "rpc" || scope === undefined
  );
  const message = `${keys.length} of this user: ${keys.map(describeKey).join("; ")}`;
  if (usable.length === 0 && keys.length > 0) {
    return { verdict: "warning", message, names, hint: "None has the scope rpc: make one under Account Security." };
  }
  const soon = keys.some((key) => daysLeft(key) <= SOON_DAYS);
  if (!soon) return keys.length === 0 ? "Odoo shows none of this user" : { message, names };
  return { verdict: "warning", message, names, hint: "Make a new key in Odoo before the old one ends, and set it." };
}

function describeKey(key: JsonObject): string {
  const { name, scope, expiration_date: end } = key;
  const until = typeof end === "string" ? `until ${end.slice(0, 10)}` : "without an end";
  return `${String(name)} (${typeof scope === "string" ? scope : "any scope"}, ${until})`;
}

/** Infinity where it has no end. Odoo's times are UTC without saying so. */
function daysLeft({ expiration_date: end }: JsonObject): number {
  return typeof end === "string" ? (Date.parse(`${end.replace(" ", "T")}Z`) - Date.now()) / 86_400_000 : Infinity;
}

/** What Odoo's access rights (not its record rules) let the user do with a model. */
export async function checkRights({ execute }: Session, model: string, signal: AbortSignal): Promise<Answer> {
  const ask = (operation: string) => read(model, "check_access_rights", { operation, raise_exception: false });
  try {
    const answers = await Promise.all(OPERATIONS.map((operation) => execute(ask(operation), signal)));
    const may = OPERATIONS.filter((_, index) => answers[index] === true);
    if (may.length > 0) return may.join(", ");
    return {
      verdict: "warning",
      message: "none",
      hint: "Tools will be refused here: give the user a group of this app.",
    };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "E005") throw error;
    return { verdict: "skipped", message: "the model is not there (its app is not installed)" };
  }
}

function read(model: string, method: string, params: JsonObject): Call {
  return { model, method, params, context: {}, effect: "read", origin: "server" };
}
