/** Whether records are still as a change left them. */
import { isoLocal, knownZone, parseOdoo } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { canonicalJson, isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { plainRow } from "./plain.ts";
import { labelOf, readRows } from "./records.ts";
import { sayValue } from "./say_value.ts";
import { inverseOf } from "./undo_actions.ts";
import type { RecordImage, UndoImage, UndoStep } from "./undo_image.ts";
import { detailsOf } from "./undo_look.ts";

/** A step as it can be taken back: its records that are still there, as they are now. */
export interface PresentStep {
  step: UndoStep;
  rows: Map<number, JsonObject>;
  /** Ids that are gone, or can't be seen any more. */
  gone: number[];
}

/** Most conflicts an `E008` tells. */
const SHOWN = 10;

/** Odoo's own user for what it does by itself: nobody to write over. */
const ODOO_BOT = 1;

/** Reads the records of all steps as they are. */
export async function lookNow(odoo: Odoo, steps: readonly UndoStep[]): Promise<PresentStep[]> {
  return await Promise.all(steps.map(async (step) => {
    const names = [
      ...new Set(
        step.records.flatMap((image) => Object.keys({ ...image.before, ...image.side?.before, ...leftAs(image) })),
      ),
    ];
    const ids = step.records.map(({ id }) => id);
    const rows = await readThere(odoo, step.model, ids, [...names, ...await detailsOf(odoo, step.model)]);
    return { step, rows, gone: ids.filter((id) => !rows.has(id)) };
  }));
}

/** Reads those of the records that exist and may be seen, archived ones too. */
export async function readThere(
  odoo: Odoo,
  model: string,
  ids: readonly number[],
  names: string[],
): Promise<Map<number, JsonObject>> {
  if (ids.length === 0) return new Map();
  const found = await odoo.call(model, "search", {
    params: { domain: [["id", "in", [...ids]]] },
    context: { active_test: false },
    cache: "never",
  });
  const there = Array.isArray(found) ? found.filter((id) => typeof id === "number") : [];
  if (there.length === 0) return new Map();
  const rows = await readRows(odoo, model, there, names);
  return new Map(rows.map((row) => [Number(row["id"]), row]));
}

/** `E008` with both values where somebody changed, since, what would be written over; or where an action can't go back. */
export async function refuseOverwriting(odoo: Odoo, present: readonly PresentStep[]): Promise<void> {
  const conflicts: JsonObject[] = [];
  const reasons: string[] = [];
  let changed = 0;
  const note = (reason: string, conflict: JsonObject) => {
    reasons.push(reason);
    if (!("why" in conflict)) changed++;
    if (conflicts.length < SHOWN) conflicts.push(conflict);
  };
  for (const one of present) {
    const { model } = one.step;
    const fields = await odoo.fields(model);
    for (const image of one.step.records) {
      const row = one.rows.get(image.id);
      if (row === undefined) continue;
      const differs = await differing(odoo, model, fields, image, row);
      const stranger = image.before === null && await isStranger(odoo, image.after, row);
      const lines = await lineConflicts(odoo, fields, image);
      if (differs.length + lines.length === 0 && !stranger) continue;
      const { id, display_name } = labelOf(row);
      const who = await lastWriter(odoo, model, row);
      const values = [...differs, ...lines].map(({ field, left, present }) =>
        `${field} is ${sayValue(present)}, was left as ${sayValue(left)}`
      );
      note(`${model} #${id}: ${[...values, who.text].join(", ")}`, {
        model,
        id,
        display_name,
        changed: who.at,
        changed_by: who.by,
        differs: [...differs, ...lines] as unknown as Json,
      });
    }
    for (const { why, ids } of await obstacles(odoo, one)) {
      note(`${model} ${ids.map((id) => `#${id}`).join(", ")}: ${why}`, { model, ids, why });
    }
  }
  if (reasons.length === 0) return;
  const more = reasons.length > SHOWN ? `; and ${reasons.length - SHOWN} more` : "";
  throw new Failure(
    "E008",
    `Cannot undo this: ${changed > 0 ? "it was changed since. " : ""}${reasons.slice(0, SHOWN).join("; ")}${more}. ` +
      "Nothing was changed",
    {
      hint: changed > 0
        ? "Decide with the person what should stay; change single fields with update_record."
        : "Its way back is closed. Look at the actions of the record with describe_model.",
      details: { conflicts, count: reasons.length },
    },
  );
}

/** Whether a field holds the same, both values in Odoo's form. */
export function isSameValue(field: Field | undefined, one: Json, other: Json): boolean {
  const plain = (value: Json) => {
    if (field?.type === "many2one") return Array.isArray(value) ? value[0] ?? null : value;
    if (field?.type === "one2many" || field?.type === "many2many") {
      return Array.isArray(value) ? [...value].sort((a, b) => Number(a) - Number(b)) : value;
    }
    return value;
  };
  return canonicalJson(plain(one)) === canonicalJson(plain(other));
}

/** A field that no longer holds what the change left in it. */
interface Differing extends JsonObject {
  field: string;
  left: Json;
  present: Json;
}

/** What must still be there: a quantity that has been delivered since is no mere number any more. */
function leftAs({ after, status }: RecordImage): JsonObject {
  return { ...after, ...status };
}

async function differing(
  odoo: Odoo,
  model: string,
  fields: Fields,
  image: RecordImage,
  row: JsonObject,
): Promise<Differing[]> {
  const was = leftAs(image);
  const names = Object.keys(was).filter((name) =>
    !["write_date", "write_uid"].includes(name) && row[name] !== undefined &&
    !isSameValue(fields.get(name), was[name]!, row[name])
  );
  if (names.length === 0) return [];
  const [left, present] = await Promise.all([plainRow(odoo, model, was), plainRow(odoo, model, row)]);
  return names.map((field) => ({ field, left: left[field] ?? null, present: present[field] ?? null }));
}

async function lineConflicts(odoo: Odoo, parents: Fields, image: RecordImage): Promise<Differing[]> {
  const found = await Promise.all(
    Object.entries(image.lines ?? {}).map(async ([name, { model, records }]) => {
      // Of a many2many, created records stay, so nothing of theirs is written over.
      const own = records.filter(({ before }) => before !== null || parents.get(name)?.type === "one2many");
      const rows = await readThere(odoo, model, own.map(({ id }) => id), [
        ...new Set(own.flatMap(({ after }) => Object.keys(after))),
      ]);
      const fields = await odoo.fields(model);
      const each = await Promise.all(own.map(async (line) => {
        const row = rows.get(line.id);
        const differs = row === undefined ? [] : await differing(odoo, model, fields, line, row);
        return differs.map((one) => ({ ...one, field: `${name} #${line.id} ${one.field}` }));
      }));
      return each.flat();
    }),
  );
  return found.flat();
}

/** Whether somebody else has changed a created record, in whatever field: taking it back would lose that. */
async function isStranger(odoo: Odoo, after: JsonObject, row: JsonObject): Promise<boolean> {
  if (after["write_date"] === undefined || after["write_date"] === row["write_date"]) return false;
  const writer = Array.isArray(row["write_uid"]) ? row["write_uid"][0] : null;
  return typeof writer === "number" && writer !== ODOO_BOT && writer !== (await odoo.user()).id;
}

async function lastWriter(odoo: Odoo, model: string, row: JsonObject): Promise<{ text: string; at: Json; by: Json }> {
  const plain = await plainRow(odoo, model, row);
  const time = parseOdoo(String(row["write_date"] ?? ""));
  const at = time === null ? null : isoLocal(time, knownZone((await odoo.user()).timeZone));
  const by = isObject(plain["write_uid"]) ? plain["write_uid"] : null;
  return { text: `last changed${at === null ? "" : ` at ${at}`}${by === null ? "" : ` by ${by["name"]}`}`, at, by };
}

/** An image of an action without the records that can't go back as things are: a token for them would never work. */
export async function withoutObstacles(odoo: Odoo, image: UndoImage): Promise<UndoImage> {
  const lost: string[] = [];
  const steps = await Promise.all(image.steps.map(async (step) => {
    const found = await obstacles(odoo, { step, rows: new Map(step.records.map(({ id, after }) => [id, after])) });
    const stuck = new Set(found.flatMap(({ ids }) => ids));
    for (const { why, ids } of found) lost.push(`${step.model} ${ids.map((id) => `#${id}`).join(", ")}: ${why}`);
    return { ...step, records: step.records.filter(({ id }) => !stuck.has(id)) };
  }));
  return lost.length === 0 ? image : { ...image, steps, lost: [...image.lost ?? [], ...lost] };
}

/** What stands against an action's way back, counted in Odoo. */
async function obstacles(
  odoo: Odoo,
  { step, rows }: Pick<PresentStep, "step" | "rows">,
): Promise<{ why: string; ids: number[] }[]> {
  if (step.action === undefined || rows.size === 0) return [];
  const fields = await odoo.fields(step.model);
  const rules = new Set(
    step.records.flatMap(({ before }) => inverseOf(step.model, step.action!, before?.["state"])?.unless ?? []),
  );
  const found = await Promise.all([...rules].map(async ({ path, values, why }) => {
    if (!fields.has(path.split(".")[0]!)) return [];
    const answer = await odoo.call(step.model, "search", {
      params: { domain: [["id", "in", [...rows.keys()]], [path, "in", [...values]]] },
      cache: "never",
    });
    const ids = Array.isArray(answer) ? answer.filter((id) => typeof id === "number") : [];
    return ids.length === 0 ? [] : [{ why, ids }];
  }));
  return found.flat();
}
