import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Operation, prepareBatch, type Step } from "./batch_prepare.ts";
import { runTogether } from "./batch_together.ts";
import type { ChangeOptions } from "./plan.ts";
import { type Label, labelOf, readRows } from "./records.ts";
import { isUncertain } from "./send.ts";

/** Several changes, in order. */
export interface BatchRequest {
  operations: readonly Operation[];
  /**
   * `rollback` (default): all or nothing, and refused where Odoo has no one transaction for it. `stop`: at the first
   * failure, keeping what was done. `continue`: the rest all the same.
   */
  on_error?: "rollback" | "stop" | "continue" | undefined;
}

/** What a batch needs beside its request. */
export interface BatchOptions extends ChangeOptions {
  /** Told after each operation. */
  progress?: (done: number, total: number, message: string) => void;
}

/** What became of one operation. */
export interface BatchItem {
  /** Its place in the request, counted from 1. */
  item: number;
  op: Operation["op"];
  model: string;
  /** `uncertain`: it may or may not have happened; `error` says what to check. */
  status: "done" | "failed" | "uncertain" | "not_tried";
  /** The records created, changed or deleted. */
  records?: Label[];
  error?: JsonObject;
}

/** What became of a batch. */
export interface BatchAnswer {
  /** Whether every operation was done. */
  complete: boolean;
  /** Whether anything at all stays changed in Odoo. */
  kept: boolean;
  counts: { done: number; failed: number; uncertain: number; not_tried: number };
  /** Why it ended early. */
  stopped?: string;
  items: BatchItem[];
}

/**
 * Runs operations one after the other, or as one transaction. Everything is checked before anything is sent: values,
 * records, and whether `rollback` can be kept. Deletes and more than `guardedRows` records need a confirmation.
 */
export async function runBatch(odoo: Odoo, request: BatchRequest, options: BatchOptions): Promise<BatchAnswer> {
  const { steps, plan } = await prepareBatch(odoo, request.operations, options.guardedRows);
  const total = steps.length;
  if ((request.on_error ?? "rollback") === "rollback") {
    const run = runTogether(odoo, steps);
    if (plan !== null) await options.confirm(plan);
    const done = await run();
    options.progress?.(total, total, "all done in one transaction");
    return await finish(odoo, steps.map((step, index) => item(step, "done", { records: done[index]! })));
  }
  if (plan !== null) await options.confirm(plan);
  return await runInTurn(odoo, steps, request.on_error === "continue", options.progress);
}

async function runInTurn(
  odoo: Odoo,
  steps: Step[],
  goesOn: boolean,
  progress: BatchOptions["progress"],
): Promise<BatchAnswer> {
  const items: BatchItem[] = [];
  let stopped: string | undefined;
  for (const step of steps) {
    if (stopped === undefined && odoo.signal.aborted) stopped = "The request was cancelled or ran out of time.";
    if (stopped !== undefined) {
      items.push(item(step, "not_tried"));
      continue;
    }
    try {
      items.push(item(step, "done", { records: await step.send() }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const unknown = isUncertain(error);
      items.push(item(step, unknown ? "uncertain" : "failed", { error: error.toJSON() }));
      // After an unknown outcome the line to Odoo is in doubt: more operations would only make more doubts.
      if (unknown) stopped = `It is unknown whether operation ${step.place} happened.`;
      else if (!goesOn) stopped = `Operation ${step.place} failed.`;
    }
    progress?.(items.length, steps.length, `${step.op} ${step.model}`);
  }
  return await finish(odoo, items, stopped);
}

function item({ place, op, model }: Step, status: BatchItem["status"], rest: Partial<BatchItem> = {}): BatchItem {
  return { item: place, op, model, status, ...rest };
}

async function finish(odoo: Odoo, items: BatchItem[], stopped?: string): Promise<BatchAnswer> {
  const count = (status: BatchItem["status"]) => items.filter((one) => one.status === status).length;
  const counts = {
    done: count("done"),
    failed: count("failed"),
    uncertain: count("uncertain"),
    not_tried: count("not_tried"),
  };
  await nameCreated(odoo, items);
  return {
    complete: counts.done === items.length,
    kept: counts.done > 0,
    counts,
    ...(stopped !== undefined && { stopped }),
    items,
  };
}

/** Reads the names of new records, one call for each model. Without them the answer is poorer, but no less true. */
async function nameCreated(odoo: Odoo, items: BatchItem[]): Promise<void> {
  const created = items.filter(({ op, status }) => op === "create" && status === "done");
  for (const model of new Set(created.map((one) => one.model))) {
    const labels = created.filter((one) => one.model === model).flatMap(({ records }) => records ?? []);
    try {
      const rows = await readRows(odoo, model, labels.map(({ id }) => id), []);
      const names = new Map(rows.map((row) => [Number(row["id"]), labelOf(row).display_name]));
      for (const label of labels) label.display_name = names.get(label.id) ?? null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}
