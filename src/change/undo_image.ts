import type { JsonObject } from "../lib/json.ts";

/** One record before and after a change, in Odoo's own values: what undoing goes back to, and what must still be there. */
export interface RecordImage {
  id: number;
  /** Null where the change created it. */
  before: JsonObject | null;
  after: JsonObject;
  /** The status it was left in, where it has one and values were written: in another one they mean something else. */
  status?: JsonObject;
  /** Fields that moved beside those written, by Odoo's own doing: put back where they can be written and are still so. */
  side?: { before: JsonObject; after: JsonObject };
  /** By x2many field: the lines it changed or created. */
  lines?: Record<string, LinesImage>;
}

/** Lines of one record. */
export interface LinesImage {
  model: string;
  records: RecordImage[];
}

/** What was done to the records of one model. */
export interface UndoStep {
  model: string;
  /** The action that was run; absent where values were written. */
  action?: string;
  records: RecordImage[];
}

/** What is kept of one change so that it can be taken back. Plain data: it is stored as JSON. */
export interface UndoImage {
  /** What was done, for people: `change 2 records of res.partner`. */
  did: string;
  /** In the order they were done; undoing goes backwards. */
  steps: UndoStep[];
  /** What can't be taken back, known when it was done: `delete Azure #7`. */
  lost?: string[];
  /** What stays, whatever is taken back, known when it was done: mail that was sent. */
  remains?: string[];
  /** The company it was done in: fields may hold a value for each. */
  company?: number;
}
