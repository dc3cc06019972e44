import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { compileGlobs } from "../lib/glob.ts";
import { DEFAULT_ACTION_PATTERNS, defaultAction, defaultActionsOf, NO_ACTIONS } from "./action_list.ts";
import type { ChangeOptions } from "./plan.ts";

/** Patterns over `model.method`: allowed beside the default list, and never allowed. */
export interface ActionRules {
  allow: readonly string[];
  deny: readonly string[];
}

/** What running an action needs beside its request. */
export interface ActionOptions extends ChangeOptions {
  actions: ActionRules;
}

const byDefault = compileGlobs(DEFAULT_ACTION_PATTERNS);
const isNoAction = compileGlobs(NO_ACTIONS.map(({ pattern }) => pattern));

/**
 * Answers what an allowed action does (nothing where only a setting knows it), or throws `E011` with the reason and the
 * model's allowed actions. The guard around Odoo refuses more, whatever the rules say; this tells it before anybody is
 * asked to confirm.
 */
export function allowedAction(model: string, action: string, { allow, deny }: ActionRules): string {
  const what = `run ${model}.${action}`;
  if (action.startsWith("_")) throw refusal(what, "methods that begin with _ are private");
  // Look-alike letters would pass the eye of whoever confirms; Odoo's own names are ASCII.
  if (!/^[A-Za-z]\w*$/.test(action)) {
    throw refusal(`run ${JSON.stringify(action.slice(0, 100))}`, "that is no method name");
  }
  const pattern = isNoAction(action);
  if (pattern !== null) {
    throw refusal(what, "it is no action", NO_ACTIONS.find((one) => one.pattern === pattern)?.instead);
  }
  const name = `${model}.${action}`;
  const denied = compileGlobs(deny)(name);
  if (denied !== null) throw refusal(what, `the setting actions.deny holds ${denied}`);
  if (byDefault(name) !== null) return defaultAction(model, action)?.does ?? "";
  if (compileGlobs(allow)(name) !== null) return "";
  const known = defaultActionsOf(model).map((one) => one.action);
  const near = closest(action, known);
  const guess = near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : "";
  const list = known.length > 0 ? `Allowed on ${model}: ${known.join(", ")}. ` : "";
  throw refusal(
    what,
    "it is not on the list of allowed actions",
    `${guess}${list}An operator can add it to actions.allow.`,
  );
}

/** Whether {@link allowedAction} lets an action pass, for lists of what may be run. */
export function isAllowedAction(model: string, action: string, rules: ActionRules): boolean {
  try {
    allowedAction(model, action, rules);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function refusal(what: string, why: string, hint = ""): Failure {
  return new Failure("E011", `Cannot ${what}: ${why}`, { hint, details: { rule: "actions" } });
}
