import { closest } from "../lib/closest.ts";
import { isObject } from "../lib/json.ts";
import type { Field, Fields } from "../odoo/mod.ts";
import { knownField } from "./path.ts";
import { isColumn } from "./rank.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/** How finely dates are grouped. */
export type Granularity = "hour" | "day" | "week" | "month" | "quarter" | "year";

/** How values are put together. */
export type Aggregate = "sum" | "avg" | "min" | "max" | "count" | "count_distinct";

/** What groups are made by. */
export interface Group {
  /** Odoo's own form, unique here: `partner_id`, `date_order:month`. */
  key: string;
  field: Field;
  granularity: Granularity | null;
}

/** What is computed for each group. */
export interface Measure {
  /** Unique: `amount_total:sum`, or `count` for the records themselves. */
  key: string;
  op: Aggregate;
  /** Null: the records are counted. */
  field: Field | null;
}

const GRANULARITIES: readonly Granularity[] = ["hour", "day", "week", "month", "quarter", "year"];
const AGGREGATES: readonly Aggregate[] = ["sum", "avg", "min", "max", "count", "count_distinct"];
const NUMBERS = ["integer", "float", "monetary"];
/** A group for each text would be a group for each record. */
const NEVER_GROUPED = ["text", "html", "binary", "image", "one2many", "json", "properties", "properties_definition"];

/** Reads `group_by`: field names, dates with how finely (`date_order:month`, the default). `E004` for what Odoo can't group by. */
export function parseGroups(fields: Fields, model: string, input: readonly string[] | string | undefined): Group[] {
  const words = input === undefined ? [] : typeof input === "string" ? [input] : input;
  const groups = words.map((word, index) => parseGroup(fields, model, word, `group_by[${index}]`));
  return groups.filter((group, index) => groups.findIndex(({ key }) => key === group.key) === index);
}

function parseGroup(fields: Fields, model: string, word: string, at: string): Group {
  const [name = "", finely, ...rest] = word.trim().split(":");
  if (name.includes(".")) {
    refuse(at, `Odoo can't group by a path such as ${quote(name)}`, {
      code: "E013",
      hint: `Group by ${name.split(".")[0]}, or ask the model that the path leads to.`,
    });
  }
  if (name === "id") refuse(at, "each record would be a group of its own", { hint: "Use search_records." });
  const field = knownField(fields, model, name, at, word);
  const isDate = field.type === "date" || field.type === "datetime";
  if (!isColumn(field)) refuse(at, `${model}.${name} is computed at each read, so nothing can be grouped by it`);
  if (NEVER_GROUPED.includes(field.type) || !(field.groupable || !field.stored)) {
    refuse(at, `${model}.${name} is a ${field.type} field, and Odoo can't group by those`, {
      hint: field.relation === undefined
        ? ""
        : `Ask ${field.relation} instead, grouped by its ${field.inverse ?? "own fields"}.`,
    });
  }
  const allowed = GRANULARITIES.filter((one) => one !== "hour" || field.type === "datetime");
  if (finely !== undefined && !isDate) refuse(at, `${name} is no date, so ":${finely}" means nothing`);
  const granularity = isDate ? allowed.find((one) => one === (finely ?? "month").toLowerCase()) : null;
  if (granularity === undefined || rest.length > 0) {
    refuse(at, `dates can't be grouped by ${quote(finely)}`, { hint: `Use ${allowed.join(", ")}.` });
  }
  return { key: granularity === null ? name : `${name}:${granularity}`, field, granularity };
}

/**
 * Reads `measures`: `"count"`, `"amount_total:sum"`, `"amount_total"` (its sum), or `{field, op}`. `E004` for what can't be
 * computed.
 */
export function parseMeasures(fields: Fields, model: string, input: readonly unknown[]): Measure[] {
  if (input.length === 0) {
    refuse("measures", "the list is empty", { hint: 'Give e.g. ["count"] or ["amount_total:sum"].' });
  }
  const measures = input.map((item, index) => parseMeasure(fields, model, item, `measures[${index}]`));
  return measures.filter((measure, index) => measures.findIndex(({ key }) => key === measure.key) === index);
}

