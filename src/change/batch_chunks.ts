import { canonicalJson } from "../lib/json.ts";
import { MOST_TOGETHER, type Step } from "./batch_step.ts";
import { createsLines } from "./uncertain_update.ts";

/**
 * Most operations that are sent in one call: a hundred contacts take Odoo a quarter of a second and a hundred quotations
 * three, so that a cancelled batch ends soon. Deleting grows worse than linearly (100: 0.2 s, 1,000: 5 s, 5,000: 56 s).
 */
const TOGETHER = 100;

/**
 * Neighbours that go in one call: creates of one model, equal values for records of one model, deletes of one model; no
 * operation together with one whose record it needs. `isKeyed`: creates name the same fields, so that Odoo's import takes
 * them, which guards a key best.
 */
export function chunksOf(steps: readonly Step[], isKeyed: boolean): Step[][] {
  const chunks: Step[][] = [];
  let kind: string | null = null;
  let records = 0;
  for (const step of steps) {
    const own = kindOf(step, isKeyed);
    const chunk = chunks.at(-1);
    const fits = chunk !== undefined && own !== null && own === kind && chunk.length < TOGETHER &&
      records + step.ids.length <= (step.op === "update" ? MOST_TOGETHER : TOGETHER) &&
      !step.needs.some((place) => place >= chunk[0]!.place);
    if (fits) chunk.push(step);
    else chunks.push([step]);
    records = fits ? records + step.ids.length : step.ids.length;
    kind = own;
  }
  return chunks;
}

/** Steps of equal kinds go together; null: by itself. */
function kindOf({ op, model, values }: Step, isKeyed: boolean): string | null {
  if (op === "action") return null;
  if (op === "delete") return `delete ${model}`;
  if (op === "update") return createsLines(values) ? null : `update ${model} ${canonicalJson(values)}`;
  const company = JSON.stringify(values["company_id"] ?? null);
  return `create ${model} ${company} ${isKeyed ? Object.keys(values).sort().join() : ""}`;
}
