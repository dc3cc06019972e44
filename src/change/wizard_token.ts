import { Failure } from "../lib/failure.ts";
import { canonicalJson, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { activeContext, type Origin, type Window } from "./action_outcome.ts";
import type { ChangeOptions } from "./plan.ts";

/** A wizard that is left to be finished: all that going on with it needs. */
export interface OpenWizard extends Pick<Window, "model" | "id" | "view" | "context"> {
  /** The records whose action opened it. */
  origin: Origin;
}

/** How long somebody may think about a wizard, in ms. */
export const THINKING_MS = 30 * 60_000;

type Sealing = Pick<ChangeOptions, "sealer" | "caller">;

/** A token that goes on with the wizard: this caller's alone, in this Instance, for half an hour. */
export async function sealWizard(odoo: Odoo, options: Sealing, wizard: OpenWizard): Promise<string> {
  const { model, id, view, context, origin } = wizard;
  const active = activeContext(origin);
  // What follows from the records themselves is left out: every character is written back by whoever goes on.
  const own: JsonObject = Object.fromEntries(
    Object.entries(context).filter(([key, value]) => canonicalJson(active[key] ?? null) !== canonicalJson(value)),
  );
  return await options.sealer.seal([model, id, view, own, origin.model, origin.ids], about(odoo, options), THINKING_MS);
}

/** The wizard of a token. `E010` for one that was changed, has expired, or belongs to another caller or Instance. */
export async function openWizard(odoo: Odoo, options: Sealing, token: string): Promise<OpenWizard> {
  const opened = await options.sealer.open(token, about(odoo, options));
  if (opened === null) {
    throw new Failure("E010", "Cannot go on: continue is not valid here. Nothing was changed", {
      hint: "It works for half an hour, and only as it was answered. Run the action again to get a new one.",
    });
  }
  const [model, id, view, own, originModel, ids] = opened as [
    string,
    number | null,
    number | null,
    JsonObject,
    string,
    number[],
  ];
  const origin = { model: originModel, ids };
  return { model, id, view, context: { ...activeContext(origin), ...own }, origin };
}

function about(odoo: Odoo, { caller }: Sealing): string {
  return canonicalJson(["odoo-mcp wizard", odoo.instance, caller]);
}
