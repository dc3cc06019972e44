import type { Failure } from "../lib/failure.ts";
import type { Step } from "./batch_step.ts";
import type { Label } from "./records.ts";

/** What became of one operation; `uncertain`: it may or may not have happened, and its failure says what to check. */
export type FateStatus = "done" | "failed" | "uncertain" | "not_tried" | "undone";

/** An operation and what became of it. */
export interface Fate {
  step: Step;
  status: FateStatus;
  /** The records it created, changed, deleted or acted on. */
  records: Label[];
  failure?: Failure;
  /** Why it was not tried. */
  because?: string;
  /** Done by an earlier call under the same key: what was there before is not known here. */
  isEarlier?: boolean;
}
