import type { Failure } from "../lib/failure.ts";
import { isObject, type Json } from "../lib/json.ts";

/** Most characters of one text in an error. Odoo's own rules take some hundreds; what is longer repeats the input. */
const MOST = 4000;

/** A Failure as clients get it. A text that is longer than any model should read is cut, and says so. */
export function failureText(failure: Failure): string {
  return JSON.stringify(bounded(failure.toJSON()));
}

/** The same for the protocol's own errors, which are one text. */
export function failureLine({ code, message, hint }: Failure): string {
  return `${code}: ${cut(message)}${hint === "" ? "" : `. ${cut(hint)}`}`;
}

function bounded(value: Json): Json {
  if (typeof value === "string") return cut(value);
  if (Array.isArray(value)) return value.map(bounded);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cut(key), bounded(item)]));
}

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST).toWellFormed()}… (${text.length} characters in all)`;
}
