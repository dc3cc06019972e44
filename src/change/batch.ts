import { abortFailure } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type BatchAnswer, nameCreated, NAMED, tellBatch } from "./batch_answer.ts";
import { type BatchDryRun, tryBatch } from "./batch_dry_run.ts";
import type { Fate } from "./batch_fate.ts";
import { sendInTurn } from "./batch_in_turn.ts";
import { BatchKey } from "./batch_key.ts";
import { findCascades, planOf } from "./batch_plan.ts";
import { prepareBatch, refusal } from "./batch_prepare.ts";
import type { BatchOptions, Sending } from "./batch_send.ts";
import { MOST_IN_PARTS, type Operation, type Step } from "./batch_step.ts";
import { takeBack } from "./batch_take_back.ts";
import { planTogether, type SendTogether } from "./batch_together.ts";
import { inCompany } from "./company.ts";
import { batchImage, lookBeforeBatch } from "./undo_batch.ts";
import { offerUndo } from "./undo_offer.ts";
import type { Before } from "./undo_look.ts";

/** Several changes, in order. */
export interface BatchRequest {
  operations: readonly Operation[];
  /**
   * `rollback` (default): all or nothing, and refused where Odoo has no one transaction for it. `undo`: one after the
   * other, and taken back when one fails. `stop`: at the first failure, keeping what was done. `continue`: the rest all
   * the same.
   */
  on_error?: "rollback" | "undo" | "stop" | "continue" | undefined;
  /** The company to work in, by name or id; the user's own where absent. */
  company?: string | number | undefined;
}

/** The part of its time a batch may spend on sending: taking back needs some too. */
const SHARES = { undo: 0.55, stop: 0.85, continue: 0.85 };

/**
 * Runs operations one after the other, or as one transaction. Everything is checked before anything is sent: values,
 * records, references, and whether `rollback` can be kept. Deletes, actions and more than `guardedRows` records need a
 * confirmation. With an idempotency key a repeat answers the first result, or goes on where the first call ended.
 */
export async function runBatch(
  anywhere: Odoo,
  request: BatchRequest,
  options: BatchOptions & { dryRun: false },
): Promise<BatchAnswer>;
export async function runBatch(
  anywhere: Odoo,
  request: BatchRequest,
  options: BatchOptions,
): Promise<BatchAnswer | BatchDryRun>;
export async function runBatch(
  anywhere: Odoo,
  request: BatchRequest,
  options: BatchOptions,
): Promise<BatchAnswer | BatchDryRun> {
  const { operations, company } = request;
  const mode = request.on_error ?? "rollback";
  checkSize(operations);
  const where = await inCompany(anywhere, company);
  const { odoo, echo } = where;
  const opened = await openKey(odoo, request, mode, options);
  if (opened !== null && "answer" in opened) return { ...opened.answer as unknown as BatchAnswer, repeated: true };
  const key = opened?.key ?? null;

  const rules = {
    ...options,
    company,
    done: key?.done ?? new Map<number, number[]>(),
    isResumed: key?.isResumed ?? false,
  };
  const prepared = await prepareBatch(where, operations, rules);
  if (options.dryRun) return await tryBatch(odoo, { prepared, mode, ...echo }, options);
  if (prepared.count > 0) throw refusal(prepared);
  const { steps, standIns } = prepared;
  const open = steps.filter(({ place }) => !rules.done.has(place));
  const together = mode === "rollback" && open.length > 0 ? await planTogether(odoo, open) : null;
  const cascades = await findCascades(odoo, open);
  const plan = planOf(open, { standIns, cascades, guardedRows: options.guardedRows });
  if (plan !== null) await options.confirm(plan);

  if (options.ends?.signal.aborted === true) throw abortFailure(options.ends.signal);
  const batch: Sending = {
    where,
    company,
    options,
    standIns,
    key,
    made: new Map(rules.done),
    acted: [],
    notes: new Set(),
  };
  const before = options.undo === undefined && mode !== "undo" ? [] : await lookBeforeBatch(odoo, open);
  await key?.begin();
  const known = steps.filter(({ place }) => rules.done.has(place)).map((step) => doneBefore(step, rules.done));
  if (mode === "rollback") {
    const fates = await sendAll(batch, open, together);
    return await finish(batch, [...known, ...fates], { before });
  }
  const turned = await sendInTurn(batch, open, { goesOn: mode === "continue", share: SHARES[mode] });
  const fates = [...known, ...turned.fates].sort((one, other) => one.step.place - other.step.place);
  const isBroken = fates.some(({ status }) => status !== "done");
  return await finish(batch, fates, { ...turned, before, takesBack: mode === "undo" && isBroken });
}