function parseMeasure(fields: Fields, model: string, item: unknown, at: string): Measure {
  const { name, op } = measureParts(item, at);
  if (name === "") return { key: "count", op: "count", field: null };
  if (name.includes(".")) {
    refuse(at, `Odoo can't add up a path such as ${quote(name)}`, {
      code: "E013",
      hint: "Ask the model that the path leads to.",
    });
  }
  const field = knownField(fields, model, name, at);
  const aggregate = AGGREGATES.find((one) => one === (op ?? "sum"));
  if (aggregate === undefined) {
    refuse(at, `${quote(op)} is no aggregate`, {
      near: closest(op ?? "", AGGREGATES),
      hint: `There are ${AGGREGATES.join(", ")}.`,
    });
  }
  if (!isColumn(field)) refuse(at, `${model}.${name} is computed at each read, so Odoo can't aggregate it`);
  if (!fits(field, aggregate)) {
    refuse(at, `the ${aggregate} of ${name}, a ${field.type} field, makes no sense`, {
      hint: `Numbers: sum avg min max; dates: min max; everything else: count, count_distinct.`,
    });
  }
  return { key: `${name}:${aggregate}`, op: aggregate, field };
}

function measureParts(item: unknown, at: string): { name: string; op: string | undefined } {
  if (typeof item === "string") {
    const [name = "", op, ...rest] = item.trim().split(":");
    if (rest.length > 0 || name === "") refuse(at, `${quote(item)} is no measure`);
    const isCount = (name === "count" || name === "__count") && op === undefined;
    return { name: isCount ? "" : name, op: op?.toLowerCase() };
  }
  if (!isObject(item)) refuse(at, `${quote(item)} is no measure`, { hint: 'Write "field:sum", or "count".' });
  const strange = Object.keys(item).find((key) => key !== "field" && key !== "op");
  if (strange !== undefined) refuse(at, `${quote(strange)} does not belong here; allowed: field, op`);
  const { field, op } = item;
  if (op !== undefined && typeof op !== "string") refuse(at, "its op is no text");
  if (field === undefined && op === "count") return { name: "", op };
  if (typeof field !== "string" || field === "") refuse(at, "its field is missing");
  return { name: field, op: op?.toLowerCase() };
}

function fits(field: Field, op: Aggregate): boolean {
  if (["one2many", "many2many", "binary", "image"].includes(field.type)) return false;
  if (op === "count" || op === "count_distinct") return true;
  if (field.name === "id") return false;
  if (NUMBERS.includes(field.type)) return true;
  return (op === "min" || op === "max") && (field.type === "date" || field.type === "datetime");
}

/** One part of an order: a group or a measure, by its key. */
export interface OrderPart {
  key: string;
  desc: boolean;
}

/**
 * Reads the order of groups, by measures and groups that are in the answer. Without one, dates go on in time and other
 * groups by the first measure, the largest first. The groups end every order, so that equal ones keep their places.
 */
export function parseGroupOrder(order: string | undefined, groups: Group[], measures: Measure[]): OrderPart[] {
  const parts: OrderPart[] = [];
  if (order === undefined || order.trim() === "") {
    const inTime = groups[0] !== undefined && groups[0].granularity !== null;
    if (!inTime && groups.length > 0) parts.push({ key: measures[0]!.key, desc: true });
  } else {
    for (const part of order.split(",")) parts.push(parseOrderPart(part, groups, measures));
  }
  for (const { key } of groups) if (!parts.some((part) => part.key === key)) parts.push({ key, desc: false });
  return groups.length === 0 ? [] : parts;
}

function parseOrderPart(part: string, groups: Group[], measures: Measure[]): OrderPart {
  const [name = "", direction = "asc", ...rest] = part.trim().split(/\s+/);
  const way = direction.toLowerCase();
  const keys = [...groups, ...measures].map(({ key }) => key);
  if (rest.length > 0 || (way !== "asc" && way !== "desc")) {
    refuse("order", `${quote(part.trim())} is no key with asc or desc`, { hint: `Keys: ${keys.join(", ")}.` });
  }
  const found = keys.filter((key) =>
    key === name || key.split(":")[0] === name || (name === "__count" && key === "count")
  );
  const exact = found.find((key) => key === name) ?? (found.length === 1 ? found[0] : undefined);
  if (exact === undefined) {
    refuse("order", `${quote(name)} is ${found.length === 0 ? "no" : "more than one"} column of the answer`, {
      near: found.length === 0 ? closest(name, keys) : [],
      hint: `Order by ${keys.join(", ")}.`,
    });
  }
  return { key: exact, desc: way === "desc" };
}
