import type { Json, JsonObject } from "../lib/json.ts";
import type { Chart } from "./group_chart.ts";
import type { Comparison } from "./group_compare.ts";
import type { FoundGroups, Source } from "./group_find.ts";
import type { Having } from "./group_having.ts";
import type { OrderPart } from "./group_order.ts";
import type { Question } from "./group_source.ts";
import type { GroupColumn } from "./group_table.ts";
import type { Measure } from "./measures.ts";

/** Groups as a table: first what they are grouped by, then the measures. */
export interface Analysis {
  model: string;
  columns: GroupColumn[];
  rows: Json[][];
  /** Rows in the answer. */
  groups: number;
  /** Groups there are; absent where nobody counted them. */
  groups_total?: number;
  /** Records that were put together, those of groups that are not shown too. */
  records: number;
  /** The groups that are not shown, together: how many, and their values by column. */
  others?: JsonObject;
  /** All groups together, by column; amounts of several currencies as one object each. */
  totals?: JsonObject;
  /** Which time is compared with which. */
  compared?: string;
  chart?: Chart;
  notes: string[];
  /** What was sent, where it differs from what was written. */
  domain?: Json[];
}

/** What makes an answer of the groups that were found. */
export interface AnswerPlan {
  found: FoundGroups;
  source: Source;
  question: Omit<Question, "groups" | "limit">;
  measures: Measure[];
  having: Having[];
  order: OrderPart[];
  limit: number;
  comparison: Comparison | null;
  share: boolean;
  chart: string | undefined;
  maxTokens: number;
  now: number;
}
