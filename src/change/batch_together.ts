import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import { isSameChange, type Step } from "./batch_prepare.ts";
import { sendCreate } from "./create.ts";
import { sendDelete } from "./delete.ts";
import type { Label } from "./records.ts";
import { isUncertain } from "./send.ts";
import { sendUpdate } from "./update.ts";

/**
 * Makes one transaction of a batch: to Odoo that is one call, so all operations must be creates of one model, the same
 * values for records of one model, or deletes of one model. Throws `E013` at once where that can't be; answers the
 * function that sends it. A failure of that says that nothing was kept.
 */
export function runTogether(odoo: Odoo, steps: Step[]): () => Promise<Label[][]> {
  const first = steps[0]!;
  const other = steps.find((step) => !isSameChange(first, step));
  if (other !== undefined) throw cannot(first, other);
  return async () => {
    try {
      return await sendTogether(odoo, steps);
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

async function sendTogether(odoo: Odoo, steps: Step[]): Promise<Label[][]> {
  const { op, model, values } = steps[0]!;
  if (op === "create") {
    const ids = await sendCreate(odoo, model, steps.map((step) => step.values));
    return ids.map((id) => [{ id, display_name: null }]);
  }
  const ids = [...new Set(steps.flatMap(({ labels }) => labels.map(({ id }) => id)))];
  if (op === "update") await sendUpdate(odoo, model, ids, values);
  else await sendDelete(odoo, model, ids);
  return steps.map(({ labels }) => labels);
}

function cannot(first: Step, other: Step): Failure {
  const why = first.op !== other.op || first.model !== other.model
    ? `operation ${first.place} is a ${first.op} of ${first.model} and operation ${other.place} a ${other.op} of ${other.model}`
    : `operations ${first.place} and ${other.place} write different values`;
  return new Failure(
    "E013",
    `Cannot promise all or nothing: ${why}, which Odoo has no one transaction for. Nothing was changed`,
    {
      hint:
        'Choose on_error "stop" (ends at the first failure) or "continue", which keep what was done; or send batches of ' +
        "creates of one model, the same values for many records, or deletes of one model. Lines go into their parent's create.",
      details: { on_error: ["stop", "continue"] },
    },
  );
}
