import type { Field, Fields } from "../odoo/mod.ts";
import { defaultActionsOf } from "./action_list.ts";

/** The usual actions that lead from one status to another, in order, as few as can be; null where none do. */
export function pathTo(model: string, from: string, to: string, fields: Fields): string[] | null {
  const steps = defaultActionsOf(model, fields);
  const reached = new Map<string, string[]>([[from, []]]);
  // A Map goes on over what is added meanwhile, so the shortest way to each status comes first.
  for (const [state, path] of reached) {
    if (state === to) return path;
    for (const { action, from: starts, to: end } of steps) {
      if (end === undefined || starts?.includes(state) !== true || reached.has(end)) continue;
      reached.set(end, [...path, action]);
    }
  }
  return null;
}

/** Which actions give records in these statuses the one that was to be written: a hint. `now` is empty where unknown. */
export function insteadOf(
  { model, fields, field, wanted, now }: {
    model: string;
    fields: Fields;
    field: Field;
    wanted: unknown;
    now: readonly string[];
  },
): string {
  const all = defaultActionsOf(model, fields);
  if (all.length === 0) return "Use run_action with the model's own action.";
  const text = String(wanted).toLowerCase();
  const to = field.selection?.find((pair) => pair.some((word) => word.toLowerCase() === text))?.[0];
  if (field.name !== "state" || to === undefined) return listed(all);
  if (now.length === 0) {
    const direct = all.filter((one) => one.to === to);
    return direct.length === 0
      ? listed(all)
      : `Use run_action: ${
        direct.map(({ action, from }) => from === undefined ? action : `${action} (from ${from.join(", ")})`).join(
          " or ",
        )
      }.`;
  }
  return now.map((state) => {
    if (state === to) return `It is ${to} already.`;
    const path = pathTo(model, state, to, fields);
    const start = now.length === 1 ? "" : `from ${state} `;
    return path === null
      ? `No usual action leads from ${state} to ${to}: describe_model ${model} lists the actions.`
      : `Use run_action: ${start}${path.map((action, index) => index === 0 ? action : `then ${action}`).join(", ")}.`;
  }).join(" ");
}

function listed(actions: readonly { action: string; does: string }[]): string {
  return `Use run_action: ${actions.map(({ action, does }) => `${action} (${does})`).join(", ")}.`;
}
