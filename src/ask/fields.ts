import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { defaultFields } from "./default_fields.ts";
import { resolvePath } from "./path.ts";
import { isColumn, rankFields } from "./rank.ts";
import { refuse, withHint } from "./refuse.ts";

/** What will be read. */
export interface Choice {
  /**
   * Field names and dotted paths, each checked, without `id`, which every record has. Never empty but where only `id` was
   * asked for.
   */
  names: string[];
  /** Tells which choice was made and how to make another, where the caller made none; else null. */
  note: string | null;
}

/** Most fields and paths of one answer. */
const MOST_NAMES = 300;

/**
 * Turns what was asked for into field names: a list of names and dotted paths, in which `"default"` and `"all_stored"`
 * stand for groups; absent means default. Refuses `[]` (to Odoo that is every field, images included) and unknown names,
 * at every step of a path, with the closest.
 */
export async function chooseFields(
  odoo: Odoo,
  model: string,
  asked: readonly string[] | string | undefined,
): Promise<Choice> {
  const fields = await odoo.fields(model);
  if (asked === undefined) return defaultChoice(fields, await defaultFields(odoo, model));
  const words = typeof asked === "string" ? [asked] : asked;
  if (words.length === 0) {
    refuse("fields", "an empty list means every field to Odoo", {
      hint: 'Name the fields, or leave the argument out for the useful ones ("all_stored" gives all stored ones).',
    });
  }
  if (words.length > MOST_NAMES) {
    refuse("fields", `it names ${words.length} fields, and at most ${MOST_NAMES} are read`);
  }
  const names = new Set<string>();
  let note: string | null = null;
  for (const [index, word] of words.entries()) {
    const name = word.trim();
    if (name === "default" && !fields.has(name)) {
      for (const one of await defaultFields(odoo, model)) names.add(one);
    } else if (name === "all_stored" && !fields.has(name)) {
      const stored = [...fields.values()].filter((field) => isColumn(field) && !isHeavy(field));
      for (const field of stored) names.add(field.name);
      note = "all_stored leaves out binary and x2many fields; name them to get them.";
    } else {
      await resolvePath(odoo, model, name, `fields[${index}]`).catch((error) => {
        throw withHint(error, exampleOf(fields));
      });
      names.add(name);
    }
  }
  names.delete("id");
  return { names: [...names], note };
}

function defaultChoice(fields: Fields, names: string[]): Choice {
  const more = [...fields.values()].filter((field) => !names.includes(field.name) && field.name !== "id").length;
  const note = more === 0 ? null : `${names.length} useful fields of ${names.length + more}; name others in fields.`;
  return { names, note };
}

/** A list that can be read, with a path where a relation is there. */
function exampleOf(fields: Fields): string {
  const [best, link] = [rankFields(fields)[0], rankFields(fields).find(({ type }) => type === "many2one")];
  const names = ["default", best?.name, link === undefined ? undefined : `${link.name}.display_name`];
  return `E.g. ${JSON.stringify(names.filter((name) => name !== undefined))}`;
}

function isHeavy(field: Field): boolean {
  return ["binary", "image", "one2many", "many2many"].includes(field.type);
}
