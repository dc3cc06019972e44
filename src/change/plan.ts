import type { Label } from "./records.ts";

/** What is about to happen, for whoever has to confirm it. */
export interface Plan {
  /** A verb phrase: `delete 2 records of sale.order`. */
  summary: string;
  /** What happens to which record, one line each; the names are text from records. */
  lines: string[];
  effect: "delete" | "act" | "write-many";
}

/** Resolves once a plan is confirmed; rejects when it is not, and then nothing may be sent. */
export type Confirm = (plan: Plan) => Promise<void>;

/** What changing functions are given beside their request. */
export interface ChangeOptions {
  /** Called before anything is sent that needs a confirmation. */
  confirm: Confirm;
  /** Changing more records than this needs one. */
  guardedRows: number;
}

/** Most records a plan names; the summary has the full count. */
const NAMED = 20;

/** A plan over records that exist. */
export function planFor(
  effect: Plan["effect"],
  verb: string,
  model: string,
  labels: Label[],
  notes: string[] = [],
): Plan {
  const lines = labels.slice(0, NAMED).map((label) => `${verb} ${nameOf(label)}`);
  if (labels.length > NAMED) lines.push(`… and ${labels.length - NAMED} more`);
  return { effect, summary: `${verb} ${countOf(labels.length, model)}`, lines: [...lines, ...notes] };
}

/** `1 record of sale.order`. */
export function countOf(count: number, model: string): string {
  return `${count} ${count === 1 ? "record" : "records"} of ${model}`;
}

/** A record as people recognise it: `Azure Interior #14`. */
export function nameOf({ id, display_name }: Label): string {
  return display_name === null ? `#${id}` : `${display_name} #${id}`;
}
