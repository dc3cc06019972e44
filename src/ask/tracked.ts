import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { visible } from "./text.ts";
import { isoLocal, knownZone, parseOdoo } from "./zone.ts";

/** The kinds of columns Odoo keeps tracked values in; a many2one and a selection are kept by their names. */
const KINDS = ["char", "text", "datetime", "float", "monetary", "integer"];

/** Most tracked values that are read for one answer. */
const MOST = 500;

/**
 * The changes that messages log, by message, as `Status: Quotation → Sales Order`; only of fields of the model that the
 * user may see, which Odoo does not look at here. Null where it does not let the user read them: they are kept to
 * administrators, on 14 as on 19.
 */
export async function readChanges(
  odoo: Odoo,
  model: string,
  messages: number[],
): Promise<Map<number, string[]> | null> {
  const changes = new Map<number, string[]>();
  if (messages.length === 0) return changes;
  try {
    const fields = await odoo.fields("mail.tracking.value");
    const columns = KINDS.flatMap((kind) => [`old_value_${kind}`, `new_value_${kind}`]);
    const names = ["mail_message_id", "field", "field_id", "field_desc", ...columns].filter((name) => fields.has(name));
    const answer = await odoo.call("mail.tracking.value", "search_read", {
      params: { domain: [["mail_message_id", "in", messages]], fields: names, limit: MOST, order: "id" },
    });
    const labels = new Set([...(await odoo.fields(model)).values()].map(({ label }) => label));
    const zone = knownZone((await odoo.user()).timeZone);
    for (const row of Array.isArray(answer) ? answer.filter(isObject) : []) {
      const message = Array.isArray(row["mail_message_id"]) ? Number(row["mail_message_id"][0]) : 0;
      const label = labelOf(row);
      if (labels.has(label)) changes.set(message, [...changes.get(message) ?? [], sayChange(label, row, zone)]);
    }
    return changes;
  } catch (error) {
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    return null;
  }
}

/** The field is linked as `Status (sale.order)`, in the user's language; `field_desc` is in that of whoever wrote. */
function labelOf(row: JsonObject): string {
  const field = row["field_id"] ?? row["field"];
  return Array.isArray(field) ? String(field[1]).replace(/ \([^()]*\)$/, "") : String(row["field_desc"] ?? "");
}

function sayChange(label: string, row: JsonObject, zone: string): string {
  const kind = KINDS.find((one) => isSomething(row[`old_value_${one}`]) || isSomething(row[`new_value_${one}`]));
  const say = (value: Json | undefined) => {
    const time = kind === "datetime" && typeof value === "string" ? parseOdoo(value) : null;
    if (time !== null) return isoLocal(time, zone);
    // Zero is a number where its other side is one.
    return isSomething(value) || typeof value === "number" ? String(value) : "–";
  };
  return visible(`${label}: ${say(row[`old_value_${kind}`])} → ${say(row[`new_value_${kind}`])}`);
}

function isSomething(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== "" && value !== 0;
}
