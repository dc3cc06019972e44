import { Failure } from "../lib/failure.ts";
import { canonicalJson, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { alsoChanged, type Move } from "./also_changed.ts";
import { assignmentNotes } from "./assignment.ts";
import { linesTouched } from "./commands.ts";
import { inCompany } from "./company.ts";
import { checkSeen, refuseChanged, type Seen, seenFields } from "./conflict.ts";
import { type Difference, differences } from "./differences.ts";
import { checkOr, type DryRun } from "./dry_run.ts";
import { tryUpdate } from "./dry_run_update.ts";
import { linesBefore } from "./lines_before.ts";
import { type LineTable, readLines } from "./lines.ts";
import { sideFields } from "./noteworthy.ts";
import { plainRow } from "./plain.ts";
import { type ChangeOptions, countOf, lookOf, type Plan, planFor } from "./plan.ts";
import { readBack } from "./read_back.ts";
import { checkIds, type Label, labelOf, readExisting, readRows } from "./records.ts";
import { sendUpdate } from "./send_update.ts";
import type { UndoOffer } from "./undo_keeper.ts";
import { lookAfter, lookBefore } from "./undo_look.ts";
import { offerUndo } from "./undo_offer.ts";
import { checkValues, type WriteRules } from "./values.ts";

/** The same values for one or more records of a model. */
export interface UpdateRequest extends Seen {
  model: string;
  ids: readonly number[];
  values: Record<string, unknown>;
  /** The company to work in, by name or id; the user's own where absent. */
  company?: string | number | undefined;
  /** What it is, in the asking tool's own word: `archive`; default `change`. */
  does?: string;
}

/** A record that was changed. */
export interface UpdatedRecord extends Label {
  url?: string;
  /** The fields that were asked for and moved. */
  changed: Record<string, Move>;
  /** What Odoo moved with them: status and totals first. */
  also_changed?: Record<string, Move>;
  /** More fields that moved. */
  also_changed_more?: string[];
  /** The lines it has now, where the change was about lines, with what Odoo computed in them. */
  lines?: Record<string, LineTable>;
  /** Where Odoo kept another value than was sent. */
  differs?: Difference[];
}

/** What was changed. */
export interface UpdateAnswer {
  model: string;
  /** The company it was done in, where there are several. */
  company?: { id: number; name: string };
  ids: number[];
  records: UpdatedRecord[];
  /** The lines that were changed or deleted, by field, as they were. */
  lines_before?: JsonObject;
  notes?: string[];
  undo?: UndoOffer;
}

/**
 * Writes the same values to records: all or none, in one call, between a look before and a look after. A record that does
 * not exist is `E005` before anything is written, one that is not as the caller has seen it (`if_unchanged_since`, `expect`)
 * is `E008`. More than `guardedRows` records, and lines that may disappear, need a
 * confirmation.
 */
export async function updateRecords(
  odoo: Odoo,
  request: UpdateRequest,
  options: ChangeOptions & { dryRun: false },
): Promise<UpdateAnswer>;
export async function updateRecords(
  odoo: Odoo,
  request: UpdateRequest,
  options: ChangeOptions,
): Promise<UpdateAnswer | DryRun>;
export async function updateRecords(
  anywhere: Odoo,
  request: UpdateRequest,
  options: ChangeOptions,
): Promise<UpdateAnswer | DryRun> {
  const { model, does = "change" } = request;
  const ids = checkIds(model, request.ids);
  const { odoo, echo } = await inCompany(anywhere, request.company);
  const result = await checkOr(
    options.dryRun,
    checkUpdate(odoo, model, request.values, {
      ...options,
      statuses: () => statusesOf(odoo, model, ids),
    }),
  );
  const checked = "checked" in result ? result.checked : {};
  await checkSeen(odoo, model, request);
  const fields = await odoo.fields(model);
  const asked = Object.keys(checked);
  const moving = sideFields(fields).filter((name) => !asked.includes(name));
  const before = await readExisting(odoo, model, ids, [...asked, ...moving, ...seenFields(request)]);
  await refuseChanged(odoo, model, before, asked, request);
  refuseStrangeLines(model, fields, checked, before);

  const losing = losingLines(fields, checked);
  const plan = planOf(request, checked, before, losing, options.guardedRows);
  if (options.dryRun) {
    const refused = "refused" in result ? result.refused : [];
    return await tryUpdate(odoo, { model, ids, before, checked, refused, plan, does, ...echo }, options);
  }
  if (plan !== null) await options.confirm(plan);
  const told = await assignmentNotes(odoo, model, [checked], before);
  const past = options.undo === undefined ? null : await lookBefore(odoo, model, [{ ids, values: checked }], before);
  const linesWere = await linesBefore(odoo, fields, checked, past?.lines);
  const said = await sendUpdate(odoo, model, ids, checked, before);

  const [{ records, notes }, lines] = await Promise.all([
    readBack(odoo, model, ids, [...asked, ...moving]),
    readLines(odoo, model, ids, [checked], "update"),
  ]);
  notes.push(...lines.notes);
  const undo = await offerUndo(odoo, options, async () => {
    const rows = records.flatMap(({ row }) => row === null ? [] : [row]);
    const steps = past === null ? [] : [await lookAfter(odoo, past, rows)];
    return { did: `${does} ${countOf(ids.length, model)}`, steps, ...(told.length > 0 && { remains: told }) };
  });
  const old = new Map(before.map((row) => [Number(row["id"]), row]));
  return {
    model,
    ...echo,
    ids,
    records: await Promise.all(records.map(async ({ label, url, row, plain }) => {
      if (row === null) return { ...label, ...(url !== null && { url }), changed: {} };
      const was = old.get(label.id) ?? {};
      const [past, present] = [{ row: was, plain: await plainRow(odoo, model, was) }, { row, plain }];
      const also = moves(moving, past, present);
      const differs = differences(fields, checked, row, plain);
      const { tables = {} } = lines.byRecord.get(label.id) ?? {};
      return {
        ...label,
        ...(url !== null && { url }),
        changed: moves(asked, past, present),
        ...alsoChanged(also),
        ...(Object.keys(tables).length > 0 && { lines: tables }),
        ...(differs.length > 0 && { differs }),
      };
    })),
    ...(Object.keys(linesWere).length > 0 && { lines_before: linesWere }),
    ...(said.length + told.length + notes.length > 0 && { notes: [...said, ...told, ...notes] }),
    ...undo,
  };
}

/** The statuses that records are in; best effort, for a hint. */
async function statusesOf(odoo: Odoo, model: string, ids: number[]): Promise<string[]> {
  const rows = await readRows(odoo, model, ids, ["state"]).catch((error: unknown) => {
    if (error instanceof Failure && !odoo.signal.aborted) return [];
    throw error;
  });
  return [...new Set(rows.flatMap(({ state }) => typeof state === "string" ? [state] : []))].slice(0, 4);
}

/** The plan of an update that needs one: many records, or lines that may disappear. */
function planOf(
  { model, does = "change" }: UpdateRequest,
  checked: JsonObject,
  before: JsonObject[],
  losing: string[],
  guardedRows: number,
): Plan | null {
  if (before.length <= guardedRows && losing.length === 0) return null;
  const lines = [
    ...(does === "change" ? [`set ${Object.keys(checked).join(", ")}`] : []),
    ...losing.map((name) => `lines of ${name} may be deleted by this`),
  ];
  const effect = losing.length > 0 ? "delete" : "write-many";
  return planFor(effect, does, model, before.map(labelOf), lines, lookOf(before));
}

/** Checked values of an update; there must be some. */
export async function checkUpdate(
  odoo: Odoo,
  model: string,
  values: Record<string, unknown>,
  rules: WriteRules = {},
): Promise<JsonObject> {
  const checked = await checkValues(odoo, model, values, "update", rules);
  if (Object.keys(checked).length > 0) return checked;
  throw new Failure("E004", `Cannot update ${model}: values is empty`, { hint: "Name the fields to change." });
}

/** Fields of values whose lines a write may delete. */
export function losingLines(fields: Fields, checked: JsonObject): string[] {
  return Object.entries(checked).flatMap(([name, value]) => {
    const field = fields.get(name);
    return field !== undefined && isMany(field.type) && linesTouched(field, value).mayDelete ? [name] : [];
  });
}

/** Whether values change or delete lines by id, so that the records have to be looked at first. */
export function changesLines(fields: Fields, checked: JsonObject): string[] {
  return Object.entries(checked).flatMap(([name, value]) => {
    const field = fields.get(name);
    return field !== undefined && isMany(field.type) && linesTouched(field, value).changed.length > 0 ? [name] : [];
  });
}

/** Odoo changes and deletes whatever line a command names, also one of another record: refused here. */
export function refuseStrangeLines(model: string, fields: Fields, checked: JsonObject, rows: JsonObject[]): void {
  for (const name of changesLines(fields, checked)) {
    const present = new Set(rows.flatMap((row) => Array.isArray(row[name]) ? row[name] : []));
    const strange = linesTouched(fields.get(name)!, checked[name]!).changed.filter((id) => !present.has(id));
    if (strange.length === 0) continue;
    throw new Failure(
      "E004",
      `Cannot update ${model}: ${name} has no line ${strange.map((id) => `#${id}`).join(", ")}`,
      {
        hint: `Read ${name} first; lines of other records are changed through their own record.`,
        details: {
          problems: strange.map((id) => ({ at: name, reason: `#${id} is no line of this record` })),
          present: [...present],
        },
      },
    );
  }
}

function isMany(type: string): boolean {
  return type === "one2many" || type === "many2many";
}

/** A row as Odoo answered it and as answers show it. */
interface Look {
  row: JsonObject;
  plain: JsonObject;
}

function moves(names: string[], before: Look, after: Look): Record<string, Move> {
  return Object.fromEntries(names.flatMap((name) => {
    // What is shown may be shortened, so Odoo's own values are compared.
    const same = canonicalJson(before.row[name] ?? null) === canonicalJson(after.row[name] ?? null);
    return same ? [] : [[name, { before: before.plain[name] ?? null, after: after.plain[name] ?? null }]];
  }));
}
