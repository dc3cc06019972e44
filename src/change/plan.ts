import type { Json, JsonObject } from "../lib/json.ts";
import type { Sealer } from "../lib/sealer.ts";
import type { Store } from "../lib/store/store.ts";
import type { Label } from "./records.ts";
import type { UndoKeeper } from "./undo_keeper.ts";

/** What is about to happen, for whoever has to confirm it. */
export interface Plan {
  /** A verb phrase: `delete 2 records of sale.order`. */
  summary: string;
  /** What happens to which record, one line each; the names are text from records. */
  lines: string[];
  effect: "delete" | "act" | "write-many";
  /** How the records looked when the plan was made ({@link lookOf}): a plan that no longer fits is not carried out. */
  look?: Json;
}

/** Resolves once a plan is confirmed; rejects when it is not, and then nothing may be sent. */
export type Confirm = (plan: Plan) => Promise<void>;

/** What changing functions are given beside their request. */
export interface ChangeOptions {
  /** Called before anything is sent that needs a confirmation. */
  confirm: Confirm;
  /** Changing more records than this needs one. */
  guardedRows: number;
  /** Nothing is sent; the answer is what would happen. */
  dryRun: boolean;
  /** A plan token for the same call without `dry_run`; null where a token would not be taken or is not needed. */
  planToken(plan: Plan): Promise<string | null>;
  /** Makes a repeat answer the first result. */
  idempotencyKey?: string;
  /** Keeps before-images; absent where undo is off. */
  undo?: UndoKeeper;
  /** The setting `actions.write_status`: a status may be written like any other field. */
  writeStatus?: boolean;
  /** What outlives the process. */
  store: Store;
  /** Hides a wizard that is left to be finished in the token that goes on with it. */
  sealer: Sealer;
  /** The caller's id, to which tokens and keys are bound. */
  caller: string;
}

/** Most records a plan names; the summary has the full count. */
const NAMED = 20;
const SOME = 5;

/** A plan over records that exist; `look` is their {@link lookOf}. */
export function planFor(
  effect: Plan["effect"],
  verb: string,
  model: string,
  labels: Label[],
  notes: string[] = [],
  look: Json = null,
): Plan {
  // What may be gone for good, or is acted on, is named one by one; of many that are only written to, some.
  const isMany = effect === "write-many" && labels.length > SOME;
  const named = labels.slice(0, isMany ? SOME : NAMED).map(nameOf);
  const more = labels.length > named.length ? [`… and ${labels.length - named.length} more`] : [];
  const lines = isMany
    ? [`${verb} ${[...named, ...more].join(", ")}`]
    : [...named.map((name) => `${verb} ${name}`), ...more];
  return { effect, summary: `${verb} ${countOf(labels.length, model)}`, lines: [...lines, ...notes], look };
}

/** The look of records for {@link Plan.look}, from rows with `write_date`: it differs as soon as one was changed. */
export function lookOf(rows: JsonObject[]): Json {
  return rows.map((row) => [row["id"] ?? null, row["write_date"] ?? null]);
}

/** `1 record of sale.order`. */
export function countOf(count: number, model: string): string {
  return `${count} ${count === 1 ? "record" : "records"} of ${model}`;
}

/** A record as people recognise it: `Azure Interior #14`. */
export function nameOf({ id, display_name }: Label): string {
  return display_name === null ? `#${id}` : `${display_name} #${id}`;
}
