import { recordUrl } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import type { Move } from "./also_changed.ts";
import { inCompany } from "./company.ts";
import { plainRow } from "./plain.ts";
import { type ChangeOptions, lookOf, nameOf, type Plan } from "./plan.ts";
import { type Label, labelOf } from "./records.ts";
import { isUncertain } from "./send.ts";
import { isSameValue, lookNow, type PresentStep, readThere, refuseOverwriting } from "./undo_check.ts";
import type { RecordImage, UndoImage } from "./undo_image.ts";
import { isOwnTime, restore, type Restoring } from "./undo_restore.ts";

/** A change to take back, by the token its answer gave. */
export interface UndoRequest {
  token: string;
}

/** A record as undoing left it. */
export interface UndoneRecord extends Label {
  model: string;
  url?: string;
  changed: Record<string, Move>;
}

/** What became of it. */
export interface UndoAnswer {
  dry_run?: true;
  /** Whether everything is as it was. */
  complete: boolean;
  /** The change that was taken back. */
  undone: string;
  /** What was done for it, in order; in a dry run what would be. */
  restored: string[];
  could_not?: string[];
  /** Consequences that stay. */
  remains?: string[];
  records?: UndoneRecord[];
  /** Records that are not shown. */
  more?: number;
  /** In a dry run: why it has to be confirmed, and the token for it. */
  needs_confirmation?: string[];
  plan?: string;
}

/** How long what a change created is so surely its own that deleting it needs no confirmation, in ms. */
const OWN_MS = 60 * 60_000;

/**
 * Takes a change back. `E008` with both values where somebody has changed its records since, and then nothing is changed;
 * else restores what it can and says what it could not. A token works once, but not for nothing: where Odoo refuses
 * everything it stays good.
 */
export async function undoChange(plain: Odoo, { token }: UndoRequest, options: ChangeOptions): Promise<UndoAnswer> {
  const { undo } = options;
  if (undo === undefined) throw new Failure("E013", "Cannot undo: this server keeps nothing to undo with");
  const { image, at } = await undo.find(token);
  const { company } = await plain.user();
  const { odoo } = await inCompany(plain, image.company === company.id ? undefined : image.company);
  const { present, calls, lost, remains } = await prepare(odoo, image);
  const answer = (restored: string[], could_not: string[]): UndoAnswer => ({
    complete: could_not.length === 0 && remains.length === 0,
    undone: image.did,
    restored,
    ...(could_not.length > 0 && { could_not }),
    ...(remains.length > 0 && { remains }),
  });
  const does = calls.map((call) => describe(call, present));
  const plan = planOf(image, calls, { does, lost, remains, present, at }, options.guardedRows);
  if (options.dryRun) {
    const plan_token = plan === null ? null : await options.planToken(plan);
    return {
      dry_run: true,
      ...answer(does, lost),
      ...(plan !== null && { needs_confirmation: plan.lines }),
      ...(plan_token !== null && { plan: plan_token }),
    };
  }
  if (calls.length === 0) {
    const why = lost.length > 0 ? lost.join("; ") : "everything is as it was before";
    throw new Failure("E005", `Cannot undo this: ${why}`, { hint: "Nothing was changed." });
  }
  if (plan !== null) await options.confirm(plan);
  await undo.claim(token);
  const { done, failed, first } = await sendAll(odoo, calls, does);
  if (done.length === 0) await undo.release(token);
  if (done.length === 0 && first !== null) throw first;
  const { differs, ...shown } = await compare(odoo, present);
  return { ...answer(done, [...failed, ...lost, ...(failed.length === 0 ? differs : [])]), ...shown };
}

/** Everything that has to be known before anything is taken back. `E008` where it can't be. */
async function prepare(odoo: Odoo, image: UndoImage) {
  const present = await lookNow(odoo, image.steps.toReversed());
  await refuseOverwriting(odoo, present);
  const restorations = await Promise.all(present.map((step) => restore(odoo, step)));
  return {
    present,
    calls: restorations.flatMap((one) => one.calls),
    lost: [...image.lost ?? [], ...restorations.flatMap((one) => one.lost)],
    remains: [...new Set([...image.remains ?? [], ...restorations.flatMap((one) => one.remains)])],
  };
}

