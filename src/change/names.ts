import { quote } from "../ask/mod.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { refuse } from "./refuse.ts";
import { checkId, checkText } from "./scalar.ts";

/** A name or an id as an argument gives it: one type in the schema, so that ids may come as text. */
export async function idOrName(odoo: Odoo, model: string, value: string | number, at: string): Promise<number> {
  if (typeof value === "string" && !/^\d+$/.test(value.trim())) return await createFindByName(odoo)(model, value, at);
  return checkId(Number(value), at);
}

/** Finds the one record of a model that has a name, or refuses with the candidates. */
export type FindByName = (model: string, name: unknown, at: string) => Promise<number>;

/** Candidates a refusal shows. More help nobody choose. */
const SHOWN = 6;
/** How far a partial search looks for the one name that is equal but for its case. */
const LOOKED_AT = 80;
/** What tells records of one name apart, in the order people would ask. */
const TELLING = [
  "email",
  "city",
  "country_id",
  "parent_id",
  "company_id",
  "default_code",
  "code",
  "login",
  "phone",
  "ref",
];

/**
 * A search by name as people know it (`name_search`: a product's code, a country's too): the exact name first, then part
 * of it. One match is taken; several are never guessed at. A name is looked up once, however often it is used.
 */
export function createFindByName(odoo: Odoo): FindByName {
  const known = new Map<string, Promise<number>>();
  return async (model, name, at) => {
    const text = checkText(name, at).trim();
    if (text === "") refuse(at, "the name is empty", "Give an id or a name; null unsets it.");
    if (/^\d+$/.test(text)) refuse(at, `${quote(name)} is a text`, `For the id write ${text} without quotes.`);
    const key = JSON.stringify([model, text]);
    let found = known.get(key);
    if (found === undefined) known.set(key, found = find(odoo, model, text, at));
    return await found;
  };
}

async function find(odoo: Odoo, model: string, name: string, at: string): Promise<number> {
  const exact = await search(odoo, model, name, "=", SHOWN + 1);
  if (exact.length === 1) return exact[0]!.id;
  if (exact.length > 1) return await refuseSeveral(odoo, model, name, exact, at);
  const partial = await search(odoo, model, name, "ilike", LOOKED_AT);
  if (partial.length === 0) {
    refuse(
      at,
      `there is no ${model} called ${quote(name)}`,
      `Search ${model} for it, or give its id. Archived records are not found by name.`,
    );
  }
  const equal = partial.filter((one) => one.name.toLowerCase() === name.toLowerCase());
  const [match] = equal.length === 1 ? equal : partial.length === 1 ? partial : [];
  return match?.id ?? await refuseSeveral(odoo, model, name, equal.length > 1 ? equal : partial, at);
}

interface Match {
  id: number;
  name: string;
}

async function search(odoo: Odoo, model: string, name: string, operator: string, limit: number): Promise<Match[]> {
  const answer = await odoo.call(model, "name_search", { params: { name, operator, limit }, cache: "never" });
  return (Array.isArray(answer) ? answer : []).flatMap((pair) =>
    Array.isArray(pair) && typeof pair[0] === "number" ? [{ id: pair[0], name: textOf(pair[1]) }] : []
  );
}

async function refuseSeveral(odoo: Odoo, model: string, name: string, matches: Match[], at: string): Promise<never> {
  const shown = matches.slice(0, SHOWN);
  const candidates = await describe(odoo, model, shown);
  const more = matches.length > SHOWN
    ? `, and ${matches.length - SHOWN}${matches.length === LOOKED_AT ? "+" : ""} more`
    : "";
  const list = candidates.map(({ id, name, ...rest }) => {
    const telling = Object.values(rest).map(String).join(", ");
    return `${name} #${id}${telling === "" ? "" : ` (${telling})`}`;
  });
  return refuse(
    at,
    `several ${model} are called ${quote(name)}: ${list.join(", ")}${more}`,
    "Give the id of the one meant.",
    {
      candidates,
    },
  );
}

async function describe(odoo: Odoo, model: string, matches: Match[]): Promise<JsonObject[]> {
  const known = await odoo.fields(model);
  const telling = TELLING.filter((field) => known.get(field)?.stored === true).slice(0, 5);
  const rows = telling.length === 0 ? [] : await odoo.call(model, "read", {
    ids: matches.map(({ id }) => id),
    params: { fields: telling },
    cache: "never",
  });
  const byId = new Map((Array.isArray(rows) ? rows : []).filter(isObject).map((row) => [row["id"], row]));
  return matches.map(({ id, name }) => {
    const row = byId.get(id) ?? {};
    const facts = telling.map((field) => [field, textOf(row[field])]).filter(([, text]) => text !== "");
    return { id, name, ...Object.fromEntries(facts) };
  });
}

/** Text of a value as `name_search` and `read` answer it: a text, a pair of id and name, or false for none. */
function textOf(value: Json | undefined): string {
  if (Array.isArray(value)) return textOf(value[1]);
  return typeof value === "string" ? value : "";
}
