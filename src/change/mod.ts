/** The writing half: changes are checked against the fields, confirmed where they must be, sent once, and read back. */
export { type ActedRecord, type ActionAnswer, type ActionOptions, type ActionRequest, runAction } from "./action.ts";
export { DEFAULT_ACTION_PATTERNS, type DefaultAction, defaultActionsOf } from "./action_list.ts";
export type { ActionOutcome } from "./action_outcome.ts";
export { type ActionRules, isAllowedAction } from "./action_rules.ts";
export { type BatchAnswer, type BatchItem, type BatchOptions, type BatchRequest, runBatch } from "./batch.ts";
export type { Operation } from "./batch_prepare.ts";
export { type CreateAnswer, type CreatedRecord, createRecords, type CreateRequest } from "./create.ts";
export { type DeleteAnswer, deleteRecords, type DeleteRequest } from "./delete.ts";
export type { Difference } from "./differences.ts";
export type { ChangeOptions, Confirm, Plan } from "./plan.ts";
export type { Label } from "./records.ts";
export { type Move, type UpdateAnswer, type UpdatedRecord, updateRecords, type UpdateRequest } from "./update.ts";
export { checkValues, type WriteMode } from "./values.ts";
