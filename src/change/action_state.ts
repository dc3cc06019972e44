import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Fields } from "../odoo/mod.ts";
import { defaultAction, defaultActionsOf, isHere } from "./action_list.ts";
import { nameOf } from "./plan.ts";
import { labelOf } from "./records.ts";

/** Most records a refusal names. */
const NAMED = 5;

/** Refuses an action that this Odoo's model can't have (`E005`), with the one that does its work here. */
export function refuseAbsent(model: string, action: string, fields: Fields): void {
  const known = defaultAction(model, action);
  if (known === undefined || isHere(known, fields)) return;
  const instead = defaultActionsOf(model, fields).filter(({ does }) => does === known.does);
  throw new Failure("E005", `Cannot run ${action}: ${model} has no such action in this Odoo. Nothing was changed`, {
    hint: instead.length === 0 ? "" : `Use ${instead.map((one) => one.action).join(" or ")} (${known.does}).`,
    details: { model, action },
  });
}

/**
 * Refuses an action that the records' status rules out (`E004`), with what is possible now: Odoo would do nothing and say
 * true (14), or say less. Only where the list of actions knows the statuses; else Odoo decides.
 */
export function refuseState(model: string, action: string, rows: readonly JsonObject[], fields: Fields): void {
  const from = defaultAction(model, action)?.from;
  const status = fields.get("state");
  if (from === undefined || status?.type !== "selection") return;
  // 19 has other statuses than 14 for some: there Odoo decides too.
  const known = from.filter((state) => status.selection?.some(([value]) => value === state) ?? true);
  if (known.length === 0) return;
  const label = (state: string) => {
    const text = status.selection?.find(([value]) => value === state)?.[1] ?? state;
    return text.toLowerCase() === state ? state : `${state} (${text})`;
  };
  const wrong = rows.filter(({ state }) => typeof state === "string" && !from.includes(state));
  if (wrong.length === 0) return;
  const states = [...new Set(wrong.map(({ state }) => String(state)))];
  const named = wrong.slice(0, NAMED).map((row) => `${nameOf(labelOf(row))} is ${label(String(row["state"]))}`);
  const more = wrong.length > NAMED ? `, and ${wrong.length - NAMED} more` : "";
  const possible = possibleFrom(model, states, fields);
  throw new Failure(
    "E004",
    `Cannot run ${action}: ${named.join(", ")}${more}, and it runs from ${known.map(label).join(" or ")}. ` +
      "Nothing was changed",
    {
      hint: possible.length === 0 ? "No usual action is possible now." : `Possible now: ${possible.join(", ")}.`,
      details: {
        model,
        action,
        records: wrong.slice(0, NAMED).map((row) => ({ ...labelOf(row), state: row["state"] ?? null })),
        possible,
      },
    },
  );
}

/** The usual actions that every one of these statuses allows; those of one effect are alternatives between versions. */
function possibleFrom(model: string, states: string[], fields: Fields): string[] {
  const names = new Map<string, string[]>();
  for (const { action, does, from } of defaultActionsOf(model, fields)) {
    if (from === undefined || !states.every((state) => from.includes(state))) continue;
    names.set(does, [...names.get(does) ?? [], action]);
  }
  return [...names].map(([does, actions]) => `${actions.join(" or ")} (${does})`);
}
