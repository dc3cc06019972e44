import type { Odoo } from "../odoo/mod.ts";
import { rankFields } from "./rank.ts";
import { readViews } from "./view_read.ts";

/** How many fields an answer holds when none are named, beside the id. */
const DEFAULT_COUNT = 10;

/**
 * The fields that search, read, resources and prompts answer when none are named: the best ones of the ranking by use,
 * `display_name` first (some models have no `name`, and no version lacks it). Asks for the views of the model once.
 */
export async function defaultFields(odoo: Odoo, model: string): Promise<string[]> {
  const fields = await odoo.fields(model);
  const ranked = rankFields(fields, await readViews(odoo, model, fields)).map((field) => field.name);
  const best = ranked.slice(0, DEFAULT_COUNT - 1);
  return fields.has("display_name") ? ["display_name", ...best] : best;
}
