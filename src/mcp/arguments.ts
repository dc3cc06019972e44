import * as z from "zod";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { ARGUMENT_EXAMPLES } from "./argument_examples.ts";
import { kindOf, problemsOf, short } from "./argument_problems.ts";
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

/** Most problems that a message repeats: they are as many as the client likes. */
const MOST_PROBLEMS = 20;

/**
 * Parses what a client sent against the tool's schema. One item for a list becomes a list of one; the words of other
 * servers are understood; anything else that does not fit is `E004`, naming each argument and what is allowed, with an
 * example, or `E012` where only a list is too long.
 */
export function parseArguments<Input>(tool: Tool<Input>, sent: unknown): Input {
  if (!isObject(sent)) {
    throw new Failure("E004", `Cannot run ${tool.name}: arguments is ${kindOf(sent)}, not an object`);
  }
  for (const [name, value] of Object.entries(sent)) refuseUnreadable(tool, name, value);
  const given = translate(tool, sent);
  const result = tool.input.safeParse(given);
  if (result.success) return result.data;
  const { issues } = result.error;
  const names = argumentNames(tool.input);
  const all = issues.flatMap((issue) => problemsOf(issue, names, given));
  const shown = all.slice(0, MOST_PROBLEMS);
  const more = all.length > shown.length ? `; and ${all.length - shown.length} more` : "";
  const isLong = issues.every((issue) => issue.code === "too_big" && issue.origin === "array");
  throw new Failure(isLong ? "E012" : "E004", `Cannot run ${tool.name}: ${shown.join("; ")}${more}`, {
    hint: isLong ? "Send as many at a time." : hintOf(tool, names, issues),
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
  return Object.fromEntries(
    Object.entries(translated).map(([name, value]) => [name, isOneOfList(tool.input, name, value) ? [value] : value]),
  );
}

/** Whether a value is one item of the list that the argument takes. A domain is one list, whatever it holds. */
function isOneOfList(schema: z.ZodType, name: string, value: Json): boolean {
  const argument = schema instanceof z.ZodObject && Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
  const list = argument instanceof z.ZodOptional ? argument.unwrap() : argument;
  if (!(list instanceof z.ZodArray) || name === "domain" || Array.isArray(value)) return false;
  if (!(list.element instanceof z.ZodUnknown)) {
    return list.element instanceof z.ZodType && list.element.safeParse(value).success;
  }
  // A list written into a text is no item.
  return isObject(value) || (typeof value === "string" && /^\s*[^\s[{]/.test(value));
}

/** The argument names of an object schema, in the order they are written. */
export function argumentNames(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The arguments there are where one is unknown, else what works in the stead of those that did not fit. */
function hintOf<Input>(
  { name: tool }: Tool<Input>,
  names: readonly string[],
  issues: readonly z.core.$ZodIssue[],
): string {
  if (issues.some(({ code }) => code === "unrecognized_keys")) return `${tool} takes ${names.join(", ")}.`;
  const known = new Set(
    issues.map(({ path }) => String(path[0])).filter((one) => Object.hasOwn(ARGUMENT_EXAMPLES, one)),
  );
  const examples = [...known].map((one) => `"${one}": ${JSON.stringify(ARGUMENT_EXAMPLES[one])}`);
  return examples.length === 0 ? "" : `Write e.g. ${examples.join(", ")}.`;
}
