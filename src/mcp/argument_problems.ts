import type * as z from "zod";
import { closest } from "../lib/closest.ts";
import type { JsonObject } from "../lib/json.ts";

/** Most characters of a name that a message repeats: names are as long as the client likes. */
const MOST_LETTERS = 60;

/** What Zod found wrong with `given`, in the words of messages: `fields[0] is 5, not a text`. */
export function problemsOf(issue: z.core.$ZodIssue, names: string[], given: JsonObject): string[] {
  const place = placeOf(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        const near = issue.path.length === 0 ? closest(key, names) : [];
        const guess = near.length > 0 ? ` (did you mean ${near.join(" or ")}?)` : "";
        return `unknown argument "${place === "" ? short(key) : `${place}.${short(key)}`}"${guess}`;
      });
    case "invalid_type":
      return [unfit(place, valueAt(given, issue.path), KINDS[issue.expected] ?? issue.expected)];
    case "invalid_value":
      return [unfit(place, valueAt(given, issue.path), `one of ${issue.values.join(", ")}`)];
    case "invalid_union": {
      const inner = issue.errors.flat();
      const kinds = inner.flatMap((one) => one.code === "invalid_type" && one.path.length === 0 ? [one.expected] : []);
      const allowed = [...new Set(kinds)].map((kind) => KINDS[kind] ?? kind).join(" or ");
      const deeper = inner.filter(({ path }) => path.length > 0);
      if (deeper.length === 0) return [unfit(place, valueAt(given, issue.path), allowed)];
      return deeper.flatMap((one) => problemsOf({ ...one, path: [...issue.path, ...one.path] }, names, given));
    }
    default:
      return [`${place === "" ? "arguments" : place}: ${issue.message}`];
  }
}

/** Zod's words for types in those of messages. */
const KINDS: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a text",
};

function unfit(place: string, value: unknown, allowed: string): string {
  if (value === undefined) return `${place} is missing`;
  const isWord = allowed.startsWith("one of") && typeof value === "string";
  const isShort = typeof value === "number" || typeof value === "boolean";
  return `${place} is ${isWord ? JSON.stringify(short(value)) : isShort ? value : kindOf(value)}, not ${allowed}`;
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.map((part, at) => {
    if (typeof part === "number") return `[${part}]`;
    return `${at === 0 ? "" : "."}${short(String(part))}`;
  }).join("");
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined,
    given,
  );
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A name as a message may repeat it. */
export function short(name: string): string {
  return name.length <= MOST_LETTERS ? name : `${name.slice(0, MOST_LETTERS)}…`.toWellFormed();
}
