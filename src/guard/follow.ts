import type { Call } from "../odoo/mod.ts";
import { Failure } from "../lib/failure.ts";
import { touched } from "./field_uses.ts";
import { HANGING } from "./hanging.ts";
import { decideField, decideModel } from "./policy.ts";
import type { PolicyRules } from "./rules.ts";

/** The model a field leads to, null where it leads to none, undefined where the caller sees no such field. */
export type RelationOf = (model: string, field: string) => Promise<string | null | undefined>;

/**
 * Goes down the paths and nested values of a Call and throws an `E011` as soon as one reaches a model or field that the
 * policy closes: `partner_id.user_ids.login` reads users, `child_ids: [[0, 0, {…}]]` creates contacts. Asks for relations
 * only where there is something to follow, so a plain Call costs nothing.
 */
export async function followPaths(rules: PolicyRules, call: Call, relationOf: RelationOf): Promise<void> {
  // Paths of the server's own reads are written in this program.
  if (call.origin === "server") return;
  const { uses, nested } = touched(call);
  for (const { path, how } of uses) {
    // The first field was decided with the Call; without a second there is nothing to follow.
    let model: string | null = call.model;
    for (let step = 1; step < path.length && model !== null; step++) {
      model = await lead(model, path[step - 1]!, relationOf);
      if (model === null) break; // `date_order.month_number`: a part of a value, not of a record
      const last = step === path.length - 1;
      // Written from within another record nobody would look which model it names: see `hanging.ts`.
      if (last && how === "write" && HANGING.get(model) === path[step]) raise(hangsElsewhere(model, path[step]!));
      raise(decideModel(rules, model, "read") ?? decideField(rules, model, path[step]!, last ? how : "read"));
    }
  }
  for (const { path, verb } of nested) {
    let model: string | null = call.model;
    for (const field of path) model = model === null ? null : await lead(model, field, relationOf);
    if (model !== null) raise(decideModel(rules, model, verb));
  }
}

async function lead(model: string, field: string, relationOf: RelationOf): Promise<string | null> {
  const relation = await relationOf(model, field);
  if (relation !== undefined) return relation;
  // Odoo 14 lets a domain compare fields that the user may not read, so an unseen one is not followed.
  throw new Failure("E011", `Cannot follow ${model}.${field}: there is no such field, or this user may not see it`, {
    hint: "describe_model lists the fields.",
    details: { rule: "unseen-field", model, field },
  });
}

function hangsElsewhere(model: string, field: string): Failure {
  return new Failure("E011", `Cannot write ${model}.${field} from within another record`, {
    hint: `Write it on the ${model} itself.`,
    details: { rule: "hanging", model, field },
  });
}

function raise(failure: Failure | null): void {
  if (failure !== null) throw failure;
}
