import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { countFitting } from "./budget.ts";
import { makeCursor, readOffset } from "./cursor.ts";
import { chooseFields } from "./fields.ts";
import { parseOrder } from "./order.ts";
import { type QueryInput, readQuery } from "./query.ts";
import { droppedNote, readRows } from "./read_rows.ts";
import { refuse } from "./refuse.ts";
import { convertersOf, DEFAULT_MAX_ROWS, FRAME_TOKENS, readContext, type SelectLimits } from "./table.ts";

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
export interface Page {
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

/** Finds records. One request to Odoo once the fields are cached, two with `total`. Refuses a limit over `maxRows` (`E012`). */
export async function searchRecords(odoo: Odoo, input: SearchInput, limits: SelectLimits = {}): Promise<Page> {
  const { model } = input;
  const limit = checkLimit(input.limit, limits.maxRows ?? DEFAULT_MAX_ROWS);
  const fields = await odoo.fields(model);
  const query = await readQuery(odoo, input);
  const order = parseOrder(fields, model, input.order);
  const choice = chooseFields(fields, model, input.fields);
  const list: Json = [model, query.domain, order, query.context];
  const offset = await readOffset(input, list);
  const context = { ...query.context, ...readContext(fields, choice.names) };
  const [read, total] = await Promise.all([
    readRows(odoo, model, fields, choice.names, (names) =>
      odoo.call(model, "search_read", {
        // One more than asked for tells whether there are more, without counting.
        params: {
          domain: query.domain,
          fields: names.length > 0 ? names : ["id"],
          limit: limit + 1,
          order,
          ...(offset > 0 && { offset }),
        },
        context,
      })),
    input.total === true
      ? odoo.call(model, "search_count", { params: { domain: query.domain }, context: query.context })
      : null,
  ]);
  const names = ["id", ...choice.names.filter((name) => !read.dropped.includes(name))];
  const converters = await convertersOf(odoo, fields, names, "row");
  const page = read.rows.slice(0, limit).map((row) => names.map((name, at) => converters[at]!(row[name] ?? null)));
  const rows = page.slice(0, countFitting(page, limits.maxTokens ?? Infinity, FRAME_TOKENS));
  const hasMore = read.rows.length > rows.length;
  const cut = rows.length < page.length
    ? [
      `Only ${rows.length} of ${page.length} rows fit into an answer; go on with next as cursor, or name fewer fields.`,
    ]
    : [];
  return {
    model,
    columns: names,
    rows,
    count: rows.length,
    has_more: hasMore,
    next: hasMore ? await makeCursor(offset + rows.length, list) : null,
    ...(total !== null && { total: Number(total) }),
    notes: [...cut, ...(choice.note === null ? [] : [choice.note]), ...query.notes, ...droppedNote(read.dropped)],
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
