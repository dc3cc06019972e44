/** A batch with an idempotency key: what is done of it already, and how the rest is done once. */
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Step } from "./batch_step.ts";
import { externalNames, findExternal, findExternals } from "./external_id.ts";
import { forget, type OnceKey, onceKey, onlyOnce, partOf, recall, rememberDone, rememberSent } from "./once.ts";
import { createOnce } from "./once_create.ts";
import { idsOf } from "./once_found.ts";
import type { ChangeOptions } from "./plan.ts";
import type { Outcome } from "./uncertain.ts";

/** How long it is remembered how far a batch came: as long as first results are. */
const KEEP_MS = 7 * 24 * 3600_000;

/** How often what is done of a batch is written down, in ms, where doing it again would do no harm. */
const EVERY_MS = 500;

/** How a batch that is done once goes on. */
export class BatchKey {
  readonly #key: OnceKey;
  /** External ids of the records that are created, one for each place. */
  readonly #names: string[];
  /** By place, the records of what is done. */
  readonly done: Map<number, number[]>;
  /** Up to this place an earlier call may have sent more than it could write down. */
  readonly doubtfulTo: number;
  /** Whether an earlier call under the key began the batch. */
  readonly isResumed: boolean;
  #sentTo: number;
  #written = 0;

  private constructor(key: OnceKey, total: number, begun: Begun | null) {
    this.#key = key;
    this.#names = externalNames(key.hash, total);
    this.done = begun?.done ?? new Map();
    this.doubtfulTo = this.#sentTo = begun?.sentTo ?? 0;
    this.isResumed = begun !== null;
  }

  /**
   * Looks a key up in the Store, then in Odoo itself: the first answer where the batch was brought to its end, else how it
   * goes on. `E008` when the key was used for something else.
   */
  static async open(
    odoo: Odoo,
    options: ChangeOptions & { idempotencyKey: string },
    payload: Json,
    creates: readonly number[],
    total: number,
  ): Promise<{ answer: JsonObject } | { key: BatchKey }> {
    const key = await onceKey(odoo, options, options.idempotencyKey, payload);
    const entry = await recall(key);
    if (entry?.state === "done" && isObject(entry.result["answer"])) return { answer: entry.result["answer"] };
    if (entry !== null) return { key: new BatchKey(key, total, await readBegun(key)) };
    // A Store that has forgotten it: what was created first still stands in Odoo.
    const [first] = creates;
    const name = first === undefined ? undefined : externalNames(key.hash, total)[first - 1];
    const isKnown = name !== undefined && await findExternal(odoo, name) !== null;
    return { key: new BatchKey(key, total, isKnown ? { done: new Map(), sentTo: total } : null) };
  }

  /** Written before anything is sent: from now on the key stands for this batch. */
  async begin(): Promise<void> {
    await rememberSent(this.#key);
  }

  /** Written before a chunk is sent, with all that is done so far. */
  async sending(chunk: readonly Step[]): Promise<void> {
    this.#sentTo = Math.max(this.#sentTo, chunk.at(-1)!.place);
    const isRepeatable = chunk[0]!.op === "update";
    if (!isRepeatable || performance.now() - this.#written >= EVERY_MS) await this.#write();
  }

  /** Creates the records of a chunk, each once for its place. */
  async create(
    odoo: Odoo,
    model: string,
    places: readonly number[],
    values: JsonObject[],
  ): Promise<Outcome<number[]>> {
    const names = places.map((place) => this.#names[place - 1]!);
    const found = places[0]! <= this.doubtfulTo ? await findExternals(odoo, names) : names.map(() => null);
    const left = [...found.keys()].filter((index) => (found[index]?.id ?? null) === null);
    const ids = found.map((one) => one?.id ?? 0);
    if (left.length === 0) return { result: ids, notes: [] };
    const sent = left.map((index) => values[index]!);
    const part = await this.#part(left.map((index) => places[index]!), sent);
    const outcome = await createOnce(odoo, part, model, sent, left.map((index) => names[index]!));
    for (const [nth, index] of left.entries()) ids[index] = outcome.result[nth]!;
    return { result: ids, notes: outcome.notes };
  }

  /** Does what nothing in Odoo can tell apart once, as far as the Store goes. */
  async once(places: readonly number[], check: string, run: () => Promise<void>): Promise<string[]> {
    const { notes } = await onlyOnce(await this.#part(places, []), check, async () => {
      await run();
      return {};
    }, { looksFirst: false });
    return notes;
  }

  /** Keeps the answer for a repeat. Answers notes, mostly none. */
  async finish(answer: JsonObject): Promise<string[]> {
    return await rememberDone(this.#key, { answer });
  }

  /** Keeps how far the batch came, for a repeat to go on. Answers notes, mostly none. */
  async pause(): Promise<string[]> {
    try {
      await this.#write();
      return [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [`The store of this server could not keep how far it came, for a repeat to go on: ${error.message}`];
    }
  }

  /** What surely did not happen leaves the key free. */
  async forget(): Promise<void> {
    await forget(this.#key);
  }

  async #part(places: readonly number[], payload: Json): Promise<OnceKey> {
    return await partOf(this.#key, places.join(), payload);
  }

  async #write(): Promise<void> {
    const done = [...this.done].map(([place, ids]): Json => [place, ...ids]);
    await this.#key.store.put(progressKey(this.#key), { done, sentTo: this.#sentTo }, KEEP_MS);
    this.#written = performance.now();
  }
}

/** What an earlier call wrote down. */
interface Begun {
  done: Map<number, number[]>;
  sentTo: number;
}

function progressKey({ hash }: OnceKey): string {
  return `once-batch:${hash}`;
}

async function readBegun(key: OnceKey): Promise<Begun> {
  const entry = await key.store.get(progressKey(key));
  const { done: list, sentTo } = isObject(entry) ? entry : {};
  const done = new Map<number, number[]>();
  for (const one of Array.isArray(list) ? list : []) {
    const [place, ...ids] = idsOf(one);
    if (place !== undefined) done.set(place, ids);
  }
  return { done, sentTo: Number(sentTo ?? 0) };
}
