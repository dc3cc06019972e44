import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { paint, width, wrap } from "./print.ts";

/** A tool as `tools/list` tells it. */
export interface ListedTool {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  annotations?: { readOnlyHint?: boolean | undefined; destructiveHint?: boolean | undefined } | undefined;
  inputSchema: { [key: string]: unknown };
}

/** What a tool may do, in a word. */
export function accessOf({ annotations }: ListedTool): string {
  return annotations?.readOnlyHint ? "reads" : annotations?.destructiveHint ? "may destroy" : "changes";
}

/** The arguments of a tool by name, and which of them are required. */
export function argumentsOf({ inputSchema }: ListedTool): { properties: JsonObject; required: string[] } {
  const { properties, required } = inputSchema;
  return {
    properties: isObject(properties) ? properties : {},
    required: Array.isArray(required) ? required.map(String) : [],
  };
}

/** All about one tool for people: what it is for, and each argument with its shape and what it means. */
export function toolPage(tool: ListedTool): string[] {
  const { properties, required } = argumentsOf(tool);
  const longest = Math.max(...Object.keys(properties).map((name) => name.length)) + 2;
  const indent = " ".repeat(2 + longest);
  const lines = Object.entries(properties).flatMap(([name, schema]) => {
    const { description } = isObject(schema) ? schema : {};
    const shape = `${shapeOf(schema)}${required.includes(name) ? ", required" : ""}`;
    return [
      `  ${paint("bold", name)}${" ".repeat(longest - name.length)}${shape}`,
      ...(typeof description === "string" ? wrap(description, width(), indent) : []),
    ];
  });
  return [
    `${paint("bold", tool.name)}  ${tool.title ?? ""} (${accessOf(tool)})`,
    "",
    ...wrap(tool.description ?? "", width()),
    "",
    paint("bold", lines.length === 0 ? "Takes no arguments." : "Arguments"),
    ...lines,
  ];
}

/** A JSON Schema in a few words. */
function shapeOf(schema: Json): string {
  if (!isObject(schema)) return "anything";
  if (Array.isArray(schema.enum)) return schema.enum.join(" | ");
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(shapeOf).join(" or ");
  const from = typeof schema.minimum === "number" ? ` from ${schema.minimum}` : "";
  switch (schema.type) {
    case "string":
      return "text";
    case "integer":
      return `whole number${from}`;
    case "number":
      return `number${from}`;
    case "boolean":
      return "true or false";
    case "object":
      return isObject(schema.properties) ? `{${Object.keys(schema.properties).join(", ")}}` : "object";
    case "array": {
      const item = shapeOf(schema.items ?? null);
      return item === "anything" ? "list" : `list of ${PLURALS[item] ?? item}`;
    }
    default:
      return "anything";
  }
}

const PLURALS: Record<string, string> = {
  text: "texts",
  number: "numbers",
  object: "objects",
  "whole number": "whole numbers",
};
