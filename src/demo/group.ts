import type { Json, JsonObject } from "../lib/json.ts";
import { type Aggregate, aggregate, parseAggregates } from "./aggregate.ts";
import type { Row, Value } from "./database.ts";
import { insideError, invalidField } from "./fault.ts";
import { isMany, isStored } from "./field.ts";
import type { Environment, FieldDefinition, ModelDefinition } from "./model.ts";
import { compareIds, compareValues, parseOrder } from "./order.ts";
import { type Granularity, isGranularity, isTimeZone, periodOf } from "./period.ts";
import { findRows, nameGet } from "./search.ts";
import { fieldOf, rowOf, valueOf } from "./value.ts";

/** What `read_group` is asked. */
export interface GroupQuery {
  domain: Json[];
  /** `amount_total:sum`, `total:sum(amount_total)` or a bare field name; empty stands for all that can be summed up. */
  fields: string[];
  /** `partner_id`, `date_order:month`. */
  groupby: string[];
  /** Group by the first only, and say which are left. */
  lazy: boolean;
  orderby: string;
  offset: number;
  limit: number;
}

interface GroupBy {
  /** As asked, e.g. `date_order:month`: the key in the answer. */
  key: string;
  name: string;
  field: FieldDefinition;
  granularity: Granularity | null;
}

interface Group {
  keys: Value[];
  rows: Row[];
  amounts: Map<string, Json>;
}

/** `read_group` in the shape of Odoo 14: `__count` or `<field>_count`, `__domain`, and no `__range` yet. */
export function readGroup(env: Environment, definition: ModelDefinition, query: GroupQuery): JsonObject[] {
  const { domain, groupby, lazy } = query;
  const asked = [...new Set(groupby)];
  const by = (lazy ? asked.slice(0, 1) : asked).map((key) => parseGroupBy(definition, key));
  const groupedBy = new Set(by.map(({ name }) => name));
  const aggregates = parseAggregates(definition, query.fields).filter(({ field }) => !groupedBy.has(field));
  const rows = findRows(env, definition, domain);
  if (by.length === 0) return [ungrouped(env, definition, rows, aggregates)];
  const rest = asked.slice(by.length);
  const groups = collect(env, definition, rows, by);
  for (const group of groups) group.amounts = sums(env, definition, group.rows, aggregates);
  groups.sort(compareGroups(env, definition, by, aggregates, query.orderby));
  const page = groups.slice(query.offset, query.limit ? query.offset + query.limit : undefined);
  const count = lazy ? `${by[0]!.name}_count` : "__count";
  const expand = definition.expandGroups?.[by[0]!.key];
  if (lazy && expand !== undefined) addEmptyGroups(env, by[0]!, page, expand(env), aggregates);
  return page.map((group) => {
    const parts = by.map((each, index) => shownKey(env, each, group.keys[index]!));
    const folded = lazy && expand !== undefined ? { __fold: isFolded(env, by[0]!, group.keys[0]!) } : {};
    return {
      [count]: group.rows.length,
      ...Object.fromEntries(group.amounts),
      ...Object.fromEntries(by.map(({ key }, index) => [key, parts[index]!.value])),
      __domain: and([...parts.map((part) => part.domain), domain]),
      ...(rest.length > 0 ? { __context: { group_by: rest } } : {}),
      ...folded,
    };
  });
}

function parseGroupBy(definition: ModelDefinition, key: string): GroupBy {
  const [name = "", given] = key.split(":");
  const field = fieldOf(definition, name);
  if (isMany(field) || !(isStored(field) || field.inherited)) {
    throw insideError(
      "AssertionError",
      "Fields in 'groupby' must be regular database-persisted fields (no function or related fields), " +
        "or function fields with store=True",
    );
  }
  if (field.type !== "date" && field.type !== "datetime") return { key, name, field, granularity: null };
  const granularity = given ?? "month";
  if (!isGranularity(granularity)) throw insideError("KeyError", granularity);
  return { key, name, field, granularity };
}

/** Without groups Odoo answers one row with the first id, and null rather than false for what is empty. */
function ungrouped(env: Environment, definition: ModelDefinition, rows: Row[], aggregates: Aggregate[]): JsonObject {
  const amounts = [...sums(env, definition, rows, aggregates)].map((
    [name, value],
  ) => [name, value === false ? null : value]);
  const first = rows.reduce<number | null>((least, row) => least === null ? row.id : Math.min(least, row.id), null);
  return { id: first, __count: rows.length, ...Object.fromEntries(amounts) };
}

