import { closest } from "../lib/closest.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { MAX_INTEGER } from "./check_value.ts";
import { refuse } from "./refuse.ts";
import { checkText, quote, visible } from "./text.ts";

/** Finds the ids of a model's records that have one of these names. */
export interface FindByName {
  /** The ids by name, one at least for each. `E004` with the closest names where there is none. */
  ids(model: string, names: readonly string[], at: string): Promise<number[]>;
  /** Which names are those of several records, for the reader. */
  notes: string[];
}

/** Fields that people know records by; those of the first list count before those of the second. */
const NAMES = ["display_name", "name", "complete_name"];
const CODES = ["code", "default_code", "barcode", "login", "email", "ref"];

/** Most names of one list: more should come as ids. */
const MOST_NAMES = 50;
/** Most records of one list of names. */
const MOST_RECORDS = 500;
/** Most names of a small model that are looked through for one that was misspelt. */
const MOST_COMPARED = 500;

/**
 * Looks records up by the names that conditions hold, case aside, archived ones too: by name or code (one request for a
 * list of names), then by the whole name that Odoo shows for them (one for each name left, `[E-COM07] Large Cabinet`).
 * Each name of a model is looked up once.
 */
export function createFindByName(odoo: Odoo): FindByName {
  const known = new Map<string, number[]>();
  const notes: string[] = [];
  const keyOf = (model: string, name: string) => JSON.stringify([model, fold(name)]);

  return {
    notes,
    ids: async (model, names, at) => {
      if (names.length > MOST_NAMES) {
        refuse(at, `a list holds at most ${MOST_NAMES} names, and this one ${names.length}`, {
          hint: "Give ids instead.",
        });
      }
      for (const name of names) checkText(name, at);
      const unknown = names.filter((name) => !known.has(keyOf(model, name)));
      if (unknown.length > 0) {
        const found = await findExact(odoo, model, unknown, at);
        for (const name of unknown) {
          const matches = found.get(fold(name)) ?? await findShown(odoo, model, name, at);
          known.set(keyOf(model, name), matches.map(({ id }) => id));
          if (matches.length > 1) notes.push(severalNote(model, name, matches));
        }
      }
      return [...new Set(names.flatMap((name) => known.get(keyOf(model, name))!))];
    },
  };
}

interface Match {
  id: number;
  name: string;
}

/** Matches by folded name, those that match by name before those that match by a code. */
async function findExact(
  odoo: Odoo,
  model: string,
  names: readonly string[],
  at: string,
): Promise<Map<string, Match[]>> {
  const fields = await odoo.fields(model);
  const columns = [...NAMES, ...CODES].filter((column) => isLookedUp(fields, column));
  if (columns.length === 0) return new Map();
  const leaves = names.flatMap((name) => columns.map((column): Json => [column, "=ilike", literally(name)]));
  const rows = await odoo.call(model, "search_read", {
    params: {
      domain: [...Array<Json>(leaves.length - 1).fill("|"), ...leaves],
      fields: fields.has("display_name") ? [...new Set([...columns, "display_name"])] : columns,
      limit: MOST_RECORDS + 1,
      order: "id",
    },
    context: { active_test: false },
  });
  const records = Array.isArray(rows) ? rows.filter(isObject) : [];
  if (records.length > MOST_RECORDS) {
    refuse(at, `more than ${MOST_RECORDS} records of ${model} have that name`, {
      hint: "Use the op contains, or ids.",
    });
  }
  const found = new Map<string, Match[]>();
  for (const name of new Set(names.map(fold))) {
    const by = (tier: string[]) => records.filter((row) => tier.some((column) => fold(row[column] ?? null) === name));
    const named = by(NAMES);
    const matches = named.length > 0 ? named : by(CODES);
    if (matches.length > 0) found.set(name, matches.map(matchOf));
  }
  return found;
}

/** Stored texts only: what computes its own search may look for anything. */
function isLookedUp(fields: Fields, column: string): boolean {
  const field = fields.get(column);
  return field !== undefined && field.searchable && (field.stored || field.sortable) &&
    (field.type === "char" || field.type === "text");
}

function matchOf(row: JsonObject): Match {
  const name = row["display_name"] ?? row["name"];
  return { id: row["id"] as number, name: visible(typeof name === "string" ? name : "") };
}

/** By the name that Odoo shows, of which it finds any part. */
async function findShown(odoo: Odoo, model: string, name: string, at: string): Promise<Match[]> {
  const near = await searchName(odoo, model, name, 20);
  const matches = near.filter((one) => fold(one.name) === fold(name));
  if (matches.length > 0) return matches;
  const others = near.length > 0 ? near : await misspelt(odoo, model, name);
  const id = /^\s*#?(\d+)\s*$/.exec(name)?.[1];
  refuse(at, `no record of ${model} is called ${quote(name)}`, {
    near: others.slice(0, 5).map((one) => one.name),
    hint: id !== undefined && Number(id) <= MAX_INTEGER
      ? `For the id write ${id} without quotes.`
      : `A part of a name is looked for with ${at.startsWith("domain") ? '"ilike"' : "the op contains"}.`,
    details: {
      model,
      ...(others.length > 0 && { candidates: others.slice(0, 5).map(({ id, name }) => ({ id, name })) }),
    },
  });
}

async function misspelt(odoo: Odoo, model: string, name: string): Promise<Match[]> {
  const all = await searchName(odoo, model, "", MOST_COMPARED);
  const near = closest(name, all.map((one) => one.name), 5);
  return near.flatMap((close) => all.find((one) => one.name === close) ?? []);
}

async function searchName(odoo: Odoo, model: string, name: string, limit: number): Promise<Match[]> {
  const found = await odoo.call(model, "name_search", {
    params: { name, domain: [], operator: "ilike", limit },
    context: { active_test: false },
  });
  return (Array.isArray(found) ? found : []).flatMap((pair) =>
    Array.isArray(pair) && typeof pair[0] === "number" ? [{ id: pair[0], name: visible(String(pair[1])) }] : []
  );
}

function severalNote(model: string, name: string, matches: Match[]): string {
  const shown = matches.slice(0, 4).map((one) => `${one.name} #${one.id}`).join(", ");
  return `${quote(name)} is ${matches.length} records of ${model}, and all count: ${shown}${
    matches.length > 4 ? ", …" : ""
  }.`;
}

function fold(value: Json): string {
  return typeof value === "string" ? value.trim().toLowerCase() : "";
}

/** As a pattern that is only itself. */
function literally(name: string): string {
  return name.trim().replace(/[\\%_]/g, "\\$&");
}
