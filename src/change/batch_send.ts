import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import { runAction } from "./action.ts";
import type { ActionRules } from "./action_rules.ts";
import type { BatchKey } from "./batch_key.ts";
import type { StandIns } from "./batch_reference.ts";
import type { Step } from "./batch_step.ts";
import { type InCompany, inCompanyOf } from "./company.ts";
import { explainMissing } from "./explain_missing.ts";
import type { ChangeOptions } from "./plan.ts";
import type { Label } from "./records.ts";
import { sendCreate } from "./send_create.ts";
import { sendDelete } from "./send_delete.ts";
import { sendUpdate } from "./send_update.ts";
import { createsLines } from "./uncertain_update.ts";
import type { UndoImage } from "./undo_image.ts";
import type { UndoKeeper } from "./undo_keeper.ts";

/** What a batch needs beside its request. */
export interface BatchOptions extends ChangeOptions {
  /** Which actions may be run; absent: none. */
  actions?: ActionRules;
  /** Told after each call. */
  progress?: (done: number, total: number, message: string) => void;
  /**
   * When to stop before the Odoo's own signal ends everything: once this one aborts, or before so many ms are over. What
   * is under way is brought to its end, so that its fate can be told.
   */
  ends?: { signal: AbortSignal; ms: number };
}

/** A batch that is being sent. */
export interface Sending {
  where: InCompany;
  company: string | number | undefined;
  options: BatchOptions;
  standIns: StandIns;
  key: BatchKey | null;
  /** By place, the records of what is done. */
  made: Map<number, readonly number[]>;
  /** What its actions moved. */
  acted: UndoImage[];
  /** What answers should tell of how it went. */
  notes: Set<string>;
}

/** Sends neighbours that go together, in one call and once. Answers the records of each step. */
export async function sendChunk(batch: Sending, chunk: readonly Step[]): Promise<Label[][]> {
  await batch.key?.sending(chunk);
  const records = await sendOne(batch, chunk);
  for (const [index, { place }] of chunk.entries()) {
    const ids = records[index]!.map(({ id }) => id);
    batch.made.set(place, ids);
    batch.key?.done.set(place, ids);
  }
  return records;
}

async function sendOne(batch: Sending, chunk: readonly Step[]): Promise<Label[][]> {
  const { op, model, action } = chunk[0]!;
  if (op === "create") {
    const ids = await sendCreates(batch, chunk, chunk.map(({ values }) => resolved(batch, values)));
    return ids.map((id) => [{ id, display_name: null }]);
  }
  const { odoo } = batch.where;
  const labels = chunk.map((step) => labelsOf(batch, step));
  const ids = [...new Set(labels.flat().map(({ id }) => id))];
  if (ids.length === 0) return labels;
  if (op === "delete") say(batch, await sendDelete(odoo, model, ids));
  else if (op === "update") await sendWrite(batch, chunk, ids);
  else await act(batch, chunk[0]!, ids, action?.name ?? "");
  return labels;
}

/** Creates one record for each step, in one call, in the company that their values name. */
export async function sendCreates(batch: Sending, chunk: readonly Step[], values: JsonObject[]): Promise<number[]> {
  const { where, company, options, key } = batch;
  const { model } = chunk[0]!;
  const { odoo } = await inCompanyOf(where, company, values);
  const sending = key === null
    ? sendCreate(odoo, model, values, options.store)
    : key.create(odoo, model, chunk.map(({ place }) => place), values);
  const { result, notes } = await sending.catch(async (error: unknown) => {
    throw error instanceof Failure && values.length === 1 ? await explainMissing(odoo, model, values, error) : error;
  });
  say(batch, notes);
  return result;
}

async function sendWrite(batch: Sending, chunk: readonly Step[], ids: number[]): Promise<void> {
  const { where: { odoo }, key } = batch;
  const { model } = chunk[0]!;
  const values = resolved(batch, chunk[0]!.values);
  const rows = new Map(chunk.flatMap((step) => step.rows.map((row) => [Number(row["id"]), row])));
  const before = ids.every((id) => rows.has(id)) ? [...rows.values()] : [];
  const write = async () => say(batch, await sendUpdate(odoo, model, ids, values, before));
  if (key === null || !createsLines(values)) return await write();
  say(batch, await key.once(chunk.map(({ place }) => place), checkOf(model, ids), write));
}

async function act(batch: Sending, step: Step, ids: number[], action: string): Promise<void> {
  const { where: { odoo }, options, key, acted } = batch;
  const { model, place } = step;
  const run = async () => {
    const answer = await runAction(odoo, { model, ids, action }, {
      ...options,
      dryRun: false,
      actions: options.actions ?? { allow: [], deny: [] },
      // The batch as a whole was confirmed.
      confirm: () => Promise.resolve(),
      undo: collecting(acted),
    });
    say(batch, answer.notes ?? []);
    if (answer.finished) return;
    throw new Failure("E013", `Cannot finish ${action}: Odoo opens a window first, which a batch can't fill in`, {
      hint: "Run it by itself with run_action, and go on with the continue of its answer.",
      details: { model, ids },
    });
  };
  if (key === null) await run();
  else say(batch, await key.once([place], checkOf(model, ids), run));
}

/** A keeper that hands images to the batch, which keeps one of its own. */
function collecting(images: UndoImage[]): UndoKeeper {
  const none = () => Promise.reject(new Failure("E005", "Cannot undo this: it is part of a batch"));
  return {
    keep: (image) => {
      images.push(image);
      return Promise.resolve({ impossible: "part of a batch" });
    },
    find: none,
    claim: none,
    release: none,
  };
}

/** The records a step is about, those that earlier operations made among them. */
function labelsOf({ made, standIns }: Sending, { ids, labels }: Step): Label[] {
  const known = new Map(labels.map((label) => [label.id, label]));
  return ids.flatMap((id) => {
    const place = standIns.placeOf(id);
    if (place === null) return known.get(id) ?? [];
    return (made.get(place) ?? []).map((made) => ({ id: made, display_name: null }));
  });
}

/** Values with the ids of what was made before. */
function resolved({ made, standIns }: Sending, values: JsonObject): JsonObject {
  return standIns.resolve(values, (place) => made.get(place)?.[0] ?? false);
}

function say({ notes }: Sending, said: readonly string[]): void {
  for (const one of said) notes.add(one);
}

function checkOf(model: string, ids: number[]): string {
  return `Read ${model} ids [${ids.slice(0, 20).join(", ")}].`;
}
