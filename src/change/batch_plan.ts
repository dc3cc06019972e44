import type { Odoo } from "../odoo/mod.ts";
import { defaultAction } from "./action_list.ts";
import { CONSEQUENCES } from "./default_action.ts";
import type { StandIns } from "./batch_reference.ts";
import { placesOf, type Step } from "./batch_step.ts";
import { type Cascade, cascadeLines, findCascade } from "./cascade.ts";
import { lookOf, nameOf, type Plan } from "./plan.ts";

/** Most lines a batch's plan shows, and most of them that delete: these come first. */
const SHOWN = 30;
const SHOWN_DELETES = 100;
/** Most records of one line that are named. */
const NAMED = 20;

/** How many records a batch is about: one for each create. */
export function touchedBy(steps: readonly Step[]): number {
  return steps.reduce((sum, { ids }) => sum + Math.max(1, ids.length), 0);
}

/** What a batch's deletes take with them, for each model they are of. */
export async function findCascades(odoo: Odoo, steps: readonly Step[]): Promise<Map<string, Cascade>> {
  const deletes = steps.filter(({ op, labels }) => op === "delete" && labels.length > 0);
  const models = [...new Set(deletes.map(({ model }) => model))];
  return new Map(
    await Promise.all(models.map(async (model): Promise<[string, Cascade]> => {
      const ids = deletes.flatMap((step) => step.model === model ? step.labels.map(({ id }) => id) : []);
      return [model, await findCascade(odoo, model, ids)];
    })),
  );
}

/** The plan of a batch that needs one: deletes, actions, lines that may disappear, or many records. */
export function planOf(
  steps: readonly Step[],
  { standIns, cascades, guardedRows }: {
    standIns: StandIns;
    cascades: ReadonlyMap<string, Cascade>;
    guardedRows: number;
  },
): Plan | null {
  const touched = touchedBy(steps);
  const deletes = steps.some(({ op, losing }) => op === "delete" || losing.length > 0);
  const acts = steps.some(({ op }) => op === "action");
  if (!deletes && !acts && touched <= guardedRows) return null;
  const runs = runsOf(steps);
  const lines = runs.map((run) => lineOf(run, standIns));
  // A delete or an action must be seen, wherever it stands.
  const first = lines.filter((_, index) => {
    const { op, losing } = runs[index]![0]!;
    return op === "delete" || op === "action" || losing.length > 0;
  });
  const most = Math.max(SHOWN, Math.min(first.length, SHOWN_DELETES));
  const all = [...new Set([...first, ...lines])];
  const shown = all.slice(0, most);
  if (shown.length < all.length) shown.push(`… and ${all.length - shown.length} more lines`);
  const tells = steps.flatMap(({ model, action }) => defaultAction(model, action?.name ?? "")?.tells ?? []);
  return {
    effect: deletes ? "delete" : acts ? "act" : "write-many",
    summary: `run ${steps.length} ${steps.length === 1 ? "operation" : "operations"} on ${touched} records`,
    lines: [
      ...shown,
      ...[...new Set(tells)].map((one) => CONSEQUENCES[one]),
      ...[...cascades.values()].flatMap(cascadeLines),
      ...(steps.some(({ op }) => op === "delete") ? ["what is deleted can't be brought back"] : []),
    ],
    look: steps.map(({ model, rows }) => rows.length === 0 ? null : [model, lookOf(rows)]),
  };
}

/** What operations do, neighbours that are alike in one line. */
export function linesOf(steps: readonly Step[], standIns: StandIns): string[] {
  return runsOf(steps).map((run) => lineOf(run, standIns));
}

/** Neighbours that one line can tell. */
function runsOf(steps: readonly Step[]): Step[][] {
  const runs: Step[][] = [];
  const kind = ({ op, model, values, losing, action }: Step) =>
    JSON.stringify([op, model, op === "create" ? [] : Object.keys(values), losing, action?.name ?? ""]);
  let last = "";
  for (const step of steps) {
    const own = kind(step);
    if (own === last) runs.at(-1)!.push(step);
    else runs.push([step]);
    last = own;
  }
  return runs;
}

/** `2-5. change color of res.partner: A #7, B #8`. */
function lineOf(run: Step[], standIns: StandIns): string {
  const { op, model, values, losing, action } = run[0]!;
  const places = placesOf(run.map(({ place }) => place));
  if (op === "create") {
    return `${places}. create ${run.length === 1 ? "a record" : `${run.length} records`} of ${model}`;
  }
  const labels = new Map(run.flatMap((step) => step.labels.map((label) => [label.id, label])));
  const ids = [...new Set(run.flatMap((step) => step.ids))];
  const names = ids.slice(0, NAMED).map((id) => {
    const made = standIns.placeOf(id);
    return made === null ? nameOf(labels.get(id) ?? { id, display_name: null }) : `the record of operation ${made}`;
  });
  const records = `${names.join(", ")}${ids.length > NAMED ? `, … ${ids.length} in all` : ""}`;
  if (op === "delete") return `${places}. delete ${model}: ${records}`;
  if (op === "action") {
    const does = action?.does ? ` (${action.does})` : "";
    return `${places}. run ${action?.name ?? ""}${does} on ${model}: ${records}`;
  }
  const lost = losing.length > 0 ? `; lines of ${losing.join(", ")} may be deleted` : "";
  return `${places}. change ${Object.keys(values).join(", ")} of ${model}: ${records}${lost}`;
}