async function sendAll(batch: Sending, steps: readonly Step[], together: SendTogether | null): Promise<Fate[]> {
  if (together === null) return [];
  try {
    const records = await together(batch);
    batch.options.progress?.(steps.length, steps.length, "all done in one transaction");
    return steps.map((step, index): Fate => ({ step, status: "done", records: records[index]! }));
  } catch (error) {
    // Surely nothing of it is there, so the key may serve a corrected call.
    if (error instanceof Failure && error.code !== "E009" && error.applied === "no") await batch.key?.forget();
    throw error;
  }
}

/** How a batch ended. */
interface Ending {
  stopped?: string;
  before: Before[];
  takesBack?: boolean;
}

async function finish(
  batch: Sending,
  fates: Fate[],
  { stopped, before, takesBack = false }: Ending,
): Promise<BatchAnswer> {
  const { where: { odoo, echo }, options, key, acted, notes } = batch;
  await nameCreated(odoo, fates, takesBack ? NAMED.takenBack : NAMED.shown);
  const image = () => batchImage(odoo, fates.filter(({ status }) => status === "done"), before, acted);
  const taken = takesBack ? await takeBack(odoo, fates, await image()) : null;
  const isComplete = fates.every(({ status }) => status === "done");
  const isNothing = !takesBack && fates.every(({ status }) => status === "failed" || status === "not_tried");
  if (key !== null && !isComplete && !isNothing && !takesBack) {
    notes.add("Called again with the same idempotency_key, it goes on with what is not done.");
  }
  const answer = tellBatch(fates, {
    ...echo,
    ...(stopped !== undefined && { stopped }),
    ...(taken !== null && { taken_back: taken }),
    ...(notes.size > 0 && { notes: [...notes].slice(0, 20) }),
    ...(taken === null && await offerUndo(odoo, options, image)),
  });
  if (key === null) return answer;
  // What surely did not happen leaves the key free for a corrected call.
  if (isNothing) {
    await key.forget();
    return answer;
  }
  const plain: JsonObject = JSON.parse(JSON.stringify(answer));
  const said = isComplete || takesBack ? await key.finish(plain) : await key.pause();
  return said.length === 0 ? answer : { ...answer, notes: [...answer.notes ?? [], ...said] };
}

function doneBefore(step: Step, done: ReadonlyMap<number, readonly number[]>): Fate {
  const records = (done.get(step.place) ?? []).map((id) => ({ id, display_name: null }));
  return { step, status: "done", records, isEarlier: true };
}

function checkSize(operations: readonly Operation[]): void {
  if (operations.length === 0) throw new Failure("E004", "Cannot run a batch: operations is empty");
  const records = operations.reduce((sum, { ids }) => sum + Math.max(1, ids?.length ?? 0), 0);
  if (operations.length <= MOST_IN_PARTS && records <= MOST_IN_PARTS) return;
  throw new Failure("E012", `Cannot run a batch on ${records} records: ${MOST_IN_PARTS} is the most`, {
    hint: "Send it in parts.",
    details: { limit: MOST_IN_PARTS, count: records },
  });
}

async function openKey(odoo: Odoo, { operations, company }: BatchRequest, mode: string, options: BatchOptions) {
  const { idempotencyKey, dryRun } = options;
  if (idempotencyKey === undefined || dryRun) return null;
  const plain: Json = JSON.parse(JSON.stringify(operations));
  const payload: Json = { operations: plain, on_error: mode, company: company ?? null };
  const creates = operations.flatMap(({ op }, index) => op === "create" ? [index + 1] : []);
  return await BatchKey.open(odoo, { ...options, idempotencyKey }, payload, creates, operations.length);
}
