import type { Json } from "../lib/json.ts";
import type { Row, Value } from "./database.ts";
import { type Condition, type Leaf, parseDomain } from "./domain.ts";
import { invalidFieldInDomain, invalidLeaf } from "./fault.ts";
import { isSearchable } from "./field.ts";
import { matcher } from "./match.ts";
import type { Environment, FieldDefinition, ModelDefinition } from "./model.ts";
import { compareRows } from "./order.ts";
import { displayName, isActive, modelOf, rowOf, rowsOf, valueOf } from "./value.ts";

type Predicate = (row: Row) => boolean;

/** What a search may ask beside its domain. */
export interface SearchOptions {
  order?: string;
  offset?: number;
  /** Absent or 0: no limit. */
  limit?: number;
}

/** The ids a domain finds, in order. Archived records show only if asked for, by context or by the domain itself. */
export function search(env: Environment, model: string, domain: Json, options: SearchOptions = {}): number[] {
  const definition = modelOf(env, model);
  const found = findRows(env, definition, domain);
  found.sort(compareRows(env, definition, options.order || definition.order));
  const offset = options.offset ?? 0;
  return found.slice(offset, options.limit ? offset + options.limit : undefined).map((row) => row.id);
}

/** The rows a domain finds, unsorted. */
export function findRows(env: Environment, definition: ModelDefinition, domain: Json): Row[] {
  const tree = parseDomain(domain);
  const test = compile(env, definition, tree);
  const hideArchived = definition.fields.active !== undefined && env.context.active_test !== false &&
    !mentions(tree, "active");
  const found: Row[] = [];
  for (const row of rowsOf(env, definition.model)) if ((!hideArchived || isActive(row)) && test(row)) found.push(row);
  return found;
}

/** `name_search`: the ids whose name (or code, e-mail, reference) compares with a text. */
export function searchByName(
  env: Environment,
  model: string,
  name: string,
  options: { operator?: string; domain?: Json[]; limit?: number } = {},
): number[] {
  const definition = modelOf(env, model);
  const { operator = "ilike", domain = [], limit } = options;
  if (name === "" && operator === "ilike") return search(env, model, domain, limit ? { limit } : {});
  const fields = definition.nameSearch ?? ["name"];
  const negative = operator === "!=" || operator.startsWith("not ");
  const joins = Array.from({ length: fields.length - 1 }, () => negative ? "&" : "|");
  const byName = [...joins, ...fields.map((field) => [field, operator, name])];
  return search(env, model, [...domain, ...byName], limit ? { limit } : {});
}

function compile(env: Environment, definition: ModelDefinition, tree: Condition): Predicate {
  switch (tree.kind) {
    case "all":
      return () => true;
    case "not": {
      const test = compile(env, definition, tree.part);
      return (row) => !test(row);
    }
    case "leaf":
      return compileLeaf(env, definition, tree.leaf);
    default: {
      const [left, right] = tree.parts.map((part) => compile(env, definition, part)) as [Predicate, Predicate];
      return tree.kind === "and" ? (row) => left(row) && right(row) : (row) => left(row) || right(row);
    }
  }
}

function mentions(tree: Condition, name: string): boolean {
  if (tree.kind === "leaf") return tree.leaf[0] === name;
  if (tree.kind === "not") return mentions(tree.part, name);
  return tree.kind !== "all" && tree.parts.some((part) => mentions(part, name));
}

function compileLeaf(env: Environment, definition: ModelDefinition, leaf: Leaf): Predicate {
  const [left, operator, right] = leaf;
  if (typeof left === "number") return () => (left === right) === (operator === "=");
  if (operator === "=?") {
    return right === false || right === null ? () => true : compileLeaf(env, definition, [left, "=", right]);
  }
  const [name = "", ...rest] = left.split(".");
  const field = Object.hasOwn(definition.fields, name) ? definition.fields[name] : undefined;
  if (field === undefined) throw invalidFieldInDomain(name, definition.model);
  // Odoo 14 drops a condition on a field it can't search, and so finds every record.
  if (!isSearchable(field) && name !== "id") return () => true;
  if (field.related !== undefined) {
    return compileLeaf(env, definition, [[field.related, ...rest].join("."), operator, right]);
  }
  const read = (row: Row) => valueOf(env, definition, row, name);
  if (rest.length > 0) return compilePath(env, field, read, [rest.join("."), operator, right]);
  if (operator === "child_of" || operator === "parent_of") {
    return compileHierarchy(env, field.relation ?? definition.model, operator, right, read);
  }
  if (field.relation !== undefined) return compileRelation(env, field, operator, right, read);
  const test = matcher(field.type, operator, right);
  return (row) => test(read(row));
}

