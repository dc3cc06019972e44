import type { Json } from "../lib/json.ts";
import type { Value } from "./database.ts";
import { groupOperator } from "./describe.ts";
import { userError } from "./fault.ts";
import { isMany, isStored } from "./field.ts";
import type { FieldDefinition, ModelDefinition } from "./model.ts";
import { compareValues } from "./order.ts";
import { fieldOf } from "./value.ts";

/** One sum of a `read_group`: the key in the answer, how, and of which field. */
export interface Aggregate {
  name: string;
  operator: string;
  field: string;
}

const OPERATORS = ["array_agg", "count", "count_distinct", "bool_and", "bool_or", "max", "min", "avg", "sum"];

/** Reads `fields` of `read_group`; what can't be summed up is left out if bare, refused if asked for by operator. */
export function parseAggregates(definition: ModelDefinition, specifications: string[]): Aggregate[] {
  const found: Aggregate[] = [];
  for (const specification of specifications.length > 0 ? specifications : Object.keys(definition.fields)) {
    if (specification === "__count" || specification === "sequence") continue;
    const match = /^(\w+)(?::(\w+)(?:\((\w+)\))?)?$/.exec(specification);
    if (match === null) throw userError(`Invalid field specification '${specification}'.`);
    const [, name = "", operator, of] = match;
    const fieldName = of ?? name;
    const field = fieldOf(definition, fieldName);
    const countable = (isStored(field) || field.inherited === true) && !isMany(field);
    if (operator === undefined) {
      const own = groupOperator(field);
      if (!countable || own === null) continue;
      found.push({ name, operator: own, field: fieldName });
    } else {
      if (!countable) throw userError(`Cannot aggregate field '${fieldName}'.`);
      if (!OPERATORS.includes(operator)) throw userError(`Invalid aggregation function '${operator}'.`);
      if (found.some((other) => other.name === name)) throw userError(`Output name '${name}' is used twice.`);
      found.push({ name, operator, field: fieldName });
    }
  }
  return found;
}

/** One amount over the values of a group; `false` where there is nothing to sum up. */
export function aggregate(operator: string, values: Value[], field: FieldDefinition): Json {
  const empty = (value: Value) => value === false && field.type !== "boolean";
  const present = values.filter((value) => !empty(value));
  const numbers = present.map(Number);
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (operator) {
    case "count":
      return present.length;
    case "count_distinct":
      return new Set(present).size;
    case "bool_and":
      return present.length > 0 && present.every(Boolean);
    case "bool_or":
      return present.some(Boolean);
    case "array_agg":
      return present as Json[];
  }
  if (present.length === 0) return false;
  switch (operator) {
    case "sum":
      return exact(sum);
    case "avg":
      return exact(sum / present.length);
    default: {
      const sorted = present.sort(compareValues);
      return sorted[operator === "min" ? 0 : sorted.length - 1] as Json;
    }
  }
}

/** PostgreSQL adds decimals without the dust of binary fractions. */
function exact(number: number): number {
  return Math.round(number * 1e6) / 1e6;
}
