import type { Json, JsonObject } from "../lib/json.ts";
import { isObject } from "../lib/json.ts";
import { insideError, wrongParameter } from "./fault.ts";

/** The arguments of one call, read at the door: each reader answers the asked type or refuses with `E004`. */
export class Parameters {
  readonly #method: string;
  readonly #given: JsonObject;

  /** Refuses arguments that the method does not have, as Python does. */
  constructor(method: string, allowed: readonly string[], given: JsonObject) {
    const unknown = Object.keys(given).find((name) => !allowed.includes(name));
    if (unknown !== undefined) throw wrongParameter(`${method}() got an unexpected keyword argument '${unknown}'`);
    this.#method = method;
    this.#given = given;
  }

  /** The value as it is; undefined when absent. */
  any(name: string): Json | undefined {
    return this.#given[name];
  }

  /** The value as it is; refuses a missing one. */
  required(name: string): Json {
    const value = this.#given[name];
    if (value === undefined) {
      throw wrongParameter(`${this.#method}() missing 1 required positional argument: '${name}'`);
    }
    return value;
  }

  list(name: string): Json[] {
    const value = this.#given[name] ?? [];
    if (value === false) return [];
    if (!Array.isArray(value)) throw wrongParameter(`${name} is not a list`);
    return value;
  }

  /** Null when absent: for field lists, where that means all. */
  names(name: string): string[] | null {
    const value = this.#given[name];
    if (value === undefined || value === null || value === false) return null;
    const list = typeof value === "string" ? [value] : value;
    if (!Array.isArray(list) || !list.every((item) => typeof item === "string")) {
      throw wrongParameter(`${name} is not a list of names`);
    }
    return list;
  }

  /** A whole number from zero; 0 when absent. */
  count(name: string): number {
    const value = this.#given[name] ?? 0;
    if (value === false) return 0;
    // Odoo itself only stumbles here, in Python or in PostgreSQL.
    if (typeof value !== "number") throw insideError("TypeError", "%d format: a number is required");
    if (!Number.isInteger(value) || value < 0) throw insideError("DataError", `${name} must not be negative`);
    return value;
  }

  text(name: string, otherwise: string): string {
    const value = this.#given[name] ?? otherwise;
    if (value === false) return otherwise;
    if (typeof value !== "string") throw wrongParameter(`${name} is not a text`);
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    return Boolean(this.#given[name] ?? otherwise);
  }

  object(name: string): JsonObject {
    const value = this.#given[name] ?? {};
    if (!isObject(value)) throw wrongParameter(`${name} is not an object`);
    return value;
  }
}
