import { sleep } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { EXTERNAL_MODULE, externalNames, findExternal, findExternals } from "./external_id.ts";
import { forget, type OnceKey, onlyOnce, rememberDone, rememberSent } from "./once.ts";
import { idsOf } from "./once_found.ts";
import { DoesNotFit, type LoadRows, toLoadRows } from "./once_rows.ts";
import { isUncertain } from "./send.ts";
import { type Looked, type Outcome, sendAndLook, type Sight } from "./uncertain.ts";

/**
 * Creates checked values once for a key: all or none, in one transaction, and never over what people changed later. The
 * key stands in Odoo as the records' external ids, so a lost answer is looked up and what is missing safely sent again;
 * two calls at the same moment make the records once. Look the key up first (`findCreated`). Where values don't fit
 * Odoo's import, the notes say that the guarantee is weaker. `names` are the external ids, where they belong to a batch.
 */
export async function createOnce(
  odoo: Odoo,
  key: OnceKey,
  model: string,
  checked: JsonObject[],
  names: string[] = externalNames(key.hash, checked.length),
): Promise<Outcome<number[]>> {
  let rows: LoadRows;
  try {
    rows = await toLoadRows(odoo, model, checked, names);
  } catch (error) {
    if (!(error instanceof DoesNotFit)) throw error;
    return await createByStore(odoo, key, model, checked, names, error.message);
  }
  await rememberSent(key);
  const outcome = await load(odoo, model, rows, names).catch(async (error: unknown) => {
    if (error instanceof Failure && !isUncertain(error)) await forget(key);
    throw error;
  });
  if (outcome === null) return await createByStore(odoo, key, model, checked, names, "Odoo's import refused them");
  const kept = await rememberDone(key, { ids: outcome.result });
  return { ...outcome, notes: [...outcome.notes, ...kept] };
}

/** How often a load is sent that another transaction got in the way of. */
const ATTEMPTS = 5;

/** Null when Odoo's import does not take it: nothing was created then. */
async function load(odoo: Odoo, model: string, rows: LoadRows, names: string[]): Promise<Outcome<number[]> | null> {
  const looked: Looked<number[]> = {
    change: {
      model,
      method: "load",
      params: { fields: rows.fields, data: rows.data },
      // What is there already stays as it is: with these two, `load` creates what is missing and writes over nothing.
      context: { mode: "update", noupdate: true },
      effect: "write",
      check: "Call again with the same idempotency_key: it finds what was created.",
    },
    read: (answer) => readLoad(answer, names.length, model),
    look: () => lookFor(odoo, names),
    harmlessTwice: true,
  };
  for (let attempt = 1;; attempt++) {
    try {
      return await sendAndLook(odoo, looked);
    } catch (error) {
      if (!(error instanceof Failure) || error.applied !== "no") throw error;
      if (error.code === "E008" && attempt < ATTEMPTS) {
        // Most often the same key at the same moment: the other one has made them by now.
        await sleep(100 * 2 ** attempt, odoo.signal);
        const sight = await lookFor(odoo, names);
        if (sight.is === "done") return { result: sight.result, notes: [] };
        continue;
      }
      if (["E004", "E005", "E013", "E999"].includes(error.code)) return null;
      throw error;
    }
  }
}

/** `load` tells errors in its answer: no ids then, and nothing is kept. */
function readLoad(answer: Json, count: number, model: string): number[] {
  const ids = isObject(answer) ? idsOf(answer["ids"]) : [];
  if (ids.length === count) return ids;
  const messages = isObject(answer) && Array.isArray(answer["messages"]) ? answer["messages"] : [];
  const texts = messages.flatMap((one) => isObject(one) && typeof one["message"] === "string" ? [one["message"]] : []);
  if (!isObject(answer) || texts.length === 0) {
    throw new Failure("E009", `Cannot tell what was created in ${model}: Odoo's import answered no list of ids`, {
      applied: "unknown",
    });
  }
  if (texts.some((text) => /could not serialize|deadlock detected|could not obtain lock/i.test(text))) {
    throw new Failure("E008", `Cannot create ${model}: another transaction is at the same records.`, {
      hint: "Nothing was created. Try again in a moment, with the same key.",
      retryable: true,
    });
  }
  throw new Failure("E004", `Cannot create ${model}: Odoo's import refuses it.`);
}

async function lookFor(odoo: Odoo, names: string[]): Promise<Sight<number[]>> {
  const first = await findExternal(odoo, names[0]!);
  if (first === null) return { is: "absent" };
  const rest = await findExternals(odoo, names.slice(1));
  const ids = [first, ...rest].flatMap((one) => one?.id ?? []);
  if (ids.length === names.length) return { is: "done", result: ids };
  return { is: "unclear", saw: "Some of the records are there, others are not or hidden." };
}

/**
 * One `create` that gives the same external ids: made once as far as the Store and looking first go. Unlike `load`, Odoo
 * does not check in the same transaction that they are free.
 */
async function createByStore(
  odoo: Odoo,
  key: OnceKey,
  model: string,
  checked: JsonObject[],
  names: string[],
  why: string,
): Promise<Outcome<number[]>> {
  const check = `Look for them among the records of ${model} that this user created last.`;
  const notes: string[] = [];
  const { result, notes: kept } = await onlyOnce(key, check, async () => {
    const sight = await lookFor(odoo, names);
    if (sight.is === "done") return { ids: sight.result, named: true };
    const outcome = await sendAndLook<number[]>(odoo, {
      change: {
        model,
        method: "create",
        params: { vals_list: checked.map((values, i) => ({ ...values, id: `${EXTERNAL_MODULE}.${names[i]}` })) },
        // In an import (14 to 19) create takes `id` for an external id; anywhere else it drops it.
        context: { _import_current_module: EXTERNAL_MODULE, noupdate: true },
        effect: "write",
        check,
      },
      read: (answer) => readIds(answer, checked.length, model),
      look: () => lookFor(odoo, names),
      harmlessTwice: false,
    });
    notes.push(...outcome.notes);
    return { ids: outcome.result, named: await isNamed(odoo, names) };
  }, { looksFirst: true });
  notes.push(
    ...kept,
    `The key protects less well here, because the values don't fit Odoo's import (${why}): ` +
      (result["named"] === true ? "two calls at the same moment" : "a call cut off in the middle, or a lost store") +
      " could still create twice.",
  );
  return { result: idsOf(result["ids"]), notes };
}

async function isNamed(odoo: Odoo, names: string[]): Promise<boolean> {
  try {
    return await findExternal(odoo, names[0]!) !== null;
  } catch (error) {
    // The records are there; that the look failed must not make a failure of it.
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** The ids that `create` answers: as many as were sent, or it is unknown what happened. */
export function readIds(answer: Json, count: number, model: string): number[] {
  // A list in gives a list out, on every version; one id alone comes from models that override create carelessly.
  const ids = idsOf(Array.isArray(answer) ? answer : [answer]);
  if (ids.length === count) return ids;
  throw new Failure("E009", `Cannot tell what was created in ${model}: Odoo answered no list of ${count} ids`, {
    applied: "unknown",
  });
}
