import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { countFitting } from "./budget.ts";
import type { Money } from "./currency.ts";
import { makeCursor, readOffset } from "./cursor.ts";
import { chooseFields } from "./fields.ts";
import { parseOrder } from "./order.ts";
import { type QueryInput, readQuery } from "./query.ts";
import { readTable } from "./read_table.ts";
import { refuse } from "./refuse.ts";
import { DEFAULT_MAX_ROWS, FRAME_TOKENS, readContext, type SelectLimits } from "./table.ts";

/** What `search_records` and `complex_search` take, by the names of their arguments. */
export interface SearchInput extends QueryInput {
  fields?: readonly string[] | string | undefined;
  limit?: number | undefined;
  offset?: number | undefined;
  cursor?: string | undefined;
  order?: string | undefined;
  /** Also count all matches: one more request, at the same time. */
  total?: boolean | undefined;
}

/** A page of records as a table: columns once, rows as arrays in their order, the id first. */
export interface Page extends Money {
  model: string;
  columns: string[];
  rows: Json[][];
  /** Rows on this page. */
  count: number;
  has_more: boolean;
  /** The cursor of the next page, null on the last. */
  next: string | null;
  /** All matches, where it was asked for. */
  total?: number;
  /** What was chosen or left out, for the reader. */
  notes: string[];
  /** What was sent, where it differs from what was written. */
  domain?: Json[];
}

const DEFAULT_LIMIT = 20;

/**
 * Finds records. One request to Odoo once the fields are cached, two with `total`; one more for each model that dotted
 * fields lead to at each step. Refuses a limit over `maxRows` (`E012`).
 */
export async function searchRecords(odoo: Odoo, input: SearchInput, limits: SelectLimits = {}): Promise<Page> {
  const { model } = input;
  const limit = checkLimit(input.limit, limits.maxRows ?? DEFAULT_MAX_ROWS);
  const fields = await odoo.fields(model);
  const order = parseOrder(fields, model, input.order);
  // What is named is checked before anything is asked; the views behind default fields are read for good questions only.
  const named = input.fields === undefined ? null : await chooseFields(odoo, model, input.fields);
  const query = await readQuery(odoo, input);
  const choice = named ?? await chooseFields(odoo, model, undefined);
  const list: Json = [model, query.question, order, query.context];
  const offset = readOffset(input, list);
  const [table, total] = await Promise.all([
    readTable(odoo, {
      model,
      names: choice.names,
      shape: "row",
      most: limit,
      ask: (names) =>
        odoo.call(model, "search_read", {
          // One more than asked for tells whether there are more, without counting.
          params: { domain: query.domain, fields: names, limit: limit + 1, order, ...(offset > 0 && { offset }) },
          context: { ...query.context, ...readContext(fields, names) },
        }),
    }),
    input.total === true
      ? odoo.call(model, "search_count", { params: { domain: query.domain }, context: query.context })
      : null,
  ]);
  const rows = table.rows.slice(0, countFitting(table.rows, limits.maxTokens ?? Infinity, FRAME_TOKENS));
  const hasMore = table.more || rows.length < table.rows.length;
  const cut = rows.length < table.rows.length
    ? [
      `Only ${rows.length} of ${table.rows.length} rows fit into an answer; go on with next as cursor, or name fewer fields.`,
    ]
    : [];
  return {
    model,
    columns: table.names,
    rows,
    count: rows.length,
    has_more: hasMore,
    next: hasMore ? makeCursor(offset + rows.length, list) : null,
    ...(total !== null && { total: Number(total) }),
    ...table.money,
    notes: [...cut, ...(choice.note === null ? [] : [choice.note]), ...query.notes, ...table.notes],
    ...query.echo,
  };
}

/** Counts the records that match, with one request. */
export async function countRecords(
  odoo: Odoo,
  input: QueryInput,
): Promise<{ count: number; notes: string[]; domain?: Json[] }> {
  const { domain, context, notes, echo } = await readQuery(odoo, input);
  const count = await odoo.call(input.model, "search_count", { params: { domain }, context });
  return { count: Number(count), notes, ...echo };
}

/** The number of rows to answer; `E012` for more than `maxRows`, which tells how to page. */
export function checkLimit(limit: number | undefined, maxRows: number): number {
  if (limit === undefined) return Math.min(DEFAULT_LIMIT, maxRows);
  if (!Number.isInteger(limit) || limit < 1) {
    refuse("limit", `${limit} is no number of records`, { hint: `Use a whole number from 1 to ${maxRows}.` });
  }
  if (limit <= maxRows) return limit;
  refuse("limit", `an answer holds at most ${maxRows} records, and ${limit} were asked for`, {
    code: "E012",
    hint:
      `Ask for ${maxRows}, then for the next page with "next" as cursor; count_records or analytics_query may do instead.`,
    details: { limit: maxRows },
  });
}
