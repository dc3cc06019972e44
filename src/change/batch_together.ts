import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import { chunksOf } from "./batch_chunks.ts";
import { nestLines } from "./batch_lines.ts";
import { writeRows } from "./batch_rows.ts";
import { sendChunk, type Sending } from "./batch_send.ts";
import { MOST_TOGETHER, placesOf, type Step } from "./batch_step.ts";
import { canonicalJson } from "../lib/json.ts";
import type { Label } from "./records.ts";
import { isUncertain } from "./send.ts";

/** Sends a whole batch in one transaction; answers the records of each step. */
export type SendTogether = (batch: Sending) => Promise<Label[][]>;

/**
 * Makes one transaction of a batch: to Odoo that is one call, so it has to be creates of one model, with lines that refer
 * to them; values for records of one model; or deletes of one model. Throws `E013` with the reason and the ways out where
 * that can't be, and `E012` where it would take too long. A failure of sending it says that nothing was kept.
 */
export async function planTogether(odoo: Odoo, steps: readonly Step[]): Promise<SendTogether> {
  const records = steps.reduce((sum, { ids }) => sum + Math.max(1, ids.length), 0);
  if (records > MOST_TOGETHER) throw tooMany(records);
  const sending = await wayOf(odoo, steps);
  return async (batch) => {
    try {
      return await sending(batch);
    } catch (error) {
      if (!(error instanceof Failure) || isUncertain(error)) throw error;
      const { code, message, hint, retryable, details } = error;
      throw new Failure(code, `Nothing of the batch was kept: ${message}`, {
        hint,
        retryable,
        details: { ...details, kept: false, operations: steps.length },
        cause: error,
      });
    }
  };
}

async function wayOf(odoo: Odoo, steps: readonly Step[]): Promise<SendTogether> {
  const first = steps[0]!;
  const isOneKind = steps.every(({ op, model }) => op === first.op && model === first.model);
  const refers = steps.some(({ needs }) => needs.length > 0);
  const action = steps.find(({ op }) => op === "action");
  if (action !== undefined) throw cannot(steps, `operation ${action.place} runs an action, which can't be rolled back`);
  if (isOneKind && !refers) {
    if (first.op !== "update") return (batch) => sendChunk(batch, steps);
    const values = canonicalJson(first.values);
    if (steps.every((step) => canonicalJson(step.values) === values)) return (batch) => sendChunk(batch, steps);
    const rows = await writeRows(odoo, steps);
    if ("send" in rows) return rows.send;
    throw cannot(steps, rows.reason);
  }
  if (steps.every(({ op }) => op === "create")) {
    const lines = await nestLines(odoo, steps);
    if ("send" in lines) return lines.send;
    throw cannot(steps, lines.reason);
  }
  const other = steps.find(({ op, model }) => op !== first.op || model !== first.model);
  const why = other === undefined
    ? `operation ${steps.find(({ needs }) => needs.length > 0)!.place} needs the id of another one`
    : `operation ${first.place} is ${kindOf(first)} and operation ${other.place} ${kindOf(other)}`;
  throw cannot(steps, why);
}

function kindOf({ op, model }: Step): string {
  return `${op === "update" ? "an" : "a"} ${op} of ${model}`;
}

/** Most groups that a refusal names. */
const GROUPS = 8;

function cannot(steps: readonly Step[], why: string): Failure {
  const groups = chunksOf(steps, false);
  const names = groups.slice(0, GROUPS).map((group) => placesOf(group.map(({ place }) => place)));
  const more = groups.length > GROUPS ? ", …" : "";
  const split = groups.length < steps.length
    ? ` As batches of their own these would be all or nothing: ${names.join(" | ")}${more}.`
    : "";
  return new Failure(
    "E013",
    `Cannot promise all or nothing: ${why}, which Odoo has no one transaction for. Nothing was changed`,
    {
      hint: 'Choose on_error "undo" (takes back what was done when one fails, as far as that goes), "stop" or ' +
        `"continue" (both keep what was done).${split}`,
      details: { on_error: ["undo", "stop", "continue"] },
    },
  );
}

function tooMany(count: number): Failure {
  return new Failure(
    "E012",
    `Cannot promise all or nothing for ${count} records: ${MOST_TOGETHER} is the most in one transaction, because Odoo has ` +
      "to answer it in time (1,000 quotations take it half a minute). Nothing was changed",
    {
      hint: 'Send batches of 1000, or choose on_error "undo", "stop" or "continue", which go in parts.',
      details: { limit: MOST_TOGETHER, count, on_error: ["undo", "stop", "continue"] },
    },
  );
}
