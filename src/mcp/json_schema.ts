import * as z from "zod";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";

/**
 * A Zod schema as the compact JSON Schema that every model vendor accepts: no `$schema`, no `$ref`, no bounds that only
 * say "an integer", no `default` (the description tells it where it matters), no `additionalProperties` on answers.
 */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const raw = z.toJSONSchema(schema, { io, reused: "inline", unrepresentable: "any", cycles: "throw" });
  return compact(JSON.parse(JSON.stringify(raw)), io) as JsonObject;
}

function compact(value: Json, io: "input" | "output"): Json {
  if (Array.isArray(value)) return value.map((item) => compact(item, io));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, item]) => !isNoise(key, item, io));
  return Object.fromEntries(kept.map(([key, item]) => [key, compact(item, io)]));
}

function isNoise(key: string, value: Json, io: "input" | "output"): boolean {
  if (key === "$schema" || key === "default") return true;
  if (key === "maximum" && value === Number.MAX_SAFE_INTEGER) return true;
  if (key === "minimum" && value === Number.MIN_SAFE_INTEGER) return true;
  if (key === "propertyNames") return true;
  if (key === "additionalProperties") return io === "output" || (isObject(value) && Object.keys(value).length === 0);
  return io === "output" && key === "required";
}
