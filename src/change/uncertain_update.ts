import { canonicalJson, isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { COMPARED } from "./compared.ts";
import { differences } from "./differences.ts";
import { readRows } from "./records.ts";
import type { Sight } from "./uncertain.ts";

/** What a look for a lost write goes by. */
export interface LostUpdate {
  model: string;
  ids: number[];
  /** What was sent, in Odoo's form. */
  sent: JsonObject;
  /** Rows of the records as they were before, with `write_date` and the fields written; may be empty. */
  before: JsonObject[];
}

/**
 * Looks whether records hold what was written: done where every value can be compared and is as asked, or where those
 * that can be are, and this user's write moved `write_date`. Absent where nothing moved at all.
 */
export async function lookForUpdated(odoo: Odoo, { model, ids, sent, before }: LostUpdate): Promise<Sight<null>> {
  const fields = await odoo.fields(model);
  const { id: userId } = await odoo.user();
  const names = Object.keys(sent);
  const stamps = ["write_date", "write_uid"].filter((name) => fields.has(name));
  const rows = await readRows(odoo, model, ids, [...names, ...stamps]);
  if (rows.length < ids.length) return { is: "unclear", saw: "Some of the records are not there any more." };
  const pairs = rows.map((row) => ({ row, was: before.find(({ id }) => id === row["id"]) }));

  const comparable = names.filter((name) => isComparable(fields.get(name), sent[name]!, before.length > 0));
  const asAsked = comparable.length > 0 &&
    pairs.every(({ row, was }) => comparable.every((name) => isAsAsked(fields, name, sent[name]!, row, was)));
  const movedByUs = pairs.every(({ row, was }) =>
    was !== undefined && row["write_date"] !== was["write_date"] && idOf(row["write_uid"]) === userId
  );
  if (asAsked && (comparable.length === names.length || movedByUs)) return { is: "done", result: null };

  const still = pairs.every(({ row, was }) =>
    was !== undefined && ["write_date", ...names].every((name) => isSame(row[name], was[name]))
  );
  if (still && before.length > 0) return { is: "absent" };
  return { is: "unclear", saw: "The records were changed meanwhile, and do not hold just what was asked." };
}

/** Whether values create lines, at any depth: then a second write would create them twice. */
export function createsLines(values: Json): boolean {
  if (Array.isArray(values)) return (values[0] === 0 && isObject(values[2])) || values.some(createsLines);
  return isObject(values) && Object.values(values).some(createsLines);
}

function isComparable(field: Field | undefined, value: Json, knowsBefore: boolean): boolean {
  if (field === undefined) return false;
  if (COMPARED.includes(field.type)) return true;
  if (field.type !== "one2many" && field.type !== "many2many") return false;
  return (value as Json[]).every((command) => {
    const number = Array.isArray(command) ? command[0] : null;
    // What a changed line holds stands in the line, which is not read here.
    return number !== 1 && (number !== 0 || knowsBefore);
  });
}

function isAsAsked(fields: Fields, name: string, value: Json, row: JsonObject, was: JsonObject | undefined): boolean {
  const type = fields.get(name)?.type;
  if (type !== "one2many" && type !== "many2many") return differences(fields, { [name]: value }, row, {}).length === 0;
  const now = idsOf(row[name]);
  let wanted = new Set(idsOf(was?.[name]));
  let created = 0;
  for (const [number, id, list] of value as [number, number, number[]][]) {
    if (number === 0) created++;
    else if (number === 2 || number === 3) wanted.delete(id);
    else if (number === 4) wanted.add(id);
    else if (number === 5) wanted = new Set();
    else if (number === 6) wanted = new Set(list);
  }
  return [...wanted].every((id) => now.includes(id)) && now.length === wanted.size + created;
}

function idsOf(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}

function idOf(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}
