import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type ActionAnswer, lookAfter, lookBefore, stateLines, tellAfter } from "./acted.ts";
import { defaultAction } from "./action_list.ts";
import { consequencesOf } from "./consequences.ts";
import { type ActionOptions, allowedAction } from "./action_rules.ts";
import { checkOr, type DryRun, finishDryRun } from "./dry_run.ts";
import { evaluate } from "./expression.ts";
import { lookOf, nameOf, type Plan } from "./plan.ts";
import { refuse } from "./refuse.ts";
import { isUncertain, send } from "./send.ts";
import { showValues } from "./shown_values.ts";
import { sendAndLook } from "./uncertain.ts";
import { checkValues } from "./values.ts";
import { withContext } from "./with_context.ts";
import { type Form, loadForm } from "./wizard_form.ts";
import { startOf } from "./wizard_start.ts";
import { type OpenWizard, openWizard, THINKING_MS } from "./wizard_token.ts";

/** A wizard to go on with. */
export interface GoOn {
  token: string;
  /** The button to press. */
  action: string;
  values: Record<string, unknown>;
}

/**
 * Fills in a wizard and presses one of its buttons, with a confirmation: the wizard's record is created only now. Works
 * once for each token, unless Odoo refused it. The answer is that of the action that opened the wizard.
 */
export async function goOn(odoo: Odoo, request: GoOn, options: ActionOptions): Promise<ActionAnswer | DryRun> {
  const { action } = request;
  const wizard = await openWizard(odoo, options, request.token);
  const { model, context, origin } = wizard;
  if (await options.store.get(usedKey(request.token)) !== null) throw usedAlready();
  const does = allowedAction(model, action, options.actions);
  const known = defaultAction(model, action);
  const form = await loadForm(odoo, model, wizard.view);
  if (form !== null) refuseStrange(wizard, form, request);
  const bound = withContext(odoo, context);
  const result = await checkOr(
    options.dryRun,
    checkValues(bound, model, request.values, wizard.id === null ? "create" : "update", options),
  );
  const checked = "checked" in result ? result.checked : {};
  const before = await lookBefore(odoo, origin, action);
  const [shown = {}] = await showValues(odoo, model, [checked]);
  const label = form?.buttons.find((button) => button.action === action)?.label ?? action;
  const plan: Plan = {
    effect: "act",
    summary: `press "${label}" of ${model}`,
    lines: [
      `press "${label}"${does === "" ? "" : ` (${does})`} for ${before.labels.slice(0, 20).map(nameOf).join(", ")}`,
      ...Object.entries(shown).map(([name, value]) => `with ${name} = ${sayValue(value)}`),
      ...stateLines(before),
      ...await consequencesOf(odoo, origin, known),
    ],
    look: lookOf(before.rows),
  };
  if (options.dryRun) {
    const refused = "refused" in result ? result.refused : [];
    const records = before.labels.map((one) => ({ ...one, before: before.shown.get(one.id)! }));
    return await finishDryRun({ model, would: plan.summary, records: [...records], refused }, plan, options);
  }
  await options.confirm(plan);
  const start = wizard.id === null ? await startOf(bound, model, form, checked) : {};
  const id = await fillIn(bound, wizard, { ...start, ...checked });
  const answer = await once(request.token, options, async () => {
    const button = form?.buttons.find((one) => one.action === action);
    const pressed = withContext(bound, contextOf(button?.context ?? "", context));
    return await sendAndLook(pressed, {
      change: {
        model,
        method: action,
        ids: [id],
        effect: "act",
        check: `Read ${origin.model} ids [${origin.ids.slice(0, 20).join(", ")}] with fields ${
          JSON.stringify(["write_date", ...before.fields])
        }.`,
      },
      read: (raw) => raw,
      look: () => lookAfter(odoo, before),
      harmlessTwice: false,
    });
  });
  const told = await tellAfter(odoo, before, action, answer.result, options);
  const notes = [
    ...answer.notes,
    ...(told.finished && known?.leaves !== undefined ? [known.leaves] : []),
    ...told.notes ?? [],
  ];
  return notes.length === 0 ? told : { ...told, notes };
}

/** A button or a field that the wizard does not have. */
function refuseStrange({ model }: OpenWizard, form: Form, { action, values }: GoOn): void {
  const actions = form.buttons.map((button) => button.action);
  if (!actions.includes(action)) {
    const near = closest(action, actions);
    throw new Failure("E004", `Cannot run ${action}: ${model} has no such button`, {
      hint: `${near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : ""}It has ${actions.join(", ")}.`,
      details: { allowed: actions },
    });
  }
  const names = form.fields.map(({ name }) => name);
  for (const name of Object.keys(values)) {
    if (names.includes(name)) continue;
    const near = closest(name, names);
    const guess = near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : "";
    refuse(`values.${name}`, `${model} has no such field in its form`, `${guess}It has ${names.join(", ")}.`);
  }
}

/** The wizard's record: new with its defaults and the values, or the one that Odoo made already. */
async function fillIn(odoo: Odoo, { model, id }: OpenWizard, checked: JsonObject): Promise<number> {
  const check = "A wizard that was created and not run does nothing.";
  if (id !== null) {
    if (Object.keys(checked).length > 0) {
      await send(odoo, { model, method: "write", ids: [id], params: { vals: checked }, effect: "write", check });
    }
    return id;
  }
  const made = await send(odoo, { model, method: "create", params: { vals_list: [checked] }, effect: "write", check });
  const [first] = Array.isArray(made) ? made : [made];
  if (typeof first === "number") return first;
  throw new Failure("E999", `Cannot go on: Odoo answered no id for the new ${model}. Nothing was changed`);
}

/** The context that a button adds by itself; on its Python the web client does the same. */
function contextOf(python: string, context: JsonObject): JsonObject {
  const value = python === "" ? {} : evaluate(python, (name) => context[name]);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** Once for a token: a second press would deliver or pay again. What Odoo refused leaves the token good. */
async function once<T>(token: string, { store }: ActionOptions, run: () => Promise<T>): Promise<T> {
  if (!await store.putNew(usedKey(token), true, THINKING_MS)) throw usedAlready();
  try {
    return await run();
  } catch (error) {
    if (error instanceof Failure && !isUncertain(error)) await store.delete(usedKey(token));
    throw error;
  }
}

/** The beginning of a token is random, and long enough to tell it from all others. */
function usedKey(token: string): string {
  return `wizard:${token.slice(0, 16)}`;
}

function usedAlready(): Failure {
  return new Failure("E010", "Cannot go on: this continue was used already. Nothing was changed", {
    hint: "Read the records to see what came of it; run the action again to open the wizard anew.",
  });
}

function sayValue(value: Json): string {
  if (isObject(value) && typeof value["id"] === "number") return `${value["name"]} #${value["id"]}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
