import { quote } from "../ask/mod.ts";
import { isObject } from "../lib/json.ts";

/** A value of an answer within a sentence: `Marc Demo #6`, `"Ghent"`, `3 records`, `nothing`. */
export function sayValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (!isObject(value)) return quote(value);
  const { id, name, count } = value;
  if (typeof id === "number") return typeof name === "string" ? `${name} #${id}` : `#${id}`;
  return typeof count === "number" ? `${count} ${count === 1 ? "record" : "records"}` : quote(value);
}
