import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type ActionRules, allowedAction } from "./action_rules.ts";
import { type ActionOutcome, outcomeOf } from "./action_outcome.ts";
import { movingFields } from "./noteworthy.ts";
import { plainRow } from "./plain.ts";
import { type Confirm, planFor } from "./plan.ts";
import { readBack } from "./read_back.ts";
import { checkIds, type Label, labelOf, readExisting } from "./records.ts";
import { send } from "./send.ts";

/** A button to press, or another public method of the model that is on the list. */
export interface ActionRequest {
  model: string;
  ids: readonly number[];
  /** The method's name, e.g. `action_confirm`. */
  action: string;
  /** Named arguments, for the few that take any. */
  args?: Record<string, unknown> | undefined;
}

/** What running an action needs beside its request. */
export interface ActionOptions {
  confirm: Confirm;
  actions: ActionRules;
}

/** A record before and after an action: its status and totals. `after` is null where it could not be read: the action deleted it, or `notes` say why. */
export interface ActedRecord extends Label {
  url?: string;
  before: JsonObject;
  after: JsonObject | null;
}

/** What came of it. */
export interface ActionAnswer extends ActionOutcome {
  model: string;
  action: string;
  records: ActedRecord[];
  notes?: string[];
}

/**
 * Runs an action of the list on records that exist, always with a confirmation. Says whether it is finished: a window that
 * Odoo opens next means that it is not.
 */
export async function runAction(odoo: Odoo, request: ActionRequest, options: ActionOptions): Promise<ActionAnswer> {
  const { model, action } = request;
  const does = allowedAction(model, action, options.actions);
  const ids = checkIds(model, request.ids);
  const args = checkArguments(model, action, request.args ?? {});
  const fields = movingFields(await odoo.fields(model));
  const before = await readExisting(odoo, model, ids, fields);
  const shown = new Map(
    await Promise.all(
      before.map(async (row) => [Number(row["id"]), pick(fields, await plainRow(odoo, model, row))] as const),
    ),
  );
  const labels = new Map(before.map((row) => [Number(row["id"]), labelOf(row)]));
  const verb = `run ${action}${does === "" ? "" : ` (${does})`} on`;
  const states = [...shown].map(([id, state]) =>
    typeof state["state"] === "string" ? `#${id} is ${state["state"]}` : ""
  );
  await options.confirm(
    planFor("act", verb, model, [...labels.values()], states.filter((line) => line !== "").slice(0, 20)),
  );
  const answer = await send(odoo, {
    model,
    method: action,
    ids,
    params: args,
    effect: "act",
    check: `Read ${model} ids [${ids.slice(0, 20).join(", ")}] with fields ${
      JSON.stringify(["write_date", ...fields])
    }.`,
  });
  const { records, notes } = await readBack(odoo, model, ids, fields);
  return {
    model,
    action,
    ...outcomeOf(answer),
    records: records.map(({ label, url, row, plain }) => ({
      ...(row === null ? labels.get(label.id) ?? label : label),
      ...(url !== null && { url }),
      before: shown.get(label.id) ?? {},
      after: row === null ? null : pick(fields, plain),
    })),
    ...(notes.length > 0 && { notes }),
  };
}

function pick(names: string[], row: JsonObject): JsonObject {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

function checkArguments(model: string, action: string, args: Record<string, unknown>): JsonObject {
  for (const name of Object.keys(args)) {
    // These two travel beside the arguments: they would change who and what the action acts on.
    if (!/^[A-Za-z]\w*$/.test(name) || name === "ids" || name === "context") {
      throw new Failure("E004", `Cannot run ${model}.${action}: ${JSON.stringify(name)} is no argument of an action`, {
        hint: "Records go into ids.",
      });
    }
  }
  return args as Record<string, Json>;
}
