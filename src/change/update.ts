import { Failure } from "../lib/failure.ts";
import { canonicalJson, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { linesTouched } from "./commands.ts";
import { type Difference, differences } from "./differences.ts";
import { movingFields } from "./noteworthy.ts";
import { plainRow } from "./plain.ts";
import { type ChangeOptions, planFor } from "./plan.ts";
import { readBack } from "./read_back.ts";
import { checkIds, type Label, labelOf, readExisting } from "./records.ts";
import { send } from "./send.ts";
import { checkValues } from "./values.ts";

/** The same values for one or more records of a model. */
export interface UpdateRequest {
  model: string;
  ids: readonly number[];
  values: Record<string, unknown>;
}

/** What a field held and holds. */
export interface Move {
  before: Json;
  after: Json;
}

/** A record that was changed. */
export interface UpdatedRecord extends Label {
  url?: string;
  /** The fields that were asked for and moved. */
  changed: Record<string, Move>;
  /** Status and totals that moved with them. */
  also_changed?: Record<string, Move>;
  /** Where Odoo kept another value than was sent. */
  differs?: Difference[];
}

/** What was changed. */
export interface UpdateAnswer {
  model: string;
  ids: number[];
  records: UpdatedRecord[];
  notes?: string[];
}

/**
 * Writes the same values to records: all or none, in one call, between a look before and a look after. A record that does
 * not exist is `E005` before anything is written. More than `guardedRows` records, and lines that may disappear, need a
 * confirmation.
 */
export async function updateRecords(odoo: Odoo, request: UpdateRequest, options: ChangeOptions): Promise<UpdateAnswer> {
  const { model } = request;
  const ids = checkIds(model, request.ids);
  const checked = await checkUpdate(odoo, model, request.values);
  const fields = await odoo.fields(model);
  const asked = Object.keys(checked);
  const moving = movingFields(fields).filter((name) => !asked.includes(name));
  const before = await readExisting(odoo, model, ids, [...asked, ...moving]);
  refuseStrangeLines(model, fields, checked, before);

  const losing = losingLines(fields, checked);
  if (ids.length > options.guardedRows || losing.length > 0) {
    const notes = losing.map((name) => `lines of ${name} may be deleted by this`);
    const effect = losing.length > 0 ? "delete" : "write-many";
    await options.confirm(planFor(effect, "change", model, before.map(labelOf), [`set ${asked.join(", ")}`, ...notes]));
  }
  await sendUpdate(odoo, model, ids, checked);

  const { records, notes } = await readBack(odoo, model, ids, [...asked, ...moving]);
  const old = new Map(before.map((row) => [Number(row["id"]), row]));
  return {
    model,
    ids,
    records: await Promise.all(records.map(async ({ label, url, row, plain }) => {
      if (row === null) return { ...label, ...(url !== null && { url }), changed: {} };
      const was = old.get(label.id) ?? {};
      const [past, present] = [{ row: was, plain: await plainRow(odoo, model, was) }, { row, plain }];
      const also = moves(moving, past, present);
      const differs = differences(fields, checked, row, plain);
      return {
        ...label,
        ...(url !== null && { url }),
        changed: moves(asked, past, present),
        ...(Object.keys(also).length > 0 && { also_changed: also }),
        ...(differs.length > 0 && { differs }),
      };
    })),
    ...(notes.length > 0 && { notes }),
  };
}

/** Checked values of an update; there must be some. */
export async function checkUpdate(odoo: Odoo, model: string, values: Record<string, unknown>): Promise<JsonObject> {
  const checked = await checkValues(odoo, model, values, "update");
  if (Object.keys(checked).length > 0) return checked;
  throw new Failure("E004", `Cannot update ${model}: values is empty`, { hint: "Name the fields to change." });
}

/** Sends checked values in one `write`, which changes all records or none. */
export async function sendUpdate(odoo: Odoo, model: string, ids: number[], checked: JsonObject): Promise<void> {
  const fields = JSON.stringify(["write_date", ...Object.keys(checked)]);
  const shown = ids.length > 20 ? `${ids.slice(0, 20).join(", ")}, …` : ids.join(", ");
  await send(odoo, {
    model,
    method: "write",
    ids,
    params: { vals: checked },
    effect: "write",
    check: `Read ${model} ids [${shown}] with fields ${fields}: one write changes all of them or none.`,
  });
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
interface Seen {
  row: JsonObject;
  plain: JsonObject;
}

function moves(names: string[], before: Seen, after: Seen): Record<string, Move> {
  return Object.fromEntries(names.flatMap((name) => {
    // What is shown may be shortened, so Odoo's own values are compared.
    const same = canonicalJson(before.row[name] ?? null) === canonicalJson(after.row[name] ?? null);
    return same ? [] : [[name, { before: before.plain[name] ?? null, after: after.plain[name] ?? null }]];
  }));
}
