/** What records hold before and after a change, in the form undoing needs. */
import { canonicalJson, isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { movingFields, sideFields } from "./noteworthy.ts";
import { countOf } from "./plan.ts";
import { readRows } from "./records.ts";
import { inverseOf } from "./undo_actions.ts";
import type { LinesImage, RecordImage, UndoImage, UndoStep } from "./undo_image.ts";
import { isStatus } from "./writable.ts";

/** Values that are about to be written to records of one model; checked ones, so x2many are commands. */
export interface Written {
  ids: readonly number[];
  values: JsonObject;
}

/** What was looked at before a change. */
export interface Before {
  model: string;
  written: readonly Written[];
  rows: Map<number, JsonObject>;
  /** By x2many field, the lines that commands change, as they were. */
  lines: Map<string, { model: string; rows: Map<number, JsonObject> }>;
}

/** Most records whose binaries are kept: they are read whole. */
const BINARY_RECORDS = 20;

const DETAILS = ["write_date", "write_uid"];

/**
 * Looks at records before values are written to them. `rows` are those read already; what they lack is read here: nothing
 * more in the common case, else the lines that will change, and binaries, which are read as their size elsewhere.
 */
export async function lookBefore(
  odoo: Odoo,
  model: string,
  written: readonly Written[],
  rows: readonly JsonObject[] = [],
): Promise<Before> {
  const fields = await odoo.fields(model);
  const asked = [...new Set(written.flatMap(({ values }) => Object.keys(values)))];
  const ids = [...new Set(written.flatMap((one) => one.ids))];
  const wanted = [...new Set([...asked, ...sideFields(fields)])];
  const complete = rows.length >= ids.length && rows.every((row) => wanted.every((name) => name in row));
  const all = complete ? rows : await readRows(odoo, model, ids, wanted);
  const found = new Map(all.map((row) => [Number(row["id"]), { ...row }]));
  await readBinaries(odoo, model, asked.filter((name) => fields.get(name)?.type === "binary"), found);
  const lines: Before["lines"] = new Map();
  for (const name of asked) {
    const relation = fields.get(name)?.relation;
    const commands = relation === undefined ? [] : commandsOf(written, name).filter(([number]) => number === 1);
    if (relation === undefined || commands.length === 0) continue;
    const keys = keysOf(commands);
    const changed = await readRows(odoo, relation, [...new Set(commands.map(([, id]) => Number(id)))], keys);
    lines.set(name, { model: relation, rows: new Map(changed.map((row) => [Number(row["id"]), row])) });
  }
  return { model, written, rows: found, lines };
}

/** The step of a change that was looked at before: its records as they are now, with the lines it changed or created. */
export async function lookAfter(odoo: Odoo, before: Before, rows: readonly JsonObject[] = []): Promise<UndoStep> {
  const { model, written } = before;
  const fields = await odoo.fields(model);
  const ids = [...before.rows.keys()];
  const asked = [...new Set(written.flatMap(({ values }) => Object.keys(values)))];
  const statuses = [...fields.values()].filter((field) => field.stored && isStatus(field)).map(({ name }) => name);
  const beside = sideFields(fields);
  const all = [...new Set([...asked, ...statuses, ...beside])];
  const complete = rows.length >= ids.length && rows.every((row) => all.every((name) => name in row));
  const now = new Map(
    (complete ? rows : await readRows(odoo, model, ids, all)).map((row) => [Number(row["id"]), row]),
  );
  const lines = await linesAfter(odoo, fields, before, asked, now);
  const records = ids.flatMap((id): RecordImage[] => {
    const names = [...new Set(written.flatMap((one) => one.ids.includes(id) ? Object.keys(one.values) : []))];
    const [was, is] = [before.rows.get(id)!, now.get(id)];
    if (is === undefined) return [];
    const own = Object.fromEntries([...lines].flatMap(([name, image]): [string, LinesImage][] => {
      const mine = new Set([...listOf(was[name]), ...listOf(is[name])]);
      const records = image.records.filter((line) => mine.has(line.id));
      return records.length === 0 ? [] : [[name, { model: image.model, records }]];
    }));
    const isMoved = (name: string) =>
      was[name] !== undefined && canonicalJson(was[name]) !== canonicalJson(is[name] ?? null);
    const moved = names.some((name) => was[name] === undefined || isMoved(name));
    const side = beside.filter((name) => !names.includes(name) && isMoved(name));
    if (!moved && side.length === 0 && Object.keys(own).length === 0) return [];
    return [{
      id,
      before: pick(was, names),
      after: pick(is, names),
      ...(statuses.length > 0 && { status: pick(is, statuses.filter((name) => !names.includes(name))) }),
      ...(side.length > 0 && { side: { before: pick(was, side), after: pick(is, side) } }),
      ...(Object.keys(own).length > 0 && { lines: own }),
    }];
  });
  return { model, records };
}

/** The step of a create: what must still be there when the records are taken back. `rows` are those read already. */
export async function lookAtCreated(
  odoo: Odoo,
  model: string,
  ids: readonly number[],
  sent: readonly JsonObject[],
  rows: readonly JsonObject[] = [],
): Promise<UndoStep> {
  const asked = sent.flatMap((values) => Object.keys(values));
  const names = [...new Set([...asked, ...await createdFields(odoo, model)])];
  const complete = rows.length >= ids.length && rows.every((row) => names.every((name) => name in row));
  const all = complete ? rows : await readRows(odoo, model, [...ids], names);
  return { model, records: all.map((row) => ({ id: Number(row["id"]), before: null, after: pick(row, names) })) };
}

/** Statuses that nothing leads back from, and what is possible instead. */
const FINAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "stock.picking": { done: "the transfer is final, its goods have moved; act_stock_return_picking begins a return" },
  "mrp.production": { done: "the production is final, its goods have moved" },
};

