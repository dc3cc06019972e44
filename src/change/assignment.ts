import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { showValues } from "./shown_values.ts";

/** Fields through which records are somebody's to do: one responsible, and several from 15 on (project.task). */
const RESPONSIBLE = ["user_id", "user_ids"];

/** Keeps Odoo from telling people of an assignment that is only put back (14 to 19). */
export const UNTOLD: JsonObject = { mail_auto_subscribe_no_notify: true };

/**
 * What Odoo sends by itself when values make somebody else responsible for records with a history, for answers; no undo
 * reaches it. `rows` are the records before, with the fields written; of new ones there are none.
 */
export async function assignmentNotes(
  odoo: Odoo,
  model: string,
  list: readonly JsonObject[],
  rows: readonly JsonObject[] = [],
): Promise<string[]> {
  const fields = await odoo.fields(model);
  if (!fields.has("message_follower_ids")) return [];
  const me = (await odoo.user()).id;
  const names = RESPONSIBLE.filter((name) => fields.get(name)?.relation === "res.users");
  const told = new Set<number>();
  for (const name of names) {
    const isNew = (id: number) => rows.length === 0 || rows.some((row) => !peopleOf(row[name]).includes(id));
    for (const id of list.flatMap((values) => peopleOf(values[name]))) if (id !== me && isNew(id)) told.add(id);
  }
  if (told.size === 0) return [];
  const first = [...told].slice(0, 5);
  const shown = await showValues(odoo, model, first.map((id) => ({ user_id: id })));
  const people = first.map((id, index) => nameIn(shown[index]?.["user_id"]) ?? `user #${id}`);
  const more = told.size > first.length ? ` and ${told.size - first.length} more` : "";
  return [`Odoo tells ${people.join(", ")}${more} of the assignment, mostly by mail; no undo takes that back.`];
}

/** The users of a value: as it is read, or as it is written. */
function peopleOf(value: Json | undefined): number[] {
  if (typeof value === "number") return [value];
  if (!Array.isArray(value)) return [];
  if (value.length === 2 && typeof value[0] === "number" && typeof value[1] === "string") return [value[0]];
  return value.flatMap((one) => {
    if (typeof one === "number") return [one];
    if (!Array.isArray(one)) return [];
    if (one[0] === 4) return peopleOf(one[1]);
    return one[0] === 6 ? peopleOf(one[2]) : [];
  });
}

function nameIn(value: Json | undefined): string | null {
  return isObject(value) && typeof value["name"] === "string" ? value["name"] : null;
}
