import type { Odoo } from "../odoo/mod.ts";
import { assignmentNotes } from "./assignment.ts";
import type { Step } from "./batch_step.ts";
import { nameOf } from "./plan.ts";
import type { Label } from "./records.ts";
import type { UndoImage, UndoStep } from "./undo_image.ts";
import { type Before, lookAfter, lookAtCreated, lookBefore } from "./undo_look.ts";

/** Most deletes that are named as lost. */
const LOST = 20;

/** Looks at all records a batch will write to, once for each model: what several steps do to one is one change. */
export async function lookBeforeBatch(odoo: Odoo, steps: readonly Step[]): Promise<Before[]> {
  const updates = steps.filter(({ op }) => op === "update");
  const models = [...new Set(updates.map(({ model }) => model))];
  return await Promise.all(models.map((model) => {
    const own = updates.filter((step) => step.model === model);
    const written = own.map(({ labels, values }) => ({ ids: labels.map(({ id }) => id), values }));
    const rows = new Map(own.flatMap((step) => step.rows.map((row) => [row["id"], row])));
    return lookBefore(odoo, model, written, [...rows.values()]);
  }));
}

/** A step that was done, and the records it was about. */
export interface DoneStep {
  step: Step;
  records: readonly Label[];
}

/**
 * What is kept of a batch. Its creates come first, so that they are taken back last: nothing refers to them then; its
 * actions, whose images are `acted`, go back first. What was deleted is lost.
 */
export async function batchImage(
  odoo: Odoo,
  done: readonly DoneStep[],
  before: readonly Before[],
  acted: readonly UndoImage[] = [],
): Promise<UndoImage> {
  const deleted = done.filter(({ step }) => step.op === "delete");
  const gone = new Set(deleted.flatMap(({ step, records }) => records.map(({ id }) => `${step.model} ${id}`)));
  const created = done.filter(({ step }) => step.op === "create");
  const creates: UndoStep[] = [];
  for (const model of new Set(created.map(({ step }) => step.model))) {
    const own = created.filter(({ step }) => step.model === model);
    const ids = own.flatMap(({ records }) => records.map(({ id }) => id)).filter((id) => !gone.has(`${model} ${id}`));
    if (ids.length > 0) creates.push(await lookAtCreated(odoo, model, ids, own.map(({ step }) => step.values)));
  }
  const updates = await Promise.all(before.map(async (one): Promise<UndoStep> => {
    const { model, records } = await lookAfter(odoo, one);
    return { model, records: records.filter(({ id }) => !gone.has(`${model} ${id}`)) };
  }));
  const isDone = (op: string, model: string) => done.some(({ step }) => step.op === op && step.model === model);
  const told = await Promise.all([
    ...before.filter(({ model }) => isDone("update", model)).map(({ model, written, rows }) =>
      assignmentNotes(odoo, model, written.map(({ values }) => values), [...rows.values()])
    ),
    ...creates.map(({ model }) =>
      assignmentNotes(odoo, model, created.filter(({ step }) => step.model === model).map(({ step }) => step.values))
    ),
  ]);
  const remains = [...new Set([...told.flat(), ...acted.flatMap((image) => image.remains ?? [])])];
  const lost = [
    ...deleted.flatMap(({ step, records }) => records.map((one) => `delete ${step.model} ${nameOf(one)}`)),
    ...acted.flatMap((image) => image.lost ?? []),
  ];
  const more = lost.length > LOST ? [`… and ${lost.length - LOST} more`] : [];
  return {
    did: `run ${done.length} operations`,
    steps: [...creates, ...updates, ...acted.flatMap(({ steps }) => steps)],
    ...(remains.length > 0 && { remains }),
    ...(lost.length > 0 && { lost: [...lost.slice(0, LOST), ...more] }),
  };
}
