import { canonicalJson, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields } from "../odoo/mod.ts";

/** A field that holds another value than was sent: Odoo rounded it, computed it anew, or ignored it. */
export interface Difference {
  field: string;
  sent: Json;
  kept: Json;
}

/** Types whose stored form may differ in writing only: html is cleaned, a binary comes back as its size. */
const NOT_COMPARED = ["html", "binary", "image", "properties", "json"];

/** Compares what was sent, in Odoo's form, with the row read back; `plain` is that row as answers show it. */
export function differences(fields: Fields, sent: JsonObject, row: JsonObject, plain: JsonObject): Difference[] {
  return Object.entries(sent).flatMap(([name, value]) => {
    const field = fields.get(name);
    if (field === undefined || !(name in row) || isSame(field, value, row[name]!)) return [];
    return [{
      field: name,
      sent: value === false && field.type !== "boolean" ? null : value,
      kept: plain[name] ?? null,
    }];
  });
}

/** Whether a record holds what was sent, both in Odoo's form. */
export function isSame(field: Field, sent: Json, kept: Json): boolean {
  if (NOT_COMPARED.includes(field.type)) return true;
  switch (field.type) {
    case "one2many":
    case "many2many":
      return isSameSet(sent, kept);
    case "many2one":
      return sent === (Array.isArray(kept) ? kept[0] : kept);
    case "integer":
    case "float":
    case "monetary":
      // Odoo stores numerics, which come back as the nearest double.
      return Math.abs(Number(sent) - Number(kept)) <= 1e-9 * Math.max(1, Math.abs(Number(sent)));
    case "char":
    case "text":
      // An empty text is kept as none, by some fields.
      return (sent === "" ? false : sent) === (kept === "" ? false : kept);
    default:
      return sent === kept;
  }
}

/** Of commands only "exactly these" says what must come out. */
function isSameSet(commands: Json, kept: Json): boolean {
  const [only, ...more] = Array.isArray(commands) ? commands : [];
  if (more.length > 0 || !Array.isArray(only) || only[0] !== 6 || !Array.isArray(kept)) return true;
  const sorted = (ids: Json) => canonicalJson([...ids as number[]].sort((a, b) => a - b));
  return sorted(only[2] ?? []) === sorted(kept);
}