function collect(env: Environment, definition: ModelDefinition, rows: Row[], by: GroupBy[]): Group[] {
  const zone = isTimeZone(env.context.tz) ? env.context.tz : "UTC";
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const keys = by.map(({ name, field, granularity }): Value => {
      const value = valueOf(env, definition, row, name);
      if (granularity === null || typeof value !== "string") return value;
      const { start, end, label } = periodOf(value, field.type, granularity, zone);
      return `${start}/${end}/${label}`;
    });
    const text = JSON.stringify(keys);
    let group = groups.get(text);
    if (group === undefined) groups.set(text, group = { keys, rows: [], amounts: new Map() });
    group.rows.push(row);
  }
  return [...groups.values()];
}

function sums(env: Environment, definition: ModelDefinition, rows: Row[], aggregates: Aggregate[]): Map<string, Json> {
  return new Map(aggregates.map(({ name, operator, field }) => {
    return [
      name,
      aggregate(operator, rows.map((row) => valueOf(env, definition, row, field)), fieldOf(definition, field)),
    ];
  }));
}

function compareGroups(
  env: Environment,
  definition: ModelDefinition,
  by: GroupBy[],
  aggregates: Aggregate[],
  orderby: string,
): (left: Group, right: Group) => number {
  const order = orderby === "" ? by.map(({ key }) => ({ name: key, sign: 1 })) : parseOrder(orderby);
  const compares = order.flatMap(({ name, sign }) => {
    const index = by.findIndex(({ key }) => key === name);
    if (index >= 0) {
      const { field } = by[index]!;
      const compare = field.type === "many2one" ? compareIds(env, field.relation!) : compareValues;
      return [(left: Group, right: Group) => sign * compare(left.keys[index]!, right.keys[index]!)];
    }
    if (aggregates.some((each) => each.name === name)) {
      const amount = (group: Group) => (group.amounts.get(name) ?? false) as Value;
      return [(left: Group, right: Group) => sign * compareValues(amount(left), amount(right))];
    }
    if (definition.fields[name] === undefined) throw invalidField(name, definition.model);
    // Odoo ignores an order by a field that is neither grouped nor summed up.
    return [];
  });
  return (left, right) => {
    for (const compare of compares) {
      const result = compare(left, right);
      if (result !== 0) return result;
    }
    return 0;
  };
}

/** Odoo shows the stages of a pipeline even where no lead is in them. */
function addEmptyGroups(env: Environment, by: GroupBy, groups: Group[], ids: number[], aggregates: Aggregate[]): void {
  for (const id of ids) {
    if (groups.some((group) => group.keys[0] === id)) continue;
    groups.push({ keys: [id], rows: [], amounts: new Map(aggregates.map(({ name }) => [name, false])) });
  }
  const compare = compareIds(env, by.field.relation!);
  groups.sort((left, right) => compare(left.keys[0]!, right.keys[0]!));
}

function isFolded(env: Environment, by: GroupBy, id: Value): boolean {
  return rowOf(env, by.field.relation!, id)?.fold === true;
}

function shownKey(env: Environment, by: GroupBy, key: Value): { value: Json; domain: Json[] } {
  if (by.granularity !== null && typeof key === "string") {
    const [start = "", end = "", ...label] = key.split("/");
    return { value: label.join("/"), domain: ["&", [by.name, ">=", start], [by.name, "<", end]] };
  }
  const value = key as Json;
  const pair = by.field.type === "many2one" && typeof key === "number"
    ? nameGet(env, by.field.relation!, [key])[0]
    : null;
  return { value: pair ?? value, domain: [[by.name, "=", value]] };
}

/** Joins domains the way Odoo's `expression.AND` does: each made explicit, then `&` before them. */
function and(domains: Json[][]): Json[] {
  const parts = domains.filter((domain) => domain.length > 0).map(normalize);
  return [...Array.from({ length: parts.length - 1 }, () => "&"), ...parts.flat()];
}

function normalize(domain: Json[]): Json[] {
  let missing = 1;
  for (const item of domain) {
    if (item === "&" || item === "|") missing++;
    else if (item !== "!") missing--;
  }
  return [...Array.from({ length: Math.max(0, -missing) }, () => "&"), ...domain];
}
