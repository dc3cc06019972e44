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

/**
 * Parses what a client sent against the tool's schema. A number for a list of ids becomes a list of one; the words of
 * other servers are understood; anything else that does not fit is `E004`, naming each argument and what is allowed.
 */
export function parseArguments<Input>(tool: Tool<Input>, sent: unknown): Input {
  if (!isObject(sent)) {
    throw new Failure("E004", `Cannot run ${tool.name}: arguments is ${describe(sent)}, not an object`);
  }
  const result = tool.input.safeParse(translate(tool, sent));
  if (result.success) return result.data;
  const names = argumentNames(tool.input);
  const problems = result.error.issues.map((issue) => problem(issue, names));
  throw new Failure("E004", `Cannot run ${tool.name}: ${problems.join("; ")}`, {
    hint: `${tool.name} takes ${names.join(", ")}.`,
    details: { problems },
  });
}

function translate(tool: Tool, sent: JsonObject): JsonObject {
  const names = new Set(argumentNames(tool.input));
  const words = { ...COMMON_WORDS, ...tool.words };
  const translated: JsonObject = {};
  for (const [key, value] of Object.entries(sent)) {
    const name = names.has(key) ? key : words[key];
    const known = name !== undefined && names.has(name) && (name === key || !(name in sent));
    translated[known ? name : key] = value;
  }
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

function problem(issue: z.core.$ZodIssue, names: string[]): string {
  const place = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const near = issue.path.length === 0 ? closest(key, names) : [];
      const guess = near.length > 0 ? ` (did you mean ${near.join(" or ")}?)` : "";
      return `unknown argument "${place === "" ? key : `${place}.${key}`}"${guess}`;
    }).join("; ");
  }
  return `${place === "" ? "arguments" : place}: ${issue.message}`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "missing";
  return Array.isArray(value) ? "a list" : `a ${typeof value}` as Json & string;
}
