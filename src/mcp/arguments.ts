import * as z from "zod";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Tool } from "./define.ts";

/** Words that other servers and older lists use for the same thing, on every tool that has the argument. */
const COMMON_WORDS: Record<string, string> = {
  id: "ids",
  record_id: "ids",
  record_ids: "ids",
  select: "fields",
  order_by: "order",
  instance_id: "instance",
  model_name: "model",
};

/** Deepest nesting of one argument: Odoo's own values nest a few levels, deeper ones exhaust the recursive readers. */
const MAX_DEPTH = 100;

/** Most problems and characters of a name that a message repeats: both are as many as the client likes. */
const MOST_PROBLEMS = 20;
const MOST_LETTERS = 60;

/**
 * Parses what a client sent against the tool's schema. A number for a list of ids becomes a list of one; the words of
 * other servers are understood; anything else that does not fit is `E004`, naming each argument and what is allowed, or
 * `E012` where only a list is too long.
 */
export function parseArguments<Input>(tool: Tool<Input>, sent: unknown): Input {
  if (!isObject(sent)) {
    throw new Failure("E004", `Cannot run ${tool.name}: arguments is ${describe(sent)}, not an object`);
  }
  for (const [name, value] of Object.entries(sent)) refuseUnreadable(tool, name, value);
  const result = tool.input.safeParse(translate(tool, sent));
  if (result.success) return result.data;
  const { issues } = result.error;
  const names = argumentNames(tool.input);
  const all = issues.flatMap((issue) => problems(issue, names));
  const shown = all.slice(0, MOST_PROBLEMS);
  const more = all.length > shown.length ? `; and ${all.length - shown.length} more` : "";
  const isLong = issues.every((issue) => issue.code === "too_big" && issue.origin === "array");
  throw new Failure(isLong ? "E012" : "E004", `Cannot run ${tool.name}: ${shown.join("; ")}${more}`, {
    hint: isLong ? "Send as many at a time." : `${tool.name} takes ${names.join(", ")}.`,
    details: { problems: shown },
  });
}

/** Refuses what no later check may meet. Goes level by level, because recursion is what deep nesting breaks. */
function refuseUnreadable(tool: Tool, argument: string, value: unknown): void {
  let level = [value].filter(isNested);
  for (let depth = 1; level.length > 0; depth++) {
    const next: object[] = [];
    for (const one of level) {
      // Assigned as a key it would change the object's prototype instead, and whoever copies the object loses it.
      if (Object.hasOwn(one, "__proto__")) {
        throw new Failure("E004", `Cannot run ${tool.name}: ${short(argument)} holds "__proto__", which is no name`);
      }
      for (const child of Object.values(one)) if (isNested(child)) next.push(child);
    }
    if (depth >= MAX_DEPTH && next.length > 0) {
      throw new Failure("E004", `Cannot run ${tool.name}: ${short(argument)} nests deeper than ${MAX_DEPTH} levels`, {
        hint: "Send a flatter value.",
      });
    }
    level = next;
  }
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function short(name: string): string {
  return name.length <= MOST_LETTERS ? name : `${name.slice(0, MOST_LETTERS)}…`.toWellFormed();
}

function translate(tool: Tool, sent: JsonObject): JsonObject {
  const names = new Set(argumentNames(tool.input));
  const words = new Map(Object.entries({ ...COMMON_WORDS, ...tool.words }));
  const translated = Object.fromEntries(
    Object.entries(sent).map(([key, value]) => {
      const name = names.has(key) ? key : words.get(key);
      const known = name !== undefined && names.has(name) && (name === key || !Object.hasOwn(sent, name));
      return [known ? name : key, value];
    }),
  );
  for (const list of ["ids", "fields"]) {
    const value = translated[list];
    if (names.has(list) && (typeof value === "number" || (typeof value === "string" && value !== ""))) {
      translated[list] = [value];
    }
  }
  return translated;
}

/** The argument names of an object schema, in the order they are written. */
export function argumentNames(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function problems(issue: z.core.$ZodIssue, names: string[]): string[] {
  const place = issue.path.map((part) => short(String(part))).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const near = issue.path.length === 0 ? closest(key, names) : [];
      const guess = near.length > 0 ? ` (did you mean ${near.join(" or ")}?)` : "";
      return `unknown argument "${place === "" ? short(key) : `${place}.${short(key)}`}"${guess}`;
    });
  }
  return [`${place === "" ? "arguments" : place}: ${issue.message}`];
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "missing";
  return Array.isArray(value) ? "a list" : `a ${typeof value}` as Json & string;
}
