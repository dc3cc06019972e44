import { mayDo } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { Fate } from "./batch_fate.ts";
import { chunksOf } from "./batch_chunks.ts";
import { sendChunk, type Sending } from "./batch_send.ts";
import { RIGHTS, type Step } from "./batch_step.ts";
import { isUncertain } from "./send.ts";

/** How a batch that is sent in parts goes on and ends. */
export interface InTurn {
  /** After a failure too. */
  goesOn: boolean;
  /** The part of the time there is (0 to 1) that may be used; the rest is for taking back and for the answer. */
  share: number;
}

/** Failures of the way to Odoo, not of an operation: the next one would end the same. */
const OF_THE_WAY = ["E001", "E002", "E006", "E007", "E014"];

/**
 * Sends steps one after the other, neighbours that go together in one call. Where such a call fails, it is sent again in
 * halves until the steps at fault are known: Odoo keeps nothing of a call that fails. Ends early when it is cancelled or the
 * time is up, and then says so.
 */
export async function sendInTurn(
  batch: Sending,
  steps: readonly Step[],
  how: InTurn,
): Promise<{ fates: Fate[]; stopped?: string }> {
  const turn = new Turn(batch, steps.length, how);
  for (const chunk of chunksOf(steps, batch.key !== null)) await turn.take(chunk);
  const stopped = turn.stopped;
  return { fates: turn.fates, ...(stopped !== null && { stopped }) };
}

class Turn {
  readonly #batch: Sending;
  readonly #total: number;
  readonly #how: InTurn;
  readonly #begun = performance.now();
  /** How long the longest of the last calls took, in ms. */
  #slow = 0;
  readonly fates: Fate[] = [];
  stopped: string | null = null;

  constructor(batch: Sending, total: number, how: InTurn) {
    this.#batch = batch;
    this.#total = total;
    this.#how = how;
  }

  async take(chunk: readonly Step[]): Promise<void> {
    this.stopped ??= this.#end();
    if (this.stopped !== null) return this.#tell(chunk, "not_tried");
    // Neighbours go together only where none needs another, so what they need has its fate already.
    const blocked = chunk.filter((step) => this.#missing(step) !== undefined);
    for (const step of blocked) {
      const because = `it needs the record of operation ${this.#missing(step)}, which was not made`;
      this.fates.push({ step, status: "not_tried", records: [], because });
    }
    const free = chunk.filter((step) => this.#missing(step) === undefined);
    if (free.length > 0) await this.#send(free);
  }

  async #send(chunk: readonly Step[]): Promise<void> {
    const { op, model } = chunk[0]!;
    const begun = performance.now();
    try {
      const records = await sendChunk(this.#batch, chunk);
      this.fates.push(...chunk.map((step, index): Fate => ({ step, status: "done", records: records[index]! })));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return await this.#failed(chunk, error);
    } finally {
      this.#slow = Math.max(this.#slow / 2, performance.now() - begun);
    }
    this.#batch.options.progress?.(this.fates.length, this.#total, `${op} ${model}`);
  }

  async #failed(chunk: readonly Step[], failure: Failure): Promise<void> {
    const places = `${chunk.length === 1 ? "operation" : "operations"} ${placesText(chunk)}`;
    if (isUncertain(failure)) {
      // After an unknown outcome the line to Odoo is in doubt: more operations would only make more doubts.
      this.stopped = `It is unknown whether ${places} happened${chunk.length > 1 ? ": all of them or none" : ""}.`;
      return this.#tell(chunk, "uncertain", failure);
    }
    if (OF_THE_WAY.includes(failure.code)) {
      this.stopped = `Odoo could not be reached for ${places}.`;
      this.#tell(chunk.slice(0, 1), "failed", failure);
      return this.#tell(chunk.slice(1), "not_tried");
    }
    if (chunk.length > 1 && await this.#mayHelp(chunk, failure)) {
      const half = Math.ceil(chunk.length / 2);
      await this.take(chunk.slice(0, half));
      return await this.take(chunk.slice(half));
    }
    if (!this.#how.goesOn) {
      this.stopped = `${chunk.length === 1 ? "Operation" : "Operations"} ${placesText(chunk)} failed.`;
    }
    this.#tell(chunk, "failed", failure);
  }

  /** Whether parts of a chunk may do where the whole failed: not where the user lacks the right to all of them. */
  async #mayHelp(chunk: readonly Step[], { code }: Failure): Promise<boolean> {
    const { op, model } = chunk[0]!;
    return code !== "E003" || await mayDo(this.#batch.where.odoo, model, RIGHTS[op]) !== false;
  }

  #tell(chunk: readonly Step[], status: Fate["status"], failure?: Failure): void {
    this.fates.push(
      ...chunk.map((step): Fate => ({ step, status, records: [], ...(failure !== undefined && { failure }) })),
    );
    if (status === "failed") this.#batch.options.progress?.(this.fates.length, this.#total, "failed");
  }

  #missing({ needs }: Step): number | undefined {
    return needs.find((place) => (this.#batch.made.get(place) ?? []).length === 0);
  }

  /** Why no other call may begin, or null. */
  #end(): string | null {
    const { options: { ends }, where: { odoo } } = this.#batch;
    if (ends?.signal.aborted === true || odoo.signal.aborted) return "The request was cancelled or ran out of time.";
    if (ends === undefined) return null;
    const used = performance.now() - this.#begun;
    if (used + this.#slow <= ends.ms * this.#how.share) return null;
    return `The time was up after ${Math.round(used / 1000)} s.`;
  }
}

function placesText(chunk: readonly Step[]): string {
  const [first, last] = [chunk[0]!.place, chunk.at(-1)!.place];
  return first === last ? String(first) : `${first} to ${last}`;
}