async function sendAll(odoo: Odoo, calls: Restoring[], does: string[]) {
  const done: string[] = [];
  const failed: string[] = [];
  let first: Failure | null = null;
  for (const [index, call] of calls.entries()) {
    const what = does[index]!;
    if (odoo.signal.aborted) {
      failed.push(`${what}: the time was up`);
      continue;
    }
    try {
      const left = await call.send();
      if (left === null) done.push(what);
      else failed.push(`${what}: ${left}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // It may have happened: the token must not be used for it again.
      if (isUncertain(error) && done.length === 0) throw error;
      first ??= error;
      failed.push(`${what}: ${error.message}`);
    }
  }
  return { done, failed, first };
}

function planOf(
  image: UndoImage,
  calls: Restoring[],
  about: { does: string[]; lost: string[]; remains: string[]; present: PresentStep[]; at: number },
  guardedRows: number,
): Plan | null {
  const records = calls.reduce((sum, { ids }) => sum + ids.length, 0);
  const old = Date.now() - about.at > OWN_MS;
  const effect = calls.some((call) => call.effect === "delete" && old)
    ? "delete"
    : calls.some((call) => call.effect === "act")
    ? "act"
    : records > guardedRows
    ? "write-many"
    : null;
  if (effect === null) return null;
  const look = about.present.flatMap(({ step, rows }): Json[] => [step.model, lookOf([...rows.values()])]);
  const lines = [
    ...about.does.slice(0, 20),
    ...(about.does.length > 20 ? [`… and ${about.does.length - 20} more`] : []),
    ...about.lost.slice(0, 20).map((one) => `not restored: ${one}`),
    ...about.remains.map((one) => `stays: ${one}`),
  ];
  return { effect, summary: `undo: ${image.did}`, lines, look };
}

/** `write phone back to Azure #7, Deco #9`. */
function describe({ does, model, ids }: Restoring, present: PresentStep[]): string {
  const rows = present.filter(({ step }) => step.model === model).flatMap((one) => [...one.rows.values()]);
  const labels = new Map(rows.map((row) => [Number(row["id"]), labelOf(row)]));
  const names = ids.slice(0, 5).map((id) => nameOf(labels.get(id) ?? { id, display_name: null }));
  const more = ids.length > names.length ? ` and ${ids.length - names.length} more` : "";
  return `${does} ${model} ${names.join(", ")}${more}`;
}

/** Most records an answer shows one by one, and most with their address. */
const SHOWN = 10;
const WITH_URL = 5;
/** Most lines that tell what is not as it was. */
const DIFFERS = 20;

/** What moved, and what is still not as it was. */
async function compare(odoo: Odoo, present: PresentStep[]): Promise<Compared> {
  const records: UndoneRecord[] = [];
  const differs: string[] = [];
  const differing = new Map<string, { id: number; text: string }[]>();
  const count = present.reduce((sum, { step }) => sum + step.records.filter(({ before }) => before !== null).length, 0);
  let restored = 0;
  const version = await odoo.version();
  for (const { step, rows } of present) {
    const { model } = step;
    const fields = await odoo.fields(model);
    const images = step.records.filter(({ id, before }) => before !== null && rows.has(id));
    const names = [...new Set(images.flatMap((image) => Object.keys(wholeBefore(image))))];
    const now = await readThere(odoo, model, images.map(({ id }) => id), names).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      differs.push(`${model} could not be read back: ${error.message}`);
      return new Map<number, JsonObject>();
    });
    for (const image of images) {
      const { id } = image;
      const [was, is] = [rows.get(id)!, now.get(id)];
      if (is === undefined) continue;
      const before = wholeBefore(image);
      const [plainWas, plainIs, plainOld] = await Promise.all(
        [was, is, before].map((row) => plainRow(odoo, model, row)),
      );
      const own = Object.keys(before).filter((name) => fields.get(name)?.type !== "binary");
      for (const name of own) {
        // Lines that were deleted are told already, and so are times that Odoo sets.
        if (
          fields.get(name)?.type === "one2many" || isOwnTime(fields.get(name)) ||
          isSameValue(fields.get(name), before[name]!, is[name] ?? false)
        ) {
          continue;
        }
        // What somebody changed since is told already.
        const left = image.side?.after[name];
        if (
          left !== undefined && !isSameValue(fields.get(name), left, was[name] ?? false) &&
          !isComputed(fields.get(name))
        ) {
          continue;
        }
        const key = `${name} of ${model}`;
        const text = `is ${shown(plainIs![name])}, was ${shown(plainOld![name])}`;
        differing.set(key, [...differing.get(key) ?? [], { id, text }]);
      }
      restored++;
      if (records.length >= SHOWN) continue;
      const moved = own.filter((name) => !isSameValue(fields.get(name), was[name] ?? false, is[name] ?? false));
      const url = count > WITH_URL ? null : recordUrl(odoo.webUrl, version, model, id);
      records.push({
        model,
        ...labelOf(is),
        ...(url !== null && { url }),
        changed: Object.fromEntries(
          moved.map((name) => [name, { before: plainWas![name] ?? null, after: plainIs![name] ?? null }]),
        ),
      });
    }
  }
  differs.push(...[...differing].flatMap(([what, all]) => differingLines(what, all)));
  const left = differs.length - DIFFERS;
  return {
    records,
    ...(restored > records.length && { more: restored - records.length }),
    differs: left <= 0 ? differs : [...differs.slice(0, DIFFERS), `… and ${left} more values`],
  };
}

interface Compared {
  records: UndoneRecord[];
  more?: number;
  differs: string[];
}

/** One line for each of a few records, one for all of many. */
function differingLines(what: string, all: readonly { id: number; text: string }[]): string[] {
  if (all.length <= 2) return all.map(({ id, text }) => `${what} #${id} ${text}`);
  const ids = all.slice(0, 10).map(({ id }) => `#${id}`).join(", ");
  const more = all.length > 10 ? ` and ${all.length - 10} more` : "";
  return [`${what} ${ids}${more} is not as it was (#${all[0]!.id} ${all[0]!.text})`];
}

/** What a record held, what Odoo moved beside included. */
function wholeBefore({ before, side }: RecordImage): JsonObject {
  return { ...side?.before, ...before };
}

function isComputed(field: Field | undefined): boolean {
  return field !== undefined && field.readonly && field.depends.length > 0;
}

function shown(value: Json | undefined): string {
  return JSON.stringify(value ?? null);
}
