import { mayDo, type Right } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Hanging } from "./cascade.ts";
import type { ChangeOptions, Plan } from "./plan.ts";
import { problemsOf } from "./refuse.ts";

/** What would happen, told without sending anything. */
export interface DryRun {
  dry_run: true;
  model: string;
  /** Whether nothing that is known stands against it. Odoo's own rules may still refuse. */
  possible: boolean;
  /** A verb phrase: `create 2 records of sale.order`. */
  would: string;
  /** The company it would happen in, where there are several. */
  company?: { id: number; name: string };
  /** What would become of each record, as far as shown. */
  records: JsonObject[];
  /** Records that are not shown. */
  more?: number;
  /** Values that can't be sent, as in `E004`: each with `at`, `reason` and often `candidates`. */
  refused?: JsonObject[];
  /** Rights the user lacks: `create sale.order`. */
  missing_rights?: string[];
  /** Why it has to be confirmed; the plan's lines. Not told of what is not possible. */
  needs_confirmation?: string[];
  /** A plan token: the same call without dry_run and with it goes through, once the person agrees. */
  plan?: string;
  /** An update's lines that it changes or deletes, by field, as they are now. */
  lines_before?: JsonObject;
  /** Records deleted along, and those that make Odoo refuse; of `goes_or_blocks` this user is not told which. */
  goes_with_it?: Hanging[];
  blocked_by?: Hanging[];
  goes_or_blocks?: Hanging[];
  notes?: string[];
}

/** Most records a dry run shows. */
export const SHOWN = 20;

/** What a check refused: the problems of an `E004`. Anything else is thrown as it is. */
export function refusedBy(error: unknown): JsonObject[] {
  if (error instanceof Failure && error.code === "E004") return problemsOf(error);
  throw error;
}

/** Runs a check of a change: its result, or in a dry run what it refused. Without dry run it throws as it is. */
export async function checkOr<T>(
  dryRun: boolean,
  check: Promise<T>,
): Promise<{ checked: T } | { refused: JsonObject[] }> {
  if (!dryRun) return { checked: await check };
  try {
    return { checked: await check };
  } catch (error) {
    return { refused: refusedBy(error) };
  }
}

/** The rights that are missing, on models and, where ids are given, on those records (Odoo's record rules). */
export async function missingRights(
  odoo: Odoo,
  wanted: readonly { model: string; right: Right; ids?: readonly number[] }[],
): Promise<string[]> {
  const answers = await Promise.all(wanted.map(async ({ model, right, ids }) => {
    try {
      if (await mayDo(odoo, model, right) === false) return [`${right} ${model}`];
      const why = ids === undefined || ids.length === 0 ? null : await ruleAgainst(odoo, model, right, ids);
      return why === null ? [] : [`${right} ${model}: ${why}`];
    } catch (error) {
      if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
      if (error.code === "E011" || error.code === "E003") return [`${right} ${model}: ${error.message}`];
      return [];
    }
  }));
  return [...new Set(answers.flat())];
}

/** What a record rule has against it, or null. 18 and later answer; those before raise. */
async function ruleAgainst(odoo: Odoo, model: string, right: Right, ids: readonly number[]): Promise<string | null> {
  const { major } = await odoo.version();
  const method = major >= 18 ? "has_access" : "check_access_rule";
  const answer = await odoo.call(model, method, { ids: [...ids], params: { operation: right }, cache: "never" });
  return answer === false ? "a record rule of Odoo refuses some of these records" : null;
}

/** The end of every dry run: what stands against it, and the plan with its token where a confirmation is needed. */
export async function finishDryRun(
  answer: Omit<DryRun, "dry_run" | "possible" | "needs_confirmation" | "plan">,
  plan: Plan | null,
  options: ChangeOptions,
): Promise<DryRun> {
  const { model, would, refused = [], missing_rights: rights = [], notes = [], ...rest } = answer;
  const possible = refused.length === 0 && rights.length === 0 && (rest.blocked_by ?? []).length === 0;
  const token = plan !== null && possible ? await options.planToken(plan) : null;
  return {
    dry_run: true,
    model,
    possible,
    would,
    ...rest,
    ...(refused.length > 0 && { refused }),
    ...(rights.length > 0 && { missing_rights: rights }),
    ...(plan !== null && possible && { needs_confirmation: plan.lines }),
    ...(token !== null && { plan: token }),
    ...(notes.length > 0 && { notes }),
  };
}