function compilePath(env: Environment, field: FieldDefinition, read: (row: Row) => Value, leaf: Leaf): Predicate {
  if (field.relation === undefined) throw invalidLeaf(leaf);
  // Through a many2one archived records count, through x2many they do not.
  const context = field.type === "many2one" ? { ...env.context, active_test: false } : env.context;
  const rows = findRows({ ...env, context }, modelOf(env, field.relation), [leaf]);
  return hits(new Set(rows.map((row) => row.id)), read);
}

/** A relation compares with ids, with names, or with nothing. */
function compileRelation(
  env: Environment,
  field: FieldDefinition,
  operator: string,
  right: Json,
  read: (row: Row) => Value,
): Predicate {
  const empty = (row: Row) => {
    const value = read(row);
    return value === false || (typeof value === "object" && value.length === 0);
  };
  const negative = operator === "!=" || operator.startsWith("not ");
  const asked = Array.isArray(right) ? right : [right];
  const texts = asked.filter((item) => typeof item === "string");
  if (texts.length > 0 && texts.length === asked.length) {
    const all = { ...env, context: { ...env.context, active_test: false } };
    const positive = operator.replace("not ", "").replace("!=", "=").replace(/^in$/, "=");
    const found = hits(
      new Set(texts.flatMap((t) => searchByName(all, field.relation!, t, { operator: positive }))),
      read,
    );
    return negative ? (row) => !found(row) : found;
  }
  if (["=", "!=", "in", "not in"].includes(operator)) {
    const found = hits(new Set(asked.filter((item) => typeof item === "number")), read);
    const orEmpty = asked.includes(false) || asked.includes(null);
    const test = (row: Row) => found(row) || (orEmpty && empty(row));
    return negative ? (row) => !test(row) : test;
  }
  const test = matcher("integer", operator, right);
  return (row) => [read(row)].flat().some((id) => test(id));
}

function compileHierarchy(
  env: Environment,
  model: string,
  operator: "child_of" | "parent_of",
  right: Json,
  read: (row: Row) => Value,
): Predicate {
  const definition = modelOf(env, model);
  const start = (Array.isArray(right) ? right : [right]).flatMap((item) =>
    typeof item === "string" ? searchByName(env, model, item) : typeof item === "number" ? [item] : []
  );
  const found = new Set(start);
  if (definition.fields.parent_id === undefined) throw invalidFieldInDomain("parent_id", model);
  // A set may grow while it is walked: each record found brings its own parent or children.
  for (const id of found) {
    if (operator === "parent_of") {
      const parent = rowOf(env, model, id)?.parent_id;
      if (typeof parent === "number") found.add(parent);
    } else {
      for (const row of rowsOf(env, model)) if (row.parent_id === id) found.add(row.id);
    }
  }
  return hits(found, read);
}

function hits(ids: ReadonlySet<number>, read: (row: Row) => Value): Predicate {
  return (row) => {
    const value = read(row);
    return typeof value === "number" ? ids.has(value) : typeof value === "object" && value.some((id) => ids.has(id));
  };
}

/** The `[id, display name]` pairs of records, in the order of the ids; those that are gone are left out. */
export function nameGet(env: Environment, model: string, ids: readonly number[]): [number, string][] {
  const definition = modelOf(env, model);
  return ids.flatMap((id) => {
    const row = rowOf(env, model, id);
    return row === undefined ? [] : [[id, displayName(env, definition, row)] as [number, string]];
  });
}
