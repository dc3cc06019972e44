import { Failure } from "../lib/failure.ts";
import { isObject, type Json } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { scanView, type SeenButton } from "./view_scan.ts";

/** What people see of a model in Odoo's own pages, in the order it is shown. */
export interface Views {
  /** Columns of the list, without those that are off by default. */
  list: string[];
  /** Columns that people may switch on. */
  optional: string[];
  form: string[];
  /** Of the form. */
  buttons: SeenButton[];
}

/** A view is read once for each model, user and language: as long as the fields are in the schema cache. Null: not to be had. */
const kept = new WeakMap<Fields, Views | null>();

/**
 * The list and the form view of a model as this user sees them: two requests at once up to Odoo 15, one from 16 on, none
 * once they are known. Null where they can't be read (no right to the model, a wizard without a list, the demo company,
 * XML-RPC on 14, which can't carry a `None` inside): whoever asks goes by the fields alone then.
 */
export async function readViews(odoo: Odoo, model: string, fields: Fields): Promise<Views | null> {
  const known = kept.get(fields);
  if (known !== undefined) return known;
  const views = await ask(odoo, model).catch((error: unknown) => {
    // What time may mend is not remembered, and no answer to a cancelled call is needed.
    if (!(error instanceof Failure) || error.retryable || odoo.signal.aborted) throw error;
    return null;
  });
  kept.set(fields, views);
  return views;
}

async function ask(odoo: Odoo, model: string): Promise<Views | null> {
  const { major } = await odoo.version();
  const [list, form] = major >= 16 ? await getViews(odoo, model) : await fieldsViewGet(odoo, model);
  if (list === null && form === null) return null;
  try {
    const [shownList, shownForm] = await Promise.all([scanView(list ?? "<list/>"), scanView(form ?? "<form/>")]);
    const shown = shownList.fields.filter(({ hidden }) => !hidden);
    return {
      list: shown.filter(({ optional }) => !optional).map(({ name }) => name),
      optional: shown.filter(({ optional }) => optional).map(({ name }) => name),
      form: shownForm.fields.filter(({ hidden }) => !hidden).map(({ name }) => name),
      buttons: shownForm.buttons,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** 16 and later; `list` is understood by all of them, though it is called `tree` inside up to 17. */
async function getViews(odoo: Odoo, model: string): Promise<(string | null)[]> {
  const answer = await odoo.call(model, "get_views", {
    params: { views: [[false, "list"], [false, "form"]], options: {} },
  });
  const views = isObject(answer) && isObject(answer["views"]) ? answer["views"] : {};
  return [archOf(views["list"]), archOf(views["form"])];
}

/** 14 and 15; both know no `get_views`. */
async function fieldsViewGet(odoo: Odoo, model: string): Promise<(string | null)[]> {
  const read = (view_type: string) => odoo.call(model, "fields_view_get", { params: { view_type } });
  return (await Promise.all([read("tree"), read("form")])).map(archOf);
}

function archOf(view: Json | undefined): string | null {
  return isObject(view) && typeof view["arch"] === "string" ? view["arch"] : null;
}
