import type { Row, Value } from "./database.ts";
import { userError } from "./fault.ts";
import { isStored } from "./field.ts";
import type { Environment, ModelDefinition } from "./model.ts";
import { fieldOf, modelOf, rowOf, valueOf } from "./value.ts";

/** Negative when the first comes first. */
type Compare<T> = (left: T, right: T) => number;

const SPECIFICATION = /^(\s*[a-z0-9:_]+(\s+(desc|asc))?\s*(,|$))+(?<!,)$/i;

let collator: Intl.Collator | undefined;

/** Compares two values as PostgreSQL does: text by the language's rules, nothing set after everything else. */
export function compareValues(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === false || right === false) {
    // A boolean false comes before true; any other false is NULL, which PostgreSQL puts last.
    if (left === true || right === true) return left === false ? -1 : 1;
    return left === false ? 1 : -1;
  }
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "boolean" || typeof right === "boolean") return left === true ? 1 : -1;
  collator ??= new Intl.Collator("en");
  return collator.compare(String(left), String(right));
}

/** Makes a comparison of rows from an `order` such as `date_order desc, id`; `E004` in Odoo's words for a bad one. */
export function compareRows(env: Environment, definition: ModelDefinition, order: string): Compare<Row> {
  const compares = parseOrder(order).flatMap(({ name, sign }) => {
    const compare = compareBy(env, definition, name);
    return compare === null ? [] : [(left: Row, right: Row) => sign * compare(left, right)];
  });
  return (left, right) => {
    for (const compare of compares) {
      const result = compare(left, right);
      if (result !== 0) return result;
    }
    return left.id - right.id;
  };
}

/** The parts of an `order`, the sign being -1 for `desc`. */
export function parseOrder(order: string): { name: string; sign: 1 | -1 }[] {
  if (!SPECIFICATION.test(order)) {
    throw userError(
      `Invalid "order" specified (${order}). A valid "order" specification is a comma-separated list of valid ` +
        "field names (optionally followed by asc/desc for the direction)",
    );
  }
  return order.split(",").map((part) => {
    const [name = "", direction = "asc"] = part.trim().split(/\s+/);
    return { name, sign: direction.toLowerCase() === "desc" ? -1 : 1 };
  });
}

/** A many2one compares by the order of its own model; a field that is not stored by nothing, as on Odoo 14. */
export function compareBy(env: Environment, definition: ModelDefinition, name: string): Compare<Row> | null {
  const field = fieldOf(definition, name);
  if (!isStored(field) && !field.inherited) return null;
  const key = remember((row: Row) => valueOf(env, definition, row, name));
  if (field.type !== "many2one") return (left, right) => compareValues(key(left), key(right));
  const compare = compareIds(env, field.relation!);
  return (left, right) => compare(key(left), key(right));
}

/** Compares ids of records by their model's own order; nothing set comes last. */
export function compareIds(env: Environment, model: string): Compare<Value> {
  const definition = modelOf(env, model);
  let compare: Compare<Row> | undefined;
  return (left, right) => {
    if (left === right) return 0;
    const first = rowOf(env, model, left);
    const second = rowOf(env, model, right);
    if (first === undefined || second === undefined) return first === second ? 0 : first === undefined ? 1 : -1;
    // Made only when needed: a model may order by a many2one to itself.
    compare ??= compareRows(env, definition, definition.order);
    return compare(first, second);
  };
}

function remember<T>(read: (row: Row) => T): (row: Row) => T {
  const known = new Map<Row, T>();
  return (row) => {
    if (!known.has(row)) known.set(row, read(row));
    return known.get(row)!;
  };
}
