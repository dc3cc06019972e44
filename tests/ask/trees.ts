import fc from "fast-check";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import type { Kind, World } from "./world.ts";

/** A part of a `where`. */
export type Tree =
  | { field: string; op: string; value?: Json | Tree | Tree[] }
  | { any: Tree[] }
  | { all: Tree[] }
  | { not: Tree };

/** Random trees over the records of a model, along paths and into related records, with values that occur there. */
export function trees(world: World, model: string, depth = 3): fc.Arbitrary<Tree> {
  const leaves = fc.constantFrom(...pathsFrom(world, model, 3)).chain(({ path, kind, values }) =>
    leaf(world, path, kind, values, depth)
  );
  if (depth === 0) return leaves;
  const inner = trees(world, model, depth - 1);
  const some = fc.array(inner, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: leaves },
    { weight: 1, arbitrary: fc.record({ any: some }) },
    { weight: 1, arbitrary: fc.record({ all: some }) },
    { weight: 1, arbitrary: fc.record({ not: inner }) },
  );
}

interface End {
  path: string;
  kind: Kind;
  values: Json[];
}

/** Every field that can be reached from a model in so many steps, with the values that are there. */
function pathsFrom(world: World, model: string, steps: number): End[] {
  const rows = [...world.records.get(model)!.values()];
  return [...world.kinds.get(model)!].flatMap(([name, kind]): End[] => {
    const values = [...new Set(rows.flatMap((row) => row[name]!))].filter((value) => value !== null);
    const here = values.length === 0 ? [] : [{ path: name, kind, values }];
    if (steps === 1 || typeof kind !== "object") return here;
    const next = "one" in kind ? kind.one : kind.many;
    return [...here, ...pathsFrom(world, next, steps - 1).map((end) => ({ ...end, path: `${name}.${end.path}` }))];
  });
}

const COMPARE = ["=", "!=", "<", "<=", ">", ">="];
const SET = ["is_set", "is_not_set"];

function leaf(world: World, field: string, kind: Kind, values: Json[], depth: number): fc.Arbitrary<Tree> {
  const one = fc.constantFrom(...values);
  const make = (ops: string[], value: fc.Arbitrary<Json | Tree | Tree[]>): fc.Arbitrary<Tree> =>
    fc.record({ field: fc.constant(field), op: fc.constantFrom(...ops), value });
  const few = fc.array(one, { minLength: 1, maxLength: 3 });
  const ofList = make(["in", "not_in"], few);
  const ofSet: fc.Arbitrary<Tree> = fc.record({ field: fc.constant(field), op: fc.constantFrom(...SET) });
  const ordered = fc.tuple(one, one).map((pair) => pair.sort((a, b) => (a! < b! ? -1 : 1)));
  if (typeof kind === "object") {
    const byId = fc.oneof(make(["=", "!="], one), ofList, ofSet);
    if ("one" in kind) return named(world, kind.one, values, byId, make);
    if (depth === 0) return byId;
    const inner = trees(world, kind.many, depth - 1);
    return fc.oneof(byId, make(["has"], fc.oneof(inner, fc.array(inner, { minLength: 2, maxLength: 2 }))));
  }
  switch (kind) {
    case "number":
      return fc.oneof(make(COMPARE, fc.oneof(one, fc.constant(0))), make(["between"], ordered), ofList);
    case "date":
    case "datetime":
      return fc.oneof(make(COMPARE, one), make(["between"], ordered), ofSet);
    case "boolean":
      return make(["=", "!="], fc.boolean());
    case "selection":
      return fc.oneof(make(["=", "!="], one), ofList, ofSet);
    default: {
      const part = one.map((text) => String(text).slice(-3).toLowerCase()).filter((text) => text.trim() !== "");
      const looks = ["contains", "not_contains", "starts_with", "ends_with"];
      return fc.oneof(make(["=", "!="], one), ofList, ofSet, make(looks, fc.oneof(part, one)));
    }
  }
}

/** Ids, or names where they are those of records beyond doubt. */
function named(
  world: World,
  model: string,
  ids: Json[],
  byId: fc.Arbitrary<Tree>,
  make: (ops: string[], value: fc.Arbitrary<Json>) => fc.Arbitrary<Tree>,
): fc.Arbitrary<Tree> {
  if (model !== "res.country") return byId;
  const names = ids.map((id) => world.records.get(model)!.get(id as number)!["name"]!);
  const name = fc.constantFrom(...names);
  return fc.oneof(
    byId,
    make(["=", "!="], name),
    make(["in", "not_in"], fc.array(name, { minLength: 1, maxLength: 3 })),
  );
}

/**
 * Whether a record fulfils a tree: what the words mean, told apart from how they are sent. Through a path, some record at
 * its end must; `not` is the very opposite.
 */
export function fulfils(world: World, model: string, record: JsonObject, tree: Tree): boolean {
  if ("any" in tree) return tree.any.some((node) => fulfils(world, model, record, node));
  if ("all" in tree) return tree.all.every((node) => fulfils(world, model, record, node));
  if ("not" in tree) return !fulfils(world, model, record, tree.not);
  const [name = "", ...rest] = tree.field.split(".");
  const kind = world.kinds.get(model)!.get(name)!;
  const value = record[name]!;
  if (typeof kind !== "object") return compare(value, tree.op, tree.value as Json, kind);
  const next = "one" in kind ? kind.one : kind.many;
  const ids = [value].flat().filter((id) => id !== null);
  const related = ids.flatMap((id): JsonObject[] => {
    const one = world.records.get(next)!.get(id as number);
    return one === undefined ? [] : [one];
  });
  if (rest.length > 0) {
    return related.some((one) => fulfils(world, next, one, { ...tree, field: rest.join(".") }));
  }
  if (tree.op === "has") {
    const conditions = [tree.value].flat() as Tree[];
    return related.some((one) => conditions.every((node) => fulfils(world, next, one, node)));
  }
  if (tree.op === "is_set" || tree.op === "is_not_set") return (ids.length > 0) === (tree.op === "is_set");
  const wanted = new Set<Json>(
    [tree.value as Json].flat().flatMap((one) =>
      typeof one !== "string"
        ? [one]
        : [...world.records.get(next)!].filter(([, row]) => row["name"] === one).map(([id]) => id)
    ),
  );
  const hit = ids.some((id) => wanted.has(id));
  return tree.op === "=" || tree.op === "in" ? hit : !hit;
}

function compare(actual: Json, op: string, value: Json, kind: Kind): boolean {
  const list = Array.isArray(value) ? value : [value];
  const text = actual === null ? "" : String(actual).toLowerCase();
  const part = String(value).toLowerCase();
  // Numbers and ISO dates compare alike. What is not there fits no comparison.
  const isThere = actual !== null;
  switch (op) {
    case "=":
    case "in":
      return list.includes(actual);
    case "!=":
    case "not_in":
      return !list.includes(actual);
    case "<":
      return isThere && actual < value!;
    case "<=":
      return isThere && actual <= value!;
    case ">":
      return isThere && actual > value!;
    case ">=":
      return isThere && actual >= value!;
    case "between":
      return isThere && actual >= list[0]! && actual <= list[1]!;
    case "contains":
      return isThere && text.includes(part);
    case "not_contains":
      return !isThere || !text.includes(part);
    case "starts_with":
      return text.startsWith(part);
    case "ends_with":
      return text.endsWith(part);
    case "is_set":
      return isThere;
    case "is_not_set":
      return !isThere;
    default:
      throw new Error(`No meaning for ${op} of ${JSON.stringify(kind)}`);
  }
}
