import type { Right } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { defaultAction } from "./action_list.ts";
import { CONSEQUENCES } from "./default_action.ts";
import { findCascades, linesOf, planOf, touchedBy } from "./batch_plan.ts";
import type { Prepared } from "./batch_prepare.ts";
import type { StandIns } from "./batch_reference.ts";
import { MOST_IN_PARTS, type Operation, RIGHTS, type Step } from "./batch_step.ts";
import { planTogether } from "./batch_together.ts";
import type { Hanging } from "./cascade.ts";
import { type DryRun, missingRights } from "./dry_run.ts";
import { tryCreate } from "./dry_run_create.ts";
import { tryUpdate } from "./dry_run_update.ts";
import { sideFields } from "./noteworthy.ts";
import type { ChangeOptions } from "./plan.ts";
import { type Label, readExisting } from "./records.ts";

/** What one operation would do. */
export interface BatchDryItem {
  item: number;
  op: Operation["op"];
  model: string;
  /** New or changed records, as a dry run of their own would tell them; of deletes and actions the names. */
  records: JsonObject[];
  notes?: string[];
}

/** What a batch would do, told without sending anything. */
export interface BatchDryRun {
  dry_run: true;
  /** Whether nothing that is known stands against it. Odoo's own rules may still refuse. */
  possible: boolean;
  would: string;
  counts: Partial<Record<Operation["op"], number>>;
  company?: { id: number; name: string };
  items: BatchDryItem[];
  /** The operations that `items` does not tell one by one. */
  others?: string[];
  refused?: JsonObject[];
  /** How many problems there are, where `refused` tells the first only. */
  refused_count?: number;
  missing_rights?: string[];
  goes_with_it?: Hanging[];
  blocked_by?: Hanging[];
  goes_or_blocks?: Hanging[];
  needs_confirmation?: string[];
  /** A plan token: the same call without dry_run and with it goes through, once the person agrees. */
  plan?: string;
  notes?: string[];
}

/** Most operations that are told one by one: each asks Odoo's form. */
const ONE_BY_ONE = 10;
/** Most problems, and most lines for other operations, that are told. */
const SHOWN = 20;

/** Tells what a checked batch would do, and everything that stands against it. */
export async function tryBatch(
  odoo: Odoo,
  { prepared, mode, company }: { prepared: Prepared; mode: string; company?: { id: number; name: string } },
  options: ChangeOptions,
): Promise<BatchDryRun> {
  const { steps, standIns } = prepared;
  const refused = [...prepared.refused];
  let count = prepared.count;
  if (mode === "rollback" && count === 0) {
    const problem = await whyNotTogether(odoo, steps);
    if (problem !== null) {
      refused.push(problem);
      count++;
    }
  }
  const isSound = prepared.count === 0;
  const [cascades, rights, items] = await Promise.all([
    findCascades(odoo, steps),
    missingRights(odoo, wantedRights(steps)),
    isSound ? Promise.all(steps.slice(0, ONE_BY_ONE).map((step) => tryStep(odoo, standIns, step, options))) : [],
  ]);
  const missing = [...new Set([...rights, ...items.flatMap((one) => one.missing)])];
  const of = (kind: (hanging: { goes_with_it: Hanging[]; blocked_by: Hanging[]; either: Hanging[] }) => Hanging[]) =>
    [...cascades.values()].flatMap(kind);
  const [goes, blocked, either] = [
    of((one) => one.goes_with_it),
    of((one) => one.blocked_by),
    of((one) => one.either),
  ];
  const plan = planOf(steps, { standIns, cascades, guardedRows: options.guardedRows });
  const possible = count === 0 && missing.length === 0 && blocked.length === 0;
  const token = plan !== null && possible ? await options.planToken(plan) : null;
  const others = isSound ? linesOf(steps.slice(ONE_BY_ONE), standIns) : [];
  const notes = notesOf(steps, mode, [...cascades.values()].flatMap((one) => one.notes));
  return {
    dry_run: true,
    possible,
    would: `run ${steps.length} ${steps.length === 1 ? "operation" : "operations"} on ${touchedBy(steps)} records`,
    counts: countsOf(steps),
    ...(company !== undefined && { company }),
    items: items.map(({ item }) => item),
    ...(others.length > 0 && { others: limited(others) }),
    ...(count > 0 && { refused: refused.slice(0, SHOWN) }),
    ...(count > Math.min(refused.length, SHOWN) && { refused_count: count }),
    ...(missing.length > 0 && { missing_rights: missing }),
    ...(goes.length > 0 && { goes_with_it: goes }),
    ...(blocked.length > 0 && { blocked_by: blocked }),
    ...(either.length > 0 && { goes_or_blocks: either }),
    ...(plan !== null && isSound && { needs_confirmation: plan.lines }),
    ...(token !== null && { plan: token }),
    ...(notes.length > 0 && { notes }),
  };
}

