import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { isMany, type Path } from "./path.ts";
import { droppedNote, readRows } from "./read_rows.ts";
import { refuse } from "./refuse.ts";
import { readContext } from "./table.ts";

/** What dotted paths lead to, read for all records at once. */
export interface Related {
  /** The raw values at a path's end: one, or a list where it goes through an x2many (lists in lists through several). */
  value(path: Path, row: JsonObject, toPlain: (raw: Json) => Json): Json;
  /** Paths that could not be read. */
  dropped: ReadonlySet<Path>;
  notes: string[];
}

/** Most records of an x2many that are read for each record. */
const LINES = 10;
/** Most records of one model that are read at one step. */
const MOST_RECORDS = 10_000;

/** One relation that paths go through. */
interface Hop {
  /** As the caller wrote it, up to here. */
  name: string;
  field: Path["field"];
  paths: Path[];
  /** Records by id, those that this user may not see missing. Null where the model can't be read. */
  rows: Map<number, JsonObject> | null;
  next: Map<string, Hop>;
}

/**
 * Reads what paths lead to, step by step: one request for each model of a step, whatever the number of records and paths.
 * Of an x2many the first {@link LINES} count, and it is said where there are more. Archived records at the end of a
 * many2one come too, as Odoo shows them.
 */
export async function readPaths(odoo: Odoo, paths: readonly Path[], rows: readonly JsonObject[]): Promise<Related> {
  const first = hopsOf(paths);
  const notes: string[] = [];
  const dropped = new Set<Path>();
  let level = [...first.values()].map((hop) => ({ hop, from: rows }));
  for (let depth = 1; level.length > 0; depth++) {
    const byModel = Map.groupBy(level, ({ hop }) => hop.field.relation!);
    await Promise.all([...byModel].map(([model, hops]) => readLevel(odoo, model, hops, depth, notes, dropped)));
    level = level.flatMap(({ hop }) =>
      [...hop.next.values()].map((next) => ({ hop: next, from: [...hop.rows?.values() ?? []] }))
    );
  }
  return {
    dropped,
    notes,
    value: (path, row, toPlain) => valueAt(first, path, row, 0, toPlain),
  };
}

function hopsOf(paths: readonly Path[]): Map<string, Hop> {
  const first = new Map<string, Hop>();
  for (const path of paths) {
    let level = first;
    for (const [index, { field }] of path.steps.slice(0, -1).entries()) {
      const name = path.steps.slice(0, index + 1).map((step) => step.field.name).join(".");
      const hop: Hop = level.get(field.name) ?? { name, field, paths: [], rows: null, next: new Map() };
      hop.paths.push(path);
      level.set(field.name, hop);
      level = hop.next;
    }
  }
  return first;
}

/** Reads one model at one step, for all relations that lead to it there. */
async function readLevel(
  odoo: Odoo,
  model: string,
  hops: { hop: Hop; from: readonly JsonObject[] }[],
  depth: number,
  notes: string[],
  dropped: Set<Path>,
): Promise<void> {
  const ids = new Set<number>();
  for (const { hop, from } of hops) {
    const longer = from.filter((row) => isMany(hop.field) && listOf(row[hop.field.name]).length > LINES).length;
    if (longer > 0) {
      const all = `search ${model}${hop.field.inverse === undefined ? "" : ` by ${hop.field.inverse}`} for all`;
      notes.push(`${hop.name}: only the first ${LINES} are read of ${longer} that have more; ${all}.`);
    }
    for (const row of from) for (const id of idsOf(hop, row)) ids.add(id);
  }
  const paths = hops.flatMap(({ hop }) => hop.paths);
  const fields = await odoo.fields(model);
  const names = [...new Set(paths.map((path) => path.steps[depth]!.field.name))].filter((name) => name !== "id");
  const rows = new Map<number, JsonObject>();
  for (const { hop } of hops) hop.rows = rows;
  if (ids.size === 0) return;
  if (names.length === 0) {
    for (const id of ids) rows.set(id, { id });
    return;
  }
  if (ids.size > MOST_RECORDS) {
    refuse("fields", `${hops[0]!.hop.name} leads to ${ids.size} records, and at most ${MOST_RECORDS} are read`, {
      code: "E012",
      hint: "Ask for fewer rows, or without that path.",
    });
  }
  try {
    // A search leaves out what the user may not see, where `read` would refuse all.
    const read = await readRows(odoo, model, fields, names, (wanted) =>
      odoo.call(model, "search_read", {
        params: { domain: [["id", "in", [...ids]]], fields: wanted, order: "id" },
        context: { active_test: false, ...readContext(fields, wanted) },
      }));
    for (const row of read.rows) rows.set(row["id"] as number, row);
    for (const path of paths) if (read.dropped.includes(path.steps[depth]!.field.name)) dropped.add(path);
    notes.push(...droppedNote(read.dropped.map((name) => `${hops[0]!.hop.name}.${name}`)));
    const hidden = ids.size - rows.size;
    if (hidden > 0) {
      notes.push(`${hidden} of ${ids.size} ${model} may not be read by this user: their values are null.`);
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "E003") throw error;
    for (const { hop } of hops) hop.rows = null;
    for (const path of paths) dropped.add(path);
    notes.push(`This user may not read ${model}, so ${hops.map(({ hop }) => `${hop.name}.…`).join(", ")} is left out.`);
  }
}

function valueAt(
  hops: Map<string, Hop>,
  path: Path,
  row: JsonObject,
  step: number,
  toPlain: (raw: Json) => Json,
): Json {
  const { field } = path.steps[step]!;
  if (step === path.steps.length - 1) return toPlain(row[field.name] ?? null);
  const hop = hops.get(field.name)!;
  const values = idsOf(hop, row).map((id) => {
    const next = hop.rows?.get(id);
    return next === undefined ? null : valueAt(hop.next, path, next, step + 1, toPlain);
  });
  return isMany(field) ? values : values[0] ?? null;
}

/** Ids that a relation leads to: of a many2one (`[id, name]`) its one, of an x2many the first. */
function idsOf({ field }: Hop, row: JsonObject): number[] {
  const raw = row[field.name];
  if (isMany(field)) return listOf(raw).slice(0, LINES);
  const id = Array.isArray(raw) ? raw[0] : raw;
  return typeof id === "number" && id > 0 ? [id] : [];
}

function listOf(raw: Json | undefined): number[] {
  return Array.isArray(raw) ? raw.filter((id) => typeof id === "number") : [];
}
