import type { Json } from "../lib/json.ts";
import type { Measure } from "./measures.ts";

/** What is known of one measure over some records, so that the records of several groups can be put together. */
export interface Part {
  sum: number;
  /** Records with a value. */
  n: number;
  /** Null where there is none. */
  min: Json;
  max: Json;
  /** The different values, or only their number, or null where it can't be told from the parts. */
  distinct: ReadonlySet<string> | number | null;
}

/** Records that are alike in what is asked: a group of Odoo's, or one record. */
export interface Unit {
  /** For each group the keys it is in: one, or several for a many2many. */
  keys: Json[][];
  /** Records. */
  count: number;
  /** By the order of the measures. */
  parts: Part[];
}

/** One group. */
export interface Bucket {
  keys: Json[];
  count: number;
  parts: Part[];
}

/** Nothing at all. */
export const NOTHING: Part = { sum: 0, n: 0, min: null, max: null, distinct: new Set<string>() };

/** What `count` records with one value say of a measure. */
export function partOf(value: Json, count: number): Part {
  if (value === null) return NOTHING;
  return {
    sum: typeof value === "number" ? value * count : 0,
    n: count,
    min: value,
    max: value,
    distinct: new Set([identity(value)]),
  };
}

/** Both together. */
export function addParts(a: Part, b: Part): Part {
  if (a === NOTHING) return b;
  if (b === NOTHING) return a;
  return {
    sum: a.sum + b.sum,
    n: a.n + b.n,
    min: extreme(a.min, b.min, (x, y) => x < y),
    max: extreme(a.max, b.max, (x, y) => x > y),
    distinct: union(a.distinct, b.distinct),
  };
}

function extreme(a: Json, b: Json, isBetter: (x: number | string, y: number | string) => boolean): Json {
  if (typeof a !== "number" && typeof a !== "string") return b;
  if (typeof b !== "number" && typeof b !== "string") return a;
  return isBetter(b, a) ? b : a;
}

function union(a: Part["distinct"], b: Part["distinct"]): Part["distinct"] {
  if (a === null || b === null) return null;
  const [sizeA, sizeB] = [a, b].map((one) => typeof one === "number" ? one : one.size);
  if (sizeA === 0) return b;
  if (sizeB === 0) return a;
  return typeof a === "number" || typeof b === "number" ? null : new Set([...a, ...b]);
}

/** Puts units into groups; a unit with several keys counts in each of them. */
export function toBuckets(units: readonly Unit[]): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const unit of units) {
    for (const keys of keyLists(unit)) {
      const id = bucketId(keys);
      const known = buckets.get(id);
      if (known === undefined) buckets.set(id, { keys, count: unit.count, parts: unit.parts });
      else addTo(known, unit);
    }
  }
  return [...buckets.values()];
}

/** Everything together, in one group without keys. */
export function sumUp(buckets: readonly Bucket[], measures: readonly Measure[]): Bucket {
  const all: Bucket = { keys: [], count: 0, parts: measures.map(() => NOTHING) };
  for (const bucket of buckets) addTo(all, bucket);
  return all;
}

/** A unit as one group, by the first of its keys: for sums in which each unit counts once. */
export function asBucket({ keys, count, parts }: Unit): Bucket {
  return { keys: keys.map(([key]) => key ?? null), count, parts };
}

function addTo(bucket: Bucket, more: Pick<Bucket, "count" | "parts">): void {
  bucket.count += more.count;
  bucket.parts = bucket.parts.map((part, index) => addParts(part, more.parts[index]!));
}

/** Every combination of a unit's keys. */
export function keyLists(unit: Unit): Json[][] {
  return unit.keys.reduce<Json[][]>((lists, keys) => lists.flatMap((list) => keys.map((key) => [...list, key])), [[]]);
}

/** One text for groups with equal keys. */
export function bucketId(keys: readonly Json[]): string {
  return keys.map(identity).join("\n");
}

/** A many2one is its id: names change with the reader. */
export function identity(key: Json): string {
  return Array.isArray(key) ? `#${key[0]}` : JSON.stringify(key);
}

/** A measure's value; null where there is none, or where it can't be told from the parts. */
export function valueOf({ op, field }: Measure, part: Part, count: number): Json {
  switch (op) {
    case "sum":
      return exact(part.sum);
    case "avg":
      return part.n === 0 ? null : rounded(part.sum / part.n);
    case "count":
      return field === null ? count : part.n;
    case "count_distinct":
      return typeof part.distinct === "number" || part.distinct === null ? part.distinct : part.distinct.size;
    default:
      return part[op];
  }
}

/** Without the dust that binary fractions leave (0.1 + 0.2). */
export function exact(number: number): number {
  return Number(number.toPrecision(14));
}

/** Averages run on without an end: four decimals, and as many digits below 1. */
function rounded(number: number): number {
  return Math.abs(number) < 1 ? Number(number.toPrecision(4)) : Math.round(number * 10_000) / 10_000;
}