async function whyNotTogether(odoo: Odoo, steps: readonly Step[]): Promise<JsonObject | null> {
  try {
    await planTogether(odoo, steps);
    return null;
  } catch (error) {
    if (!(error instanceof Failure) || (error.code !== "E013" && error.code !== "E012")) throw error;
    return { at: "on_error", reason: error.message, hint: error.hint };
  }
}

function wantedRights(steps: readonly Step[]): { model: string; right: Right; ids: number[] }[] {
  const wanted = new Map<string, { model: string; right: Right; ids: number[] }>();
  for (const { op, model, labels } of steps) {
    const one = wanted.get(`${op} ${model}`) ?? { model, right: RIGHTS[op], ids: [] };
    one.ids.push(...labels.map(({ id }) => id));
    wanted.set(`${op} ${model}`, one);
  }
  return [...wanted.values()];
}

async function tryStep(
  odoo: Odoo,
  standIns: StandIns,
  step: Step,
  options: ChangeOptions,
): Promise<{ item: BatchDryItem; missing: string[] }> {
  const { place, op, model, ids, labels } = step;
  const { own, referring } = splitValues(standIns, step.values);
  const made = ids.flatMap((id) => standIns.placeOf(id) ?? []);
  const after = made.map((one): JsonObject => ({ record: `the one of operation ${one}` }));
  const item = { item: place, op, model };
  if (op === "delete" || op === "action") {
    const tells = (defaultAction(model, step.action?.name ?? "")?.tells ?? []).map((one) => CONSEQUENCES[one]);
    const records = [...labels.slice(0, SHOWN).map((label: Label): JsonObject => ({ ...label })), ...after];
    const action = step.action === undefined ? {} : { action: step.action.name };
    return { item: { ...item, ...action, records, ...(tells.length > 0 && { notes: tells }) }, missing: [] };
  }
  if (op === "create") {
    const tried = await tryCreate(odoo, { model, count: 1, checked: [own], refused: [], plan: null }, options);
    return told(item, tried, (record) => ({ ...record, values: { ...record["values"] as JsonObject, ...referring } }));
  }
  if (labels.length === 0) {
    return { item: { ...item, records: after.map((one) => ({ ...one, ...own, ...referring })) }, missing: [] };
  }
  const fields = await odoo.fields(model);
  const known = labels.map(({ id }) => id);
  const before = await readExisting(odoo, model, known, [...Object.keys(own), ...sideFields(fields)]);
  const tried = await tryUpdate(odoo, { model, ids: known, before, checked: own, refused: [], plan: null }, options);
  const changed = Object.fromEntries(Object.entries(referring).map(([name, value]) => [name, { after: value }]));
  return told(
    item,
    tried,
    (record) => ({ ...record, changed: { ...record["changed"] as JsonObject, ...changed } }),
    after,
  );
}

function told(
  item: Omit<BatchDryItem, "records">,
  { records, notes = [], missing_rights: missing = [] }: DryRun,
  add: (record: JsonObject) => JsonObject,
  more: JsonObject[] = [],
): { item: BatchDryItem; missing: string[] } {
  return { item: { ...item, records: [...records.map(add), ...more], ...(notes.length > 0 && { notes }) }, missing };
}

/** Values that can be shown as they are, and those that hold the id of a record still to be made, as the caller wrote it. */
function splitValues(standIns: StandIns, values: JsonObject): { own: JsonObject; referring: JsonObject } {
  const own: JsonObject = {};
  const referring: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    let refers = false;
    const shown: Json = standIns.resolve(value, (place) => {
      refers = true;
      return `$${place}.id`;
    });
    if (refers) referring[name] = shown;
    else own[name] = value;
  }
  return { own, referring };
}

function countsOf(steps: readonly Step[]): BatchDryRun["counts"] {
  const counts: BatchDryRun["counts"] = {};
  for (const { op } of steps) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

function notesOf(steps: readonly Step[], mode: string, said: readonly string[]): string[] {
  const refers = steps.some(({ needs }) => needs.length > 0);
  return [
    ...new Set([
      ...said,
      ...(refers ? ["What Odoo would make of records that are not there yet can't be told."] : []),
      ...(steps.length > 1 ? ["Each operation is told as if those before it had not happened."] : []),
      ...(mode !== "rollback" && steps.length > MOST_IN_PARTS / 5
        ? ["It may take longer than one call may; the answer says how far it came."]
        : []),
    ]),
  ];
}

function limited(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more lines`];
}
