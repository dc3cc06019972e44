import { sleep } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Change, isUncertain, uncertain } from "./send.ts";

/** What a look shows of a change whose answer was lost. */
export type Sight<T> =
  | { is: "done"; result: T }
  /** Not there so far; Odoo may still be at it. */
  | { is: "absent" }
  /** Something is there, and it can't be told whether this change made it. */
  | { is: "unclear"; saw: string };

/** A change, and how to see whether it happened. */
export interface Looked<T> {
  change: Change;
  /** Makes the result of Odoo's answer; may throw a Failure with `applied: "unknown"` where the answer tells nothing. */
  read(answer: Json): T;
  look(): Promise<Sight<T>>;
  /** Whether sending it a second time does no harm, even while the first is still under way. */
  harmlessTwice: boolean;
}

/** What came of it. */
export interface Outcome<T> {
  result: T;
  /** For the answer's notes: says that it was found by looking. */
  notes: string[];
}

/** Waits before each look, in ms: most lost answers belong to changes that are done or soon will be. */
const LOOKS_MS = [0, 400, 1000, 2000, 3000];

/** How often a change that does no harm twice is sent at most. */
const SENDS = 4;

/**
 * Sends a change and, when its answer is lost, looks whether it happened: found, it is done. Not found, a change that does
 * no harm twice is sent again; any other one is looked for again, and if it does not show, the Failure is `E009`: Odoo
 * goes on with what it has received, so absent now is not absent for good. Ends with the tool call's deadline.
 */
export async function sendAndLook<T>(odoo: Odoo, looked: Looked<T>): Promise<Outcome<T>> {
  const { change, read, look, harmlessTwice } = looked;
  const { model, method, check: _, ...options } = change;
  let lost: Failure | undefined;
  for (let sends = 1;; sends++) {
    let failure: Failure;
    try {
      const result = read(await odoo.call(model, method, options));
      return { result, notes: lost === undefined ? [] : [SENT_AGAIN] };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    }
    if (lost === undefined && !isUncertain(failure)) throw failure;
    lost ??= failure;
    const again = harmlessTwice && sends < SENDS;
    const sight = await watch(odoo, look, again ? 2 : LOOKS_MS.length);
    if (sight.is === "done") return { result: sight.result, notes: [FOUND] };
    if (sight.is === "absent") {
      // What it says is refused, so the first was or will be refused as well.
      if (failure.applied === "no" && (failure.code === "E003" || failure.code === "E004")) throw failure;
      if (again && !odoo.signal.aborted) continue;
    }
    throw unseen(lost, change, sight);
  }
}

const FOUND = "The answer was lost on the way; looked up, the change is done.";
const SENT_AGAIN = "The first answer was lost on the way, so it was looked up and safely sent again.";

/** Looks until it is done, or was seen absent `enough` times. A look that fails shows nothing. */
async function watch<T>(odoo: Odoo, look: () => Promise<Sight<T>>, enough: number): Promise<Sight<T>> {
  let sight: Sight<T> = { is: "unclear", saw: "It could not be looked up." };
  let absent = 0;
  for (const wait of LOOKS_MS) {
    try {
      await sleep(wait, odoo.signal);
      sight = await look();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (odoo.signal.aborted) return sight;
      continue;
    }
    if (sight.is === "absent") absent++;
    if (sight.is === "done" || absent >= enough) return sight;
  }
  return sight;
}

function unseen<T>(lost: Failure, { model, method, check }: Change, sight: Sight<T>): Failure {
  const saw = sight.is === "unclear" ? sight.saw : "It was not there when looked up, but Odoo may still be at it.";
  return uncertain(lost, model, method, `${saw} ${check}`);
}
