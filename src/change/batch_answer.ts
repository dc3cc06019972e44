import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Fate, FateStatus } from "./batch_fate.ts";
import { type Operation, placesOf } from "./batch_step.ts";
import type { TakenBack } from "./batch_take_back.ts";
import { type Label, labelOf, MAX_RECORDS, readRows } from "./records.ts";
import type { UndoOffer } from "./undo_keeper.ts";

/** What became of one operation, or of several alike in a long batch. */
export interface BatchItem {
  /** Its place in the request, counted from 1; several as `1-100, 103`. */
  item: number | string;
  op: Operation["op"];
  model: string;
  /** `uncertain`: it may or may not have happened; `error` says what to check. `undone`: done, and taken back. */
  status: FateStatus;
  /** The records created, changed, deleted or acted on, by name in a short batch. */
  records?: Label[];
  /** Their ids, in the order of the items: `101-200`. */
  ids?: string;
  error?: JsonObject;
  /** Why it was not tried. */
  because?: string;
}

/** What became of a batch. */
export interface BatchAnswer {
  /** Whether every operation was done. */
  complete: boolean;
  /** Whether anything at all stays changed in Odoo, or may. */
  kept: boolean;
  /** The company it was done in, where there are several. */
  company?: { id: number; name: string };
  counts: { done: number; failed: number; uncertain: number; not_tried: number; undone?: number };
  /** Why it ended early. */
  stopped?: string;
  items: BatchItem[];
  /** What was taken back, where that was asked for. */
  taken_back?: TakenBack;
  /** The key was used before: this is the answer to the first call. */
  repeated?: true;
  notes?: string[];
  undo?: UndoOffer;
}

/** Most operations that are told one by one, with the names of their records. */
const ONE_BY_ONE = 20;
/** Most different failures of a long batch that are told in full. */
const FAILURES = 12;
/** Most characters of a list of places or ids, and of a failure's details. */
const LETTERS = 600;
const DETAILS = 200;

/** Tells what became of a batch, each operation of it, in few words. */
export function tellBatch(
  fates: readonly Fate[],
  rest: Omit<BatchAnswer, "complete" | "kept" | "counts" | "items">,
): BatchAnswer {
  const count = (status: FateStatus) => fates.filter((one) => one.status === status).length;
  const undone = count("undone");
  const counts = {
    done: count("done"),
    failed: count("failed"),
    uncertain: count("uncertain"),
    not_tried: count("not_tried"),
    ...(undone > 0 && { undone }),
  };
  return {
    complete: counts.done === fates.length,
    kept: counts.done + counts.uncertain > 0,
    counts,
    ...rest,
    items: fates.length <= ONE_BY_ONE ? fates.map(tellOne) : groupsOf(fates).map(tellGroup),
  };
}

function tellOne(fate: Fate): BatchItem {
  const { step: { place, op, model }, status, records, because } = fate;
  const [named, others] = [records.slice(0, ONE_BY_ONE), records.slice(ONE_BY_ONE)];
  return {
    item: place,
    op,
    model,
    status,
    ...(records.length > 0 && { records: named }),
    ...(others.length > 0 && { ids: shortened(records.map(({ id }) => id)) }),
    ...(fate.failure !== undefined && { error: errorOf(fate.failure) }),
    ...(because !== undefined && { because }),
  };
}

/** Operations that one entry can tell. */
function groupsOf(fates: readonly Fate[]): Fate[][] {
  const groups = new Map<string, Fate[]>();
  const messages = new Set<string>();
  for (const fate of [...fates].sort((one, other) => one.step.place - other.step.place)) {
    const { step: { op, model }, status, failure, because } = fate;
    const message = failure?.message ?? "";
    if (messages.size < FAILURES) messages.add(message);
    const told = messages.has(message) ? message : null;
    const key = JSON.stringify([op, model, status, failure?.code ?? "", told, because ?? ""]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fate]);
    else group.push(fate);
  }
  return [...groups.values()];
}

function tellGroup(group: readonly Fate[]): BatchItem {
  const { step: { op, model }, status, because } = group[0]!;
  const ids = group.flatMap(({ records }) => records.map(({ id }) => id));
  const failures = new Map(group.flatMap(({ failure }) => failure === undefined ? [] : [[failure.message, failure]]));
  const [failure] = failures.values();
  const others = failures.size > 1 ? { others: `${failures.size - 1} more messages, of the same code` } : {};
  return {
    item: group.length === 1 ? group[0]!.step.place : shortened(group.map(({ step }) => step.place)),
    op,
    model,
    status,
    ...(ids.length > 0 && { ids: shortened(ids) }),
    ...(failure !== undefined && { error: { ...errorOf(failure), ...others } }),
    ...(because !== undefined && { because }),
  };
}

/** A list of numbers as text that stays short, and says how many it leaves out. */
function shortened(numbers: readonly number[]): string {
  const all = placesOf(numbers);
  if (all.length <= LETTERS) return all;
  const cut = all.slice(0, all.lastIndexOf(", ", LETTERS));
  const told = cut.split(", ").reduce((sum, run) => {
    const [from = 0, to = from] = run.split("-").map(Number);
    return sum + to - from + 1;
  }, 0);
  return `${cut}, … and ${numbers.length - told} more`;
}

/** A failure without what its message says already. */
function errorOf({ code, message, hint, retryable, details }: Failure): JsonObject {
  const isShort = JSON.stringify(details).length <= DETAILS;
  return {
    code,
    message,
    ...(hint !== "" && { hint }),
    ...(retryable && { retryable }),
    ...(isShort && Object.keys(details).length > 0 && { details }),
  };
}

/** Reads the names of new records that an answer shows. Without them it is poorer, but no less true. */
export async function nameCreated(odoo: Odoo, fates: readonly Fate[], most: number): Promise<void> {
  const created = fates.filter(({ step, status }) => step.op === "create" && status === "done");
  if (created.length > most) return;
  for (const model of new Set(created.map(({ step }) => step.model))) {
    const labels = created.filter(({ step }) => step.model === model).flatMap(({ records }) => records);
    try {
      const rows = await readRows(odoo, model, labels.map(({ id }) => id), []);
      const names = new Map(rows.map((row) => [Number(row["id"]), labelOf(row).display_name]));
      for (const label of labels) label.display_name = names.get(label.id) ?? null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}

/** How many new records are named: those of a short batch, and those that will be taken back, for their numbers. */
export const NAMED = { shown: ONE_BY_ONE, takenBack: MAX_RECORDS };
