import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { checkIds } from "./records.ts";
import { visible } from "./text.ts";
import { isoLocal, knownZone, parseOdoo } from "./zone.ts";

/** Who created and changed a record, and when, in the user's time zone. */
export interface Metadata {
  id: number;
  created: string | null;
  created_by: { id: number; name: string } | null;
  changed: string | null;
  changed_by: { id: number; name: string } | null;
  /** `module.name`, by which imports know the record. */
  external_ids: string[];
}

/** Most records of one answer: 14 must be asked for each by itself. */
const MOST = 80;

/**
 * Metadata of records, in the order of the ids. One request; on versions before `xmlids` one more for each further record,
 * because those look up one external id only, whatever the number of records.
 */
export async function getMetadata(
  odoo: Odoo,
  { model, ids: given }: { model: string; ids: readonly number[] },
): Promise<{ records: Metadata[]; missing: number[] }> {
  const ids = checkIds(given, MOST);
  const rows = await ask(odoo, model, ids);
  const isOld = rows.length > 1 && rows.every((row) => row["xmlids"] === undefined);
  const alone = isOld ? rows.filter((row) => typeof row["xmlid"] !== "string").map((row) => row["id"] as number) : [];
  const again = await Promise.all(alone.map((id) => ask(odoo, model, [id])));
  const found = new Map([...rows, ...again.flat()].map((row) => [row["id"] as number, row]));
  const zone = knownZone((await odoo.user()).timeZone);
  return {
    records: ids.flatMap((id) => found.has(id) ? [normal(id, found.get(id)!, zone)] : []),
    missing: ids.filter((id) => !found.has(id)),
  };
}

async function ask(odoo: Odoo, model: string, ids: number[]): Promise<JsonObject[]> {
  const rows = await odoo.call(model, "get_metadata", { ids });
  return Array.isArray(rows) ? rows.filter(isObject) : [];
}

function normal(id: number, row: JsonObject, zone: string): Metadata {
  const several = Array.isArray(row["xmlids"]) ? row["xmlids"].filter(isObject).map((one) => one["xmlid"]) : [];
  const external = [row["xmlid"] ?? false, ...several].filter((name) => typeof name === "string" && name !== "");
  return {
    id,
    created: moment(row["create_date"], zone),
    created_by: person(row["create_uid"]),
    changed: moment(row["write_date"], zone),
    changed_by: person(row["write_uid"]),
    external_ids: [...new Set(external as string[])],
  };
}

function moment(raw: Json | undefined, zone: string): string | null {
  const time = typeof raw === "string" ? parseOdoo(raw) : null;
  return time === null ? null : isoLocal(time, zone);
}

function person(raw: Json | undefined): Metadata["created_by"] {
  return Array.isArray(raw) && typeof raw[0] === "number" ? { id: raw[0], name: visible(String(raw[1])) } : null;
}
