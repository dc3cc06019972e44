import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Fate } from "./batch_fate.ts";
import { defaultAction } from "./action_list.ts";
import { CONSEQUENCES } from "./default_action.ts";
import { placesOf } from "./batch_step.ts";
import { countOf, nameOf } from "./plan.ts";
import type { Label } from "./records.ts";
import { isUncertain } from "./send.ts";
import { sendDelete } from "./send_delete.ts";
import { sendUpdate } from "./send_update.ts";
import { lookNow, type PresentStep, refuseOverwriting } from "./undo_check.ts";
import type { UndoImage } from "./undo_image.ts";
import { restore } from "./undo_restore.ts";

/** What taking a batch back came to. */
export interface TakenBack {
  restored: string[];
  could_not?: string[];
  /** Consequences that stay, whatever was restored. */
  remains?: string[];
}

/** Most lines of each kind that are told. */
const SHOWN = 20;
/** Most records that are deleted in one call: Odoo gets slower the more there are. */
const DELETED = 100;

/**
 * Takes back what a batch did a moment ago, the last first: old values, then new records, which are deleted (archived where
 * Odoo refuses that). Marks the fates of what was taken back as undone, and names what was not.
 */
export async function takeBack(odoo: Odoo, fates: readonly Fate[], image: UndoImage): Promise<TakenBack> {
  const back = new TakingBack(odoo);
  try {
    const present = await lookNow(odoo, image.steps.toReversed());
    await refuseOverwriting(odoo, present);
    for (const step of present) await back.step(step);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    back.could_not.push(error.message);
  }
  const earlier: number[] = [];
  for (const fate of fates) {
    if (fate.status !== "done") continue;
    const { op, model, place } = fate.step;
    if (fate.isEarlier === true && op !== "create") earlier.push(place);
    else if (op !== "delete" && fate.records.every(({ id }) => back.isBack(op, model, id, image))) {
      fate.status = "undone";
    }
  }
  const could_not = [
    ...image.lost ?? [],
    ...back.could_not,
    ...(earlier.length > 0 ? [`what an earlier call under this key did: operations ${placesOf(earlier)}`] : []),
  ];
  const remains = [...new Set([...image.remains ?? [], ...back.remains, ...consequences(fates)])];
  return {
    restored: limited(back.restored),
    ...(could_not.length > 0 && { could_not: limited(could_not) }),
    ...(remains.length > 0 && { remains: limited(remains) }),
  };
}

class TakingBack {
  readonly #odoo: Odoo;
  readonly #failed = new Set<string>();
  readonly #back = new Set<string>();
  readonly restored: string[] = [];
  readonly could_not: string[] = [];
  readonly remains: string[] = [];

  constructor(odoo: Odoo) {
    this.#odoo = odoo;
  }

  async step(present: PresentStep): Promise<void> {
    const { step: { model, action, records }, rows } = present;
    const isNew = (id: number) => action === undefined && records.some((one) => one.id === id && one.before === null);
    const created = records.map(({ id }) => id).filter(isNew);
    await this.#remove(model, created.filter((id) => rows.has(id)));
    // What is gone already needs no taking back.
    for (const id of created) if (!rows.has(id)) this.#back.add(`${model} ${id}`);
    const old = records.filter(({ id }) => !isNew(id));
    if (old.length === 0) return;
    const { calls, lost, remains } = await restore(this.#odoo, { ...present, step: { ...present.step, records: old } });
    this.could_not.push(...lost);
    this.remains.push(...remains);
    for (const { ids, does, send } of calls) {
      await this.#try(`${does} ${countOf(ids.length, model)}`, model, ids, send);
    }
  }

  /** Whether a record is as it was: nothing it was in failed, and a new one, or one that was acted on, was reached. */
  isBack(op: string, model: string, id: number, { steps }: UndoImage): boolean {
    const key = `${model} ${id}`;
    if (this.#failed.has(key)) return false;
    // A write that moved nothing has no image.
    const isImaged = steps.some((step) => step.model === model && step.records.some((one) => one.id === id));
    return this.#back.has(key) || (op === "update" && !isImaged);
  }

  async #remove(model: string, ids: number[]): Promise<void> {
    const canArchive = (await this.#odoo.fields(model)).get("active")?.type === "boolean";
    for (let end = ids.length; end > 0; end -= DELETED) {
      const part = ids.slice(Math.max(0, end - DELETED), end);
      await this.#try(`delete ${countOf(part.length, model)}`, model, part, async () => {
        try {
          await sendDelete(this.#odoo, model, part);
          return null;
        } catch (error) {
          if (!(error instanceof Failure) || isUncertain(error) || !canArchive) throw error;
          await sendUpdate(this.#odoo, model, part, { active: false });
          return `Odoo refuses it, so they were archived (${error.message})`;
        }
      });
    }
  }

  async #try(what: string, model: string, ids: number[], run: () => Promise<string | null>): Promise<void> {
    const keys = ids.map((id) => `${model} ${id}`);
    try {
      const left = await run();
      if (left === null) {
        this.restored.push(what);
        for (const key of keys) this.#back.add(key);
        return;
      }
      this.could_not.push(`${what} (${listOf(ids)}): ${left}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.could_not.push(`${what} (${listOf(ids)}): ${error.message}`);
    }
    for (const key of keys) this.#failed.add(key);
  }
}

/** What no taking back reaches: mail that was sent, numbers that were drawn. */
function consequences(fates: readonly Fate[]): string[] {
  const acted = fates.filter(({ status, step }) =>
    step.op === "action" && status !== "failed" && status !== "not_tried"
  );
  const tells = acted.flatMap(({ step }) =>
    (defaultAction(step.model, step.action?.name ?? "")?.tells ?? []).map((one) =>
      `${step.action?.name} on ${step.model}: ${CONSEQUENCES[one]}`
    )
  );
  const drawn = fates.filter(({ status, step }) =>
    status === "undone" && step.op === "create" && !("name" in step.values)
  )
    .flatMap(({ records }) => records.filter(isNumbered).map(nameOf));
  const numbers = drawn.slice(0, 5).join(", ") + (drawn.length > 5 ? ` and ${drawn.length - 5} more` : "");
  return [...tells, ...(drawn.length > 0 ? [`numbers that were drawn stay used: ${numbers}`] : [])];
}

function isNumbered({ display_name }: Label): boolean {
  return display_name !== null && /\d{2,}/.test(display_name);
}

function listOf(ids: readonly number[]): string {
  const shown = ids.slice(0, 10).map((id) => `#${id}`).join(", ");
  return ids.length > 10 ? `${shown} and ${ids.length - 10} more` : shown;
}

function limited(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`];
}
