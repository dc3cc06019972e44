import type { Field, Fields } from "../odoo/mod.ts";
import { knownField } from "./path.ts";
import { rankFields } from "./rank.ts";
import { refuse, withHint } from "./refuse.ts";
import { quote } from "./text.ts";

const EXAMPLE = 'Write field names with asc or desc, e.g. "date_order desc, name".';

/**
 * Checks an order such as `"date_order desc, name"` and ends it with `id`: records that are equal in all else would change
 * places between pages. Without one, the newest records come first. Odoo 14 ignores what it can't sort by and stumbles
 * over `nulls last`, so both are refused.
 */
export function parseOrder(fields: Fields, model: string, order: string | undefined): string {
  if (order === undefined || order.trim() === "") return "id desc";
  const parts: string[] = [];
  for (const part of order.split(",")) {
    const [name = "", direction = "asc", ...rest] = part.trim().split(/\s+/);
    if (name === "") refuse("order", `${quote(order)} has an empty part`, { hint: EXAMPLE });
    if (/^nulls$/i.test(rest[0] ?? "") || /^nulls$/i.test(direction)) {
      refuse("order", `where empty values go can't be said on every version of Odoo`, {
        code: "E013",
        hint: "Leave it out; to have no empty values, add a condition that the field is set.",
      });
    }
    const way = direction.toLowerCase();
    if (rest.length > 0 || (way !== "asc" && way !== "desc")) {
      refuse("order", `${quote(part.trim())} is no field with asc or desc`, { hint: EXAMPLE });
    }
    if (parts.some((known) => known.split(" ")[0] === name)) continue;
    checkSortable(fields, model, name);
    parts.push(`${name} ${way}`);
    if (name === "id") return parts.join(", ");
  }
  return [...parts, "id asc"].join(", ");
}

function checkSortable(fields: Fields, model: string, name: string): void {
  if (name === "id") return;
  if (name.includes(".")) {
    const [first = ""] = name.split(".");
    refuse("order", `Odoo can't sort by a path such as ${name}`, {
      code: "E013",
      hint: `Sort by ${first} itself (its records' own order), or use analytics_query to rank groups.`,
    });
  }
  const field = orderField(fields, model, name);
  if (field.sortable) return;
  const why = field.stored ? `is a ${field.type} field` : "is computed at each read";
  const instead = field.searchable ? ` or filter by it, e.g. [["${name}","<=",5]]` : "";
  refuse("order", `${model}.${name} ${why}, so nothing can be sorted by it`, {
    hint: `Sort by a stored field${instead}.`,
  });
}

function orderField(fields: Fields, model: string, name: string): Field {
  try {
    return knownField(fields, model, name, "order");
  } catch (error) {
    throw withHint(error, `E.g. "${rankFields(fields).find(({ sortable }) => sortable)?.name ?? "id"} desc"`);
  }
}
