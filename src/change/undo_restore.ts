/** Takes one step of a change back. What can't be restored is told, and the rest is restored all the same. */
import { mayDo } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { canonicalJson, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { UNTOLD } from "./assignment.ts";
import { outcomeOf } from "./action_outcome.ts";
import { findCascade } from "./cascade.ts";
import { countOf } from "./plan.ts";
import { isUncertain, send } from "./send.ts";
import { sendDelete } from "./send_delete.ts";
import { sendUpdate } from "./send_update.ts";
import { type Inverse, inverseOf } from "./undo_actions.ts";
import { isSameValue, type PresentStep, readThere } from "./undo_check.ts";
import type { RecordImage } from "./undo_image.ts";
import { listOf, pick } from "./undo_look.ts";
import { withContext } from "./with_context.ts";
import { whyNotWritten } from "./writable.ts";

/** One call that takes something back. */
export interface Restoring {
  model: string;
  ids: number[];
  /** For the plan: `archive`, `delete`, `write name, phone back to`, `run action_cancel on`. */
  does: string;
  effect: "write" | "delete" | "act";
  /** Sends it; answers what it left undone, if anything. */
  send(): Promise<string | null>;
}

/** The calls that take a step back, in order, and what is known beforehand not to come back. */
export interface Restoration {
  calls: Restoring[];
  lost: string[];
  remains: string[];
}

type Rows = ReadonlyMap<number, JsonObject>;

/** Prepares taking a step back. Reads, but changes nothing. */
export async function restore(odoo: Odoo, present: PresentStep): Promise<Restoration> {
  const { step, gone } = present;
  const lost = gone.map((id) => `${step.model} #${id} is not there any more`);
  const images = step.records.filter(({ id }) => present.rows.has(id));
  if (step.action !== undefined) return await restoreActed(odoo, present, step.action, images, lost);
  const created = images.filter(({ before }) => before === null);
  const changed = images.filter(({ before }) => before !== null);
  const own = await restoreValues(odoo, step.model, changed, present.rows);
  const back = await takeBack(odoo, step.model, created, present.rows);
  return {
    calls: [...own.calls, ...back.calls],
    lost: [...lost, ...own.lost],
    remains: [...back.remains, ...ownTimes(step.model, await odoo.fields(step.model), changed)],
  };
}

function rowsOf(ids: number[], rows: Rows): JsonObject[] {
  return ids.map((id) => rows.get(id)).filter((row) => row !== undefined);
}

/** Created records are deleted where nothing hangs on them, else archived where the model can. */
async function takeBack(
  odoo: Odoo,
  model: string,
  created: RecordImage[],
  rows: Rows,
): Promise<Pick<Restoration, "calls" | "remains">> {
  const ids = created.map(({ id }) => id);
  if (ids.length === 0) return { calls: [], remains: [] };
  const canArchive = (await odoo.fields(model)).get("active")?.type === "boolean";
  const why = canArchive ? await whyKept(odoo, model, ids) : null;
  if (why === null) {
    const send = canArchive ? () => deleteOrArchive(odoo, model, ids) : () => nothingLeft(sendDelete(odoo, model, ids));
    return { calls: [{ model, ids, does: "delete", effect: "delete", send }], remains: [] };
  }
  const shown = ids.filter((id) => rows.get(id)?.["active"] !== false);
  const send = () => nothingLeft(sendUpdate(odoo, model, shown, { active: false }, rowsOf(shown, rows)));
  return {
    calls: shown.length === 0 ? [] : [{ model, ids: shown, does: "archive", effect: "write", send }],
    remains: [`${countOf(ids.length, model)} archived, not deleted: ${why}`],
  };
}

/** What speaks against deleting records that could be archived as well; null where nothing does. */
async function whyKept(odoo: Odoo, model: string, ids: number[]): Promise<string | null> {
  if (await mayDo(odoo, model, "unlink") === false) return "this user may not delete them";
  const { goes_with_it, blocked_by, either, isWhole } = await findCascade(odoo, model, ids);
  const [first] = [...blocked_by, ...goes_with_it, ...either];
  if (first !== undefined) return `${countOf(first.count, first.model)} (${first.field}) belong to them`;
  return isWhole ? null : "what belongs to them can't be told to this user";
}

async function deleteOrArchive(odoo: Odoo, model: string, ids: number[]): Promise<string | null> {
  try {
    await sendDelete(odoo, model, ids);
    return null;
  } catch (error) {
    if (!(error instanceof Failure) || isUncertain(error)) throw error;
    await sendUpdate(odoo, model, ids, { active: false });
    return `Odoo refuses it, so they were archived (${error.message})`;
  }
}

/** Writes old values back: one call for all records that get the same. */
async function restoreValues(
  odoo: Odoo,
  model: string,
  images: RecordImage[],
  rows: Rows,
): Promise<Omit<Restoration, "remains">> {
  const fields = await odoo.fields(model);
  const groups = new Map<string, { ids: number[]; values: JsonObject }>();
  const lost: string[] = [];
  for (const image of images) {
    const values = {
      ...oldSideValues(model, fields, image, rows.get(image.id) ?? {}, lost),
      ...await oldValues(odoo, model, fields, image, lost),
    };
    if (Object.keys(values).length === 0) continue;
    const key = canonicalJson(values);
    const group = groups.get(key) ?? { ids: [], values };
    group.ids.push(image.id);
    groups.set(key, group);
  }
  const calls = [...groups.values()].map(({ ids, values }): Restoring => ({
    model,
    ids,
    does: `write ${Object.keys(values).join(", ")} back to`,
    effect: "write",
    // Whoever was responsible before is so again, and was told at the time.
    send: () => nothingLeft(sendUpdate(withContext(odoo, UNTOLD), model, ids, values, rowsOf(ids, rows))),
  }));
  return { calls, lost };
}

/** Old values of what Odoo moved beside: only where nobody has changed it since, and Odoo does not compute it itself. */
function oldSideValues(model: string, fields: Fields, image: RecordImage, row: JsonObject, lost: string[]): JsonObject {
  const values: JsonObject = {};
  for (const [name, after] of Object.entries(image.side?.after ?? {})) {
    const field = fields.get(name);
    const old = image.side?.before[name];
    if (field === undefined || old === undefined || whyNotWritten(field, "update") !== null) continue;
    if (isSameValue(field, old, row[name] ?? false)) continue;
    if (isSameValue(field, after, row[name] ?? false)) values[name] = bare(field, old);
    else lost.push(`${name} of ${model} #${image.id} was changed since, and stays`);
  }
  return values;
}

/** Times that Odoo sets by itself, like when a lead was assigned: undoing sets them to now. */
function ownTimes(model: string, fields: Fields, images: RecordImage[]): string[] {
  const names = new Set(images.flatMap(({ side }) => Object.keys(side?.after ?? {})));
  const times = [...names].filter((name) => isOwnTime(fields.get(name)));
  return times.length === 0 ? [] : [`${times.join(", ")} of ${model}: Odoo sets it by itself, and it is not put back`];
}

/** Whether a field is a time that follows from what happens, and can't be written. */
export function isOwnTime(field: Field | undefined): boolean {
  return field !== undefined && ["date", "datetime"].includes(field.type) && whyNotWritten(field, "update") !== null;
}

/** A value as it is written: a many2one without its name. */
function bare(field: Field, value: Json): Json {
  return field.type === "many2one" && Array.isArray(value) ? value[0] ?? false : value;
}

/** What has to be written so that a record holds again what it held, as far as it moved. */
async function oldValues(
  odoo: Odoo,
  model: string,
  fields: Fields,
  image: RecordImage,
  lost: string[],
): Promise<JsonObject> {
  const before = image.before ?? {};
  const values: JsonObject = {};
  for (const [name, after] of Object.entries(image.after)) {
    const field = fields.get(name);
    if (field === undefined || name === "write_date" || name === "write_uid") continue;
    const old = before[name];
    if (old === undefined) {
      lost.push(`${name} of ${model} #${image.id}: its old value was not kept`);
    } else if (field.type === "one2many" || field.type === "many2many") {
      const commands = await oldLines(odoo, field, { ...image, before }, lost);
      if (commands.length > 0) values[name] = commands;
    } else if (!isSameValue(field, old, after)) {
      values[name] = bare(field, old);
    }
  }
  return values;
}

/** Commands that bring back lines: old values of changed ones, new ones off, removed ones on again where they still exist. */
async function oldLines(
  odoo: Odoo,
  field: Field,
  image: RecordImage & { before: JsonObject },
  lost: string[],
): Promise<Json[]> {
  const { name, relation } = field;
  if (relation === undefined) return [];
  const [old, now] = [listOf(image.before[name]), listOf(image.after[name])];
  const [added, removed] = [now.filter((id) => !old.includes(id)), old.filter((id) => !now.includes(id))];
  const commands: Json[] = [];
  const fields = await odoo.fields(relation);
  for (const line of image.lines?.[name]?.records ?? []) {
    if (line.before === null || !now.includes(line.id)) continue;
    const values = await oldValues(odoo, relation, fields, line, lost);
    if (Object.keys(values).length > 0) commands.push([1, line.id, values]);
  }
  const there = await readThere(odoo, relation, removed, []);
  for (const id of removed) {
    if (!there.has(id)) lost.push(`line #${id} of ${name} was deleted and can't be made again`);
  }
  if (field.type === "many2many") {
    const made = image.lines?.[name]?.records.filter(({ before, id }) => before === null && added.includes(id)) ?? [];
    for (const { id } of made) lost.push(`${relation} #${id}, made with it, stays; it is only taken off ${name}`);
    if (added.length + removed.length > 0) {
      commands.push([6, 0, old.filter((id) => !removed.includes(id) || there.has(id))]);
    }
    return commands;
  }
  const made = new Set(image.lines?.[name]?.records.filter(({ before }) => before === null).map(({ id }) => id));
  for (const id of added) {
    // A line that was moved here from another record is no line of ours to delete.
    if (made.has(id)) commands.push([2, id, 0]);
    else lost.push(`line #${id} was brought into ${name} from elsewhere and stays`);
  }
  for (const id of removed) if (there.has(id)) commands.push([4, id, 0]);
  return commands;
}

async function restoreActed(
  odoo: Odoo,
  present: PresentStep,
  action: string,
  images: RecordImage[],
  lost: string[],
): Promise<Restoration> {
  const { model } = present.step;
  const groups = new Map<Inverse, RecordImage[]>();
  for (const image of images) {
    const inverse = inverseOf(model, action, image.before?.["state"]);
    if (inverse === null) lost.push(`${model} #${image.id}: ${action} has no known way back`);
    else groups.set(inverse, [...groups.get(inverse) ?? [], image]);
  }
  const calls: Restoring[] = [];
  const written: RecordImage[] = [];
  for (const [{ by = [], write, context }, group] of groups) {
    const ids = group.map(({ id }) => id);
    if (by.length > 0) {
      const does = `run ${by.join(", then ")} on`;
      calls.push({ model, ids, does, effect: "act", send: () => runAll(odoo, model, by, ids, context ?? {}) });
    }
    const fields = await odoo.fields(model);
    const names = (write ?? []).filter((name) => fields.has(name));
    written.push(...group.flatMap(({ id, before, after }): RecordImage[] => {
      return names.length === 0 ? [] : [{ id, before: pick(before ?? {}, names), after: pick(after, names) }];
    }));
  }
  const values = await restoreValues(odoo, model, written, present.rows);
  return {
    calls: [...calls, ...values.calls],
    lost: [...lost, ...values.lost],
    remains: [...groups.keys()].map(({ remains }) => remains).filter((text) => text !== ""),
  };
}

/** Runs actions one after the other; each begins where the one before has ended, so the first that does not is the last. */
async function runAll(odoo: Odoo, model: string, methods: readonly string[], ids: number[], context: JsonObject) {
  for (const [index, method] of methods.entries()) {
    try {
      const left = await run(odoo, model, method, ids, context);
      if (left !== null) return `${method}: ${left}`;
    } catch (error) {
      if (!(error instanceof Failure) || index === 0 || isUncertain(error)) throw error;
      return `${methods.slice(0, index).join(", ")} was run, but ${method} not: ${error.message}`;
    }
  }
  return null;
}

async function run(odoo: Odoo, model: string, method: string, ids: number[], context: JsonObject) {
  const check = `Read ${model} ids [${ids.slice(0, 20).join(", ")}].`;
  const answer = await send(odoo, { model, method, ids, context, effect: "act", check });
  const { finished, window } = outcomeOf(answer, { model, ids });
  return finished
    ? null
    : `Odoo asks for more before ${method} (${window?.model ?? "a window"}): a person finishes it there`;
}

async function nothingLeft(sending: Promise<string[]>): Promise<null> {
  await sending;
  return null;
}
