import { closest } from "../lib/closest.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import { knownField } from "./path.ts";
import { isColumn } from "./rank.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/** How finely dates are grouped. */
export type Granularity = "hour" | "day" | "week" | "month" | "quarter" | "year";

/** What groups are made by. */
export interface Group {
  /** As asked, unique here: `partner_id`, `date_order:month`, `partner_id.country_id`. */
  key: string;
  /** The fields from the model to the last; all but the last are many2one. */
  steps: Field[];
  /** The last step. */
  field: Field;
  granularity: Granularity | null;
}

export const GRANULARITIES: readonly Granularity[] = ["hour", "day", "week", "month", "quarter", "year"];
/** A group for each text would be a group for each record. */
const NEVER_GROUPED = ["text", "html", "binary", "image", "one2many", "json", "properties", "properties_definition"];
/** Longest path: each step is a request. */
const MAX_STEPS = 5;

/**
 * Reads `group_by`: field names, paths through many2one fields, dates with how finely (`date_order:month`, the default).
 * `E004` for what makes no groups.
 */
export async function parseGroups(
  odoo: Odoo,
  model: string,
  input: readonly string[] | string | undefined,
): Promise<Group[]> {
  const words = input === undefined ? [] : typeof input === "string" ? [input] : input;
  const groups: Group[] = [];
  for (const [index, word] of words.entries()) {
    const group = await parseGroup(odoo, model, word, `group_by[${index}]`);
    if (!groups.some(({ key }) => key === group.key)) groups.push(group);
  }
  return groups;
}

async function parseGroup(odoo: Odoo, model: string, word: string, at: string): Promise<Group> {
  const [name = "", finely, ...rest] = word.trim().split(":");
  if (name === "id" || name.endsWith(".id")) {
    refuse(at, `${name} would make each record a group of its own`, {
      hint: name === "id" ? "Use search_records." : `Group by ${name.slice(0, -3)}.`,
    });
  }
  const steps = await followSteps(odoo, model, name, at, word);
  const field = steps.at(-1)!;
  if (NEVER_GROUPED.includes(field.type)) {
    refuse(at, `${name} is a ${field.type} field, and those make no groups`, {
      hint: field.relation === undefined
        ? "Group by a relation, selection, date, number or short text."
        : `Ask ${field.relation} instead, grouped by its ${field.inverse ?? "own fields"}.`,
    });
  }
  const isDate = field.type === "date" || field.type === "datetime";
  const allowed = GRANULARITIES.filter((one) => one !== "hour" || field.type === "datetime");
  if (finely !== undefined && !isDate) refuse(at, `${name} is no date, so ":${finely}" means nothing`);
  const granularity = isDate ? allowed.find((one) => one === (finely ?? "month").trim().toLowerCase()) : null;
  if (granularity === undefined || rest.length > 0) {
    refuse(at, `dates can't be grouped by ${quote(finely)}`, {
      near: closest(finely ?? "", allowed),
      hint: `Use ${allowed.join(", ")}.`,
    });
  }
  return { key: granularity === null ? name : `${name}:${granularity}`, steps, field, granularity };
}

/** The fields of a path from a model; `E004` for a step that is unknown, `E013` for one that a record has many of. */
export async function followSteps(
  odoo: Odoo,
  model: string,
  name: string,
  at: string,
  whole = name,
): Promise<Field[]> {
  const names = name.split(".");
  if (names.length > MAX_STEPS) refuse(at, `the path ${quote(name)} has ${names.length} steps, at most ${MAX_STEPS}`);
  const steps: Field[] = [];
  let owner = model;
  for (const [index, step] of names.entries()) {
    const field = knownField(await odoo.fields(owner), owner, step, at, whole);
    steps.push(field);
    if (index === names.length - 1) break;
    const { relation, inverse } = field;
    const after = names.slice(index + 1).join(".");
    if (relation === undefined) {
      refuse(at, `the path ${quote(name)} goes through ${step}, a ${field.type} field that leads nowhere`, {
        hint: `End the path at ${names.slice(0, index + 1).join(".")}, or go through a relation.`,
      });
    }
    if (field.type !== "many2one") {
      refuse(at, `the path ${quote(name)} goes through ${step}, and a record has many of those`, {
        code: "E013",
        hint: `Ask ${relation} instead, with ${after}${inverse === undefined ? "" : ` (${inverse} leads back)`}.`,
      });
    }
    owner = relation;
  }
  return steps;
}

/** Whether Odoo itself groups by a field: it has a column of its own, or its parent record has (inherited, on 14). */
export function isGroupable(field: Field): boolean {
  return isColumn(field) && (field.groupable || (!field.stored && field.type !== "many2many"));
}
