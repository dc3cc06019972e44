import type { Field, Fields } from "../odoo/mod.ts";
import { knownField } from "./path.ts";
import { isColumn, rankFields } from "./rank.ts";
import { refuse } from "./refuse.ts";

/** How many fields an answer holds when none are named, beside the id. */
const DEFAULT_COUNT = 10;

/** What will be read. */
export interface Choice {
  /** Field names without `id`, which every record has. Never empty but where only `id` was asked for. */
  names: string[];
  /** Tells which choice was made and how to make another, where the caller made none; else null. */
  note: string | null;
}

/**
 * Turns what was asked for into field names: a list of names, in which `"default"` and `"all_stored"` stand for groups;
 * absent means default. Refuses `[]` (to Odoo that is every field, images included) and unknown names with the closest.
 */
export function chooseFields(fields: Fields, model: string, asked: readonly string[] | string | undefined): Choice {
  if (asked === undefined) return defaultChoice(fields);
  const words = typeof asked === "string" ? [asked] : asked;
  if (words.length === 0) {
    refuse("fields", "an empty list means every field to Odoo", {
      hint: 'Name the fields, or leave the argument out for the useful ones ("all_stored" gives all stored ones).',
    });
  }
  const names = new Set<string>();
  let note: string | null = null;
  for (const [index, word] of words.entries()) {
    const name = word.trim();
    if (name === "default" && !fields.has(name)) { for (const one of defaultNames(fields)) names.add(one); }
    else if (name === "all_stored" && !fields.has(name)) {
      const stored = [...fields.values()].filter((field) => isColumn(field) && !isHeavy(field));
      for (const field of stored) names.add(field.name);
      note = "all_stored leaves out binary and x2many fields; name them to get them.";
    } else if (name.includes(".")) refusePath(name, `fields[${index}]`);
    else names.add(knownField(fields, model, name, `fields[${index}]`).name);
  }
  names.delete("id");
  return { names: [...names], note };
}

function defaultChoice(fields: Fields): Choice {
  const names = defaultNames(fields);
  const more = [...fields.values()].filter((field) => !names.includes(field.name) && field.name !== "id").length;
  const note = more === 0 ? null : `${names.length} useful fields of ${names.length + more}; name others in fields.`;
  return { names, note };
}

/** `display_name` first: some models have no `name`, and no version lacks it. */
function defaultNames(fields: Fields): string[] {
  const ranked = rankFields(fields).slice(0, DEFAULT_COUNT - 1).map((field) => field.name);
  return fields.has("display_name") ? ["display_name", ...ranked] : ranked;
}

function isHeavy(field: Field): boolean {
  return ["binary", "image", "one2many", "many2many"].includes(field.type);
}

function refusePath(path: string, at: string): never {
  const [first = ""] = path.split(".");
  refuse(at, `a path such as ${path} can't be read yet`, {
    code: "E013",
    hint: `Read ${first}, then the records it leads to with get_record.`,
  });
}
