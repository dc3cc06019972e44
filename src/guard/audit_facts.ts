import { canonicalJson, isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Call } from "../odoo/mod.ts";

/** Most ids and names that one line lists; the number of all stands beside them. */
const MOST = 1000;

/** Longest text that is written where values are wanted; of a longer one only its length. */
const LONGEST = 2000;

/** What a change is about, in words that hold no value of a record. */
export function factsOf({ model, method, ids, params }: Call): JsonObject {
  return { model, method, ...listed("ids", ids ?? []), ...listed("fields", fieldsOf(params)) };
}

/** A list as a line holds it: the first thousand, and how many there are where these are not all. */
export function listed(name: string, all: readonly (number | string)[]): JsonObject {
  if (all.length === 0) return {};
  return { [name]: all.slice(0, MOST), ...(all.length > MOST && { [`${name}_total`]: all.length }) };
}

/** Names of the fields that are written, or of the arguments where the method takes others. */
export function fieldsOf(params: JsonObject): string[] {
  const values = params["vals"] ?? params["vals_list"];
  if (values === undefined) return Array.isArray(params["fields"]) ? params["fields"].map(String) : Object.keys(params);
  const rows = Array.isArray(values) ? values : [values];
  return [...new Set(rows.flatMap((row) => isObject(row) ? Object.keys(row) : []))].sort();
}

/** What was sent, with texts that are too long for a line replaced by their length. */
export function boundedValues(value: Json): Json {
  if (typeof value === "string") return value.length <= LONGEST ? value : { characters: value.length };
  if (Array.isArray(value)) return value.map(boundedValues);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, boundedValues(item)]));
}

/** Records as a tool call has seen them: the last value of each field it read. */
export class SeenRows {
  readonly #rows = new Map<string, JsonObject>();

  /** Takes rows from the answer of a read. */
  learn(model: string, answer: Json): void {
    if (!Array.isArray(answer)) return;
    for (const row of answer) {
      if (!isObject(row) || typeof row["id"] !== "number") continue;
      const key = `${model} ${row["id"]}`;
      this.#rows.set(key, { ...this.#rows.get(key), ...row });
    }
  }

  forget(model: string, ids: readonly number[]): void {
    for (const id of ids) this.#rows.delete(`${model} ${id}`);
  }

  /** The fields that are known of all these records. */
  known(model: string, ids: readonly number[]): string[] {
    const [first, ...others] = ids.map((id) => Object.keys(this.#rows.get(`${model} ${id}`) ?? {}));
    return (first ?? []).filter((field) => others.every((one) => one.includes(field))).sort();
  }

  /** One text for what these fields hold, the same whenever they hold the same; null where it is not known. */
  text(model: string, ids: readonly number[], fields: readonly string[]): string | null {
    if (ids.length === 0 || fields.length === 0) return null;
    const rows: JsonObject[] = [];
    for (const id of [...ids].sort((a, b) => a - b)) {
      const row = this.#rows.get(`${model} ${id}`);
      if (row === undefined || !fields.every((field) => Object.hasOwn(row, field))) return null;
      rows.push({ id, ...Object.fromEntries(fields.map((field) => [field, row[field] ?? null])) });
    }
    return canonicalJson(rows);
  }
}
