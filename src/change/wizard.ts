import { visible } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { defaultActionsOf } from "./action_list.ts";
import type { Origin, Window } from "./action_outcome.ts";
import { type ActionOptions, allowedAction } from "./action_rules.ts";
import { defaultsOf } from "./defaults.ts";
import { askForm } from "./form.ts";
import { plainFields } from "./noteworthy.ts";
import { readRows } from "./records.ts";
import { withContext } from "./with_context.ts";
import { chooseFields, type WizardField } from "./wizard_fields.ts";
import { type Form, loadForm } from "./wizard_form.ts";
import { sealWizard } from "./wizard_token.ts";

/** A button of a wizard. */
export interface WizardAction {
  action: string;
  label: string;
}

/** What Odoo opens after an action, and how to go on. */
export interface Next {
  model: string;
  title: string | null;
  /** The records it shows. */
  ids?: number[];
  /** What the wizard tells a person. */
  text?: string;
  fields?: WizardField[];
  actions?: WizardAction[];
  /** The token to go on with: `run_action({ continue, action, values })`. */
  continue?: string;
  how: string;
}

/** Most characters of a wizard's own text. */
const MOST_TEXT = 400;
/** Fields that are shown where the form itself is not known. */
const SHOWN = 12;

/**
 * Shows the window that an action opened. A wizard is shown with what it asks for, and a token to go on; nothing is
 * created for it. The action has happened: what can't be shown is told, and never a failure.
 */
export async function nextOf(odoo: Odoo, window: Window, origin: Origin, options: ActionOptions): Promise<Next> {
  const { model, ids, dialog } = window;
  const title = window.title === null ? null : visible(window.title);
  const shown = { model, title, ...(ids.length > 0 && { ids }) };
  if (!dialog) {
    const which = ids.length > 0 ? ` ${ids.slice(0, 10).map((id) => `#${id}`).join(", ")}` : "";
    return { ...shown, how: `The button is done. Odoo shows ${model}${which} next: look at it with get_record.` };
  }
  try {
    return { ...shown, ...await show(odoo, window, origin, options) };
  } catch (error) {
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    return { ...shown, how: `This wizard can't be filled in from here (${error.message}). ${BY_A_PERSON}` };
  }
}

const BY_A_PERSON = "A person opens the record in Odoo and presses the same button.";

async function show(
  odoo: Odoo,
  window: Window,
  origin: Origin,
  options: ActionOptions,
): Promise<Pick<Next, "text" | "fields" | "actions" | "continue" | "how">> {
  const { model } = window;
  const [fields, form] = await Promise.all([odoo.fields(model), loadForm(odoo, model, window.view)]);
  const names = form === null
    ? usualFields(fields)
    : form.fields.map(({ name }) => name).filter((name) => fields.has(name));
  const bound = withContext(odoo, window.context);
  const { raw, lines } = await startValues(bound, window, fields, names);
  const valueOf = (name: string): Json | undefined => conditionValue(raw[name]);
  const buttons = form === null
    ? defaultActionsOf(model).map(({ action, does }) => ({ action, label: does }))
    : form.buttons.filter(({ invisible }) => invisible(valueOf) !== true).map(({ action, label }) => ({
      action,
      label,
    }));
  const actions = buttons.filter(({ action }) => isAllowed(model, action, options));
  const text = form === null ? "" : textOf(form, valueOf);
  const chosen = await chooseFields(odoo, fields, form?.fields ?? names.map((name) => ({ name })), raw, lines);
  const told = { ...(text !== "" && { text }), ...(chosen.length > 0 && { fields: chosen }) };
  if (actions.length === 0) {
    const closed = buttons.map(({ action }) => `${model}.${action}`).join(", ");
    const why = closed === ""
      ? "It has no button that can be pressed from here."
      : `Not allowed from here: ${closed}; an operator can add it to actions.allow.`;
    return { ...told, how: `${why} ${BY_A_PERSON}` };
  }
  return {
    ...told,
    actions,
    continue: await sealWizard(odoo, options, { ...window, origin }),
    how: "Go on with run_action {continue, action, values}.",
  };
}

function isAllowed(model: string, action: string, options: ActionOptions): boolean {
  try {
    allowedAction(model, action, options.actions);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** What a wizard holds when it opens: of its record, or as its form would begin with. */
async function startValues(
  odoo: Odoo,
  { model, id }: Window,
  fields: Fields,
  names: string[],
): Promise<{ raw: JsonObject; lines: Record<string, JsonObject[]> }> {
  if (id !== null) {
    const [row = {}] = await readRows(odoo, model, [id], names);
    return { raw: row, lines: {} };
  }
  const tables = names.filter((name) => fields.get(name)?.type === "one2many");
  const inner = await Promise.all(tables.map(async (name): Promise<[string, string[]]> => {
    const { relation, inverse } = fields.get(name)!;
    const own = relation === undefined ? [] : plainFields(await odoo.fields(relation));
    return [name, own.filter((one) => one !== inverse).slice(0, SHOWN)];
  }));
  const form = await askForm(odoo, { model, values: {}, wanted: names, lines: Object.fromEntries(inner) });
  if (!("reason" in form)) return { raw: form.value, lines: form.lines };
  return { raw: await defaultsOf(odoo, model, names) ?? {}, lines: {} };
}

/** Where the form is not known: what can be typed into, required first. */
function usualFields(fields: Fields): string[] {
  const typed = plainFields(fields).map((name) => fields.get(name)!).filter(({ readonly }) => !readonly);
  return [...typed.filter(({ required }) => required), ...typed.filter(({ required }) => !required)].slice(0, SHOWN)
    .map(({ name }) => name);
}

/** A value as conditions of views compare it: a many2one is its id. */
function conditionValue(raw: Json | undefined): Json | undefined {
  return Array.isArray(raw) && raw.length === 2 && typeof raw[1] === "string" ? raw[0] : raw;
}

function textOf(form: Form, valueOf: (name: string) => Json | undefined): string {
  const text = form.texts.filter(({ invisible }) => invisible(valueOf) !== true).map(({ text }) => text).join(" ");
  return visible(text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`.toWellFormed());
}