/**
 * What is kept of an action: the records it moved, as far as it has a known way back. Null where nothing moved; the rows
 * are those before and after, with the fields named.
 */
export function actedImage(
  { model, action, names }: { model: string; action: string; names: readonly string[] },
  before: readonly JsonObject[],
  after: readonly JsonObject[],
): UndoImage | null {
  const now = new Map(after.map((row) => [row["id"], row]));
  const moved = before.flatMap((row): RecordImage[] => {
    const is = now.get(row["id"]);
    if (is === undefined) return [];
    const image = { id: Number(row["id"]), before: pick(row, names), after: pick(is, names) };
    return canonicalJson(image.before) === canonicalJson(image.after) ? [] : [image];
  });
  if (moved.length === 0) return null;
  const records = moved.filter((image) => inverseOf(model, action, image.before?.["state"]) !== null);
  const stuck = moved.length - records.length;
  const did = `run ${action} on ${countOf(moved.length, model)}`;
  if (stuck === 0) return { did, steps: [{ model, action, records }] };
  const final = [...new Set(moved.flatMap(({ after }) => FINAL[model]?.[String(after["state"])] ?? []))];
  const lost = final.length > 0 ? final : [`${action} has no known way back`];
  return { did, steps: [{ model, action, records }], lost };
}

/** Fields that {@link lookAtCreated} needs beside those sent: the status, the totals, who changed it last. */
export async function createdFields(odoo: Odoo, model: string): Promise<string[]> {
  return [...movingFields(await odoo.fields(model)), ...await detailsOf(odoo, model)];
}

/** `write_date` and `write_uid`, on models that keep them. */
export async function detailsOf(odoo: Odoo, model: string): Promise<string[]> {
  const fields = await odoo.fields(model);
  return DETAILS.filter((name) => fields.has(name));
}

/** Ids in an x2many value as Odoo answers it. */
export function listOf(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}

async function linesAfter(
  odoo: Odoo,
  fields: Fields,
  before: Before,
  asked: string[],
  now: ReadonlyMap<number, JsonObject>,
): Promise<Map<string, LinesImage>> {
  const images = new Map<string, LinesImage>();
  for (const name of asked) {
    const { relation, type } = fields.get(name) ?? {};
    if (relation === undefined || (type !== "one2many" && type !== "many2many")) continue;
    const commands = commandsOf(before.written, name).filter(([number]) => number === 0 || number === 1);
    if (commands.length === 0) continue;
    const changed = before.lines.get(name)?.rows ?? new Map<number, JsonObject>();
    const old = new Set([...before.rows.values()].flatMap((row) => listOf(row[name])));
    const created = [...now.values()].flatMap((row) => listOf(row[name])).filter((id) => !old.has(id));
    const keys = keysOf(commands);
    const rows = await readRows(odoo, relation, [...new Set([...changed.keys(), ...created])], keys);
    const records = rows.map((row): RecordImage => {
      const was = changed.get(Number(row["id"]));
      if (was === undefined) return { id: Number(row["id"]), before: null, after: pick(row, keys) };
      const own = keys.filter((key) => was[key] !== undefined);
      return { id: Number(row["id"]), before: pick(was, own), after: pick(row, own) };
    });
    images.set(name, { model: relation, records });
  }
  return images;
}

async function readBinaries(odoo: Odoo, model: string, names: string[], rows: Map<number, JsonObject>): Promise<void> {
  if (names.length === 0) return;
  // What is not read here was read as its size, which must never be written back.
  for (const row of rows.values()) for (const name of names) delete row[name];
  if (rows.size > BINARY_RECORDS) return;
  const answer = await odoo.call(model, "read", { ids: [...rows.keys()], params: { fields: names }, cache: "never" });
  for (const row of Array.isArray(answer) ? answer.filter(isObject) : []) {
    Object.assign(rows.get(Number(row["id"])) ?? {}, pick(row, names));
  }
}

function commandsOf(written: readonly Written[], name: string): Json[][] {
  return written.flatMap(({ values }) => {
    const value = values[name];
    return Array.isArray(value) ? value.filter((one) => Array.isArray(one)) : [];
  });
}

function keysOf(commands: Json[][]): string[] {
  return [...new Set(commands.flatMap(([, , values]) => isObject(values) ? Object.keys(values) : []))];
}

/** The named values of a row, as far as it has them. */
export function pick(row: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => row[name] === undefined ? [] : [[name, row[name]]]));
}
