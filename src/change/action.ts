import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import { checkArguments } from "./action_arguments.ts";
import { type ActionAnswer, lookAfter, lookBefore, stateLines, tellAfter } from "./acted.ts";
import { defaultAction } from "./action_list.ts";
import { consequencesOf } from "./consequences.ts";
import { activeContext } from "./action_outcome.ts";
import { type ActionOptions, allowedAction } from "./action_rules.ts";
import { refuseAbsent, refuseState } from "./action_state.ts";
import { type DryRun, finishDryRun, missingRights } from "./dry_run.ts";
import { lookOf, planFor } from "./plan.ts";
import { checkIds } from "./records.ts";
import { sendAndLook } from "./uncertain.ts";
import { nextOf } from "./wizard.ts";
import { goOn } from "./wizard_go_on.ts";

/** A button to press, or another public method of the model that is on the list; or a wizard to go on with. */
export interface ActionRequest {
  model?: string | undefined;
  ids?: readonly number[] | undefined;
  /** The method's name, e.g. `action_confirm`; with `continue`, one of the wizard's actions. */
  action: string;
  /** Named arguments, for the few that take any. */
  args?: Record<string, unknown> | undefined;
  /** The token of a wizard that an action left to be finished. */
  continue?: string | undefined;
  /** What is filled into that wizard. */
  values?: Record<string, unknown> | undefined;
}

/**
 * Runs an action of the list on records that exist, always with a confirmation, from the statuses that allow it. Says
 * whether it is finished: a window that Odoo opens next means that it is not, and `continue` goes on with it.
 */
export async function runAction(
  odoo: Odoo,
  request: ActionRequest,
  options: ActionOptions & { dryRun: false },
): Promise<ActionAnswer>;
export async function runAction(
  odoo: Odoo,
  request: ActionRequest,
  options: ActionOptions,
): Promise<ActionAnswer | DryRun>;
export async function runAction(
  odoo: Odoo,
  request: ActionRequest,
  options: ActionOptions,
): Promise<ActionAnswer | DryRun> {
  const { action } = request;
  if (request.continue !== undefined) {
    refuseGiven("continue", { model: request.model, ids: request.ids, args: request.args });
    return await goOn(odoo, { token: request.continue, action, values: request.values ?? {} }, options);
  }
  refuseGiven("model and ids", { values: request.values });
  const { model } = request;
  if (model === undefined || request.ids === undefined) {
    throw new Failure("E004", `Cannot run ${action}: ${model === undefined ? "model" : "ids"} is missing`, {
      hint: "Give model and ids, or continue with the token of a wizard.",
    });
  }
  const does = allowedAction(model, action, options.actions);
  const ids = checkIds(model, request.ids);
  const args = await checkArguments(odoo, model, action, request.args ?? {});
  refuseAbsent(model, action, await odoo.fields(model));
  const before = await lookBefore(odoo, { model, ids }, action);
  refuseState(model, action, before.rows, await odoo.fields(model));
  const known = defaultAction(model, action);
  if (known?.opens !== undefined) {
    const window = {
      model: known.opens,
      title: does,
      id: null,
      ids: [],
      dialog: true,
      view: null,
      context: activeContext({ model, ids }),
    };
    const shown = before.labels.map((label) => ({ label, state: before.shown.get(label.id)! }));
    const records = shown.map(({ label, state }) => ({ ...label, before: state, after: state }));
    return { model, action, finished: false, records, next: await nextOf(odoo, window, { model, ids }, options) };
  }
  const verb = `run ${action}${does === "" ? "" : ` (${does})`} on`;
  const lines = [...stateLines(before), ...await consequencesOf(odoo, { model, ids }, known)];
  const plan = planFor("act", verb, model, before.labels, lines, lookOf(before.rows));
  if (options.dryRun) {
    const records = before.labels.map((label) => ({ ...label, before: before.shown.get(label.id)! }));
    const rights = await missingRights(odoo, [{ model, right: "write", ids }]);
    const notes = ["What an action does is known to Odoo alone: only its confirmation is told here."];
    return await finishDryRun({ model, would: plan.summary, records, missing_rights: rights, notes }, plan, options);
  }
  await options.confirm(plan);
  const { result, notes } = await sendAndLook(odoo, {
    change: {
      model,
      method: action,
      ids,
      params: args,
      effect: "act",
      check: `Read ${model} ids [${ids.slice(0, 20).join(", ")}] with fields ${
        JSON.stringify(["write_date", ...before.fields])
      }.`,
    },
    read: (answer) => answer,
    look: () => lookAfter(odoo, before),
    harmlessTwice: false,
  });
  const answer = await tellAfter(odoo, before, action, result, options);
  return notes.length === 0 ? answer : { ...answer, notes: [...notes, ...answer.notes ?? []] };
}

/** Arguments of the one form of a call that stand in the other. */
function refuseGiven(form: string, others: Record<string, unknown>): void {
  const [strange] = Object.keys(others).filter((name) => others[name] !== undefined);
  if (strange === undefined) return;
  throw new Failure("E004", `Cannot run an action: ${strange} does not go with ${form}`, {
    hint: "Give model, ids and action, or continue, action and values.",
  });
}
