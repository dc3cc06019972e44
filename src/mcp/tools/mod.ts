/** The written list of tools, in the order clients show them. A compiled program holds only what is imported here. */
import type { Tool } from "../define.ts";
import { aliases } from "./aliases.ts";
import { analyticsQuery } from "./analytics_query.ts";
import { batchOperation } from "./batch_operation.ts";
import { complexSearch } from "./complex_search.ts";
import { countRecords } from "./count_records.ts";
import { createRecord } from "./create_record.ts";
import { deleteRecord } from "./delete_record.ts";
import { describeModel } from "./describe_model.ts";
import { getContext } from "./get_context.ts";
import { getMetadata } from "./get_metadata.ts";
import { getRecord } from "./get_record.ts";
import { listMessages } from "./list_messages.ts";
import { listModels } from "./list_models.ts";
import { postMessage } from "./post_message.ts";
import { runAction } from "./run_action.ts";
import { scheduleActivity } from "./schedule_activity.ts";
import { searchRecords } from "./search_records.ts";
import { undo } from "./undo.ts";
import { updateRecord } from "./update_record.ts";

/** Every tool, aliases last. */
export const tools: readonly Tool[] = [
  getContext,
  searchRecords,
  complexSearch,
  getRecord,
  countRecords,
  analyticsQuery,
  listModels,
  describeModel,
  getMetadata,
  createRecord,
  updateRecord,
  deleteRecord,
  batchOperation,
  runAction,
  undo,
  postMessage,
  listMessages,
  scheduleActivity,
  ...aliases,
];
