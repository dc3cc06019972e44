import { odooDatetime } from "../ask/mod.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { COMPARED } from "./compared.ts";
import { differences } from "./differences.ts";
import type { Sight } from "./uncertain.ts";

/** By how much Odoo's clock may be behind ours for its new records to be found. */
const SKEW_MS = 2000;

/** Most records of one user since a moment that a look goes through. */
const MOST = 500;

/** What a look for lost new records goes by. */
export interface LostCreate {
  model: string;
  /** What was sent, in Odoo's form. */
  sent: JsonObject[];
  /** When it was sent, in ms since 1970. */
  begun: number;
  /** Whether a record is known to come from another create. */
  isOthers(id: number): boolean;
  /** Whether no other create of the same values is under way. */
  isAlone(): boolean;
}

/** Where to look for new records of this user, as an Odoo domain. */
export function sinceDomain(userId: number, begun: number): [string, string, string | number][] {
  return [["create_uid", "=", userId], ["create_date", ">=", odooDatetime(begun - SKEW_MS)]];
}

/**
 * Looks for records that this user created since, with exactly the values sent, and as many as were sent. `unclear`
 * where more of them are there, or where another create with the same values is under way.
 */
export async function lookForCreated(odoo: Odoo, lost: LostCreate): Promise<Sight<number[]>> {
  const { model, sent, begun, isOthers, isAlone } = lost;
  const fields = await odoo.fields(model);
  const { id: userId } = await odoo.user();
  const told = [...new Set(sent.flatMap(Object.keys))].filter((name) => isComparable(fields.get(name)));
  if (!fields.has("create_uid") || !sent.every((values) => told.some((name) => Boolean(values[name])))) {
    return { is: "unclear", saw: "Nothing in the values tells such a record from another." };
  }
  const answer = await odoo.call(model, "search_read", {
    params: {
      domain: [...sinceDomain(userId, begun), ...(sent.length === 1 ? leaves(fields, sent[0]!) : [])],
      fields: told,
      limit: MOST + sent.length,
      order: "id desc",
    },
    context: { active_test: false },
    cache: "never",
  });
  const rows = (Array.isArray(answer) ? answer.filter(isObject) : []).filter((row) => !isOthers(Number(row["id"])));
  if (rows.length > MOST) return { is: "unclear", saw: `This user created more than ${MOST} records of it since.` };
  const groups = sent.map((values) =>
    rows.filter((row) => isThat(fields, told, values, row)).map(({ id }) => Number(id))
  );
  const ids = assign(groups);
  const all = new Set(groups.flat());
  if (all.size === 0) return { is: "absent" };
  const list = [...all].slice(0, 20).map((id) => `#${id}`).join(", ");
  if (ids === null || all.size !== sent.length) {
    return { is: "unclear", saw: `Found with the same values, created since: ${list}; ${sent.length} were sent.` };
  }
  if (isAlone()) return { is: "done", result: ids };
  return { is: "unclear", saw: `Found ${list}, but the same is being created by another call as well.` };
}

function isComparable(field: Field | undefined): boolean {
  return field !== undefined && field.stored && COMPARED.includes(field.type);
}

function isThat(fields: Fields, told: string[], values: JsonObject, row: JsonObject): boolean {
  const compared = Object.fromEntries(Object.entries(values).filter(([name]) => told.includes(name)));
  return differences(fields, compared, row, {}).length === 0;
}

/** Types whose values a domain finds exactly. */
const EXACT = ["char", "date", "datetime", "selection", "many2one", "integer"];

/** Narrows the search for one record; what Odoo changed in writing is compared after reading anyway. */
function leaves(fields: Fields, values: JsonObject): [string, string, string | number][] {
  return Object.entries(values).flatMap(([name, value]) => {
    const field = fields.get(name);
    const exact = field !== undefined && field.stored && field.searchable && EXACT.includes(field.type);
    return exact && (typeof value === "string" || typeof value === "number") && Boolean(value)
      ? [[name, "=", value]]
      : [];
  });
}

/** One record for each that was sent, in order; equal ones in the order of their ids. Null where one is missing. */
function assign(groups: number[][]): number[] | null {
  const taken = new Set<number>();
  for (const group of groups) {
    const next = group.filter((id) => !taken.has(id)).sort((a, b) => a - b)[0];
    if (next === undefined) return null;
    taken.add(next);
  }
  return [...taken];
}
