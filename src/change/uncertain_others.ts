import { Failure } from "../lib/failure.ts";
import { canonicalJson, type JsonObject } from "../lib/json.ts";
import type { Store } from "../lib/store/store.ts";
import { wholeOf } from "../lib/store/within.ts";
import { isUncertain } from "./send.ts";

/** How long records that somebody was told of are remembered: longer than any look for a lost create. */
const TOLD_MS = 5 * 60_000;

/**
 * The creates of this process, as far as a look for a lost one has to tell them apart: which records were told to
 * somebody, and which creates are under way. Kept for each Store, because that
 * lives as long as the program.
 */
class Creates {
  readonly #told = new Map<string, number>();
  /** Creates of unknown outcome, which may still come. */
  readonly #doubtful = new Map<string, number>();
  readonly #underWay = new Map<symbol, string>();

  /** Runs a create; `isAlone` tells whether no other one with the same values is under way or may still come. */
  async during<T>(place: string, values: JsonObject[], run: (isAlone: () => boolean) => Promise<T>): Promise<T> {
    const own = Symbol();
    const text = `${place} ${canonicalJson(values)}`;
    forgetOld(this.#doubtful);
    this.#underWay.set(own, text);
    try {
      return await run(() =>
        !this.#doubtful.has(text) && ![...this.#underWay].some(([other, its]) => other !== own && its === text)
      );
    } catch (error) {
      if (error instanceof Failure && isUncertain(error)) this.#doubtful.set(text, Date.now() + TOLD_MS);
      throw error;
    } finally {
      this.#underWay.delete(own);
    }
  }

  tell(place: string, ids: number[]): void {
    forgetOld(this.#told);
    for (const id of ids) this.#told.set(`${place} ${id}`, Date.now() + TOLD_MS);
  }

  wasTold(place: string, id: number): boolean {
    return this.#told.has(`${place} ${id}`);
  }
}

/** Entries stand in the order of their time, so the old ones come first. */
function forgetOld(entries: Map<string, number>): void {
  const now = Date.now();
  for (const [key, until] of entries) {
    if (until > now) break;
    entries.delete(key);
  }
}

const known = new WeakMap<Store, Creates>();

/** The creates of the program that this Store, or this part of one, belongs to. */
export function createsOf(part: Store): Creates {
  const store = wholeOf(part);
  let creates = known.get(store);
  if (creates === undefined) known.set(store, creates = new Creates());
  return creates;
}
