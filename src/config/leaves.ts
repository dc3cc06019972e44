import * as z from "zod";
import { fileSchema } from "./schema.ts";

/** How a setting is written where only text is possible: in a flag or a variable. */
export type Kind = "text" | "number" | "boolean" | "list" | "numbers" | "object";

/** One setting as the schema has it, whatever its value. */
export interface Leaf {
  /** Its path with dots; Instances have `{name}` in it: `instances.{name}.url`. */
  path: string;
  kind: Kind;
  /** Whether its value must never be shown. */
  secret: boolean;
  description: string;
  /** What a value may be, to follow "is not": `one of stdio, http`, `a whole number from 0 to 65535`. */
  allowed: string;
  /** The same for one item of a list; "" where it is none. */
  allowedItem: string;
  /** Every word it may be, where these are few. */
  words: string[];
  /** Its value when nothing is set; undefined for none. */
  default: unknown;
}

/** The part of an Instance's path that stands for its name. */
export const NAME_PART = "{name}";

let collected: readonly Leaf[] | undefined;

/**
 * Every setting in the schema's order. Of `odoo.*` only what no Instance has: the rest is another way to write
 * `instances.default.*`.
 */
export function leaves(): readonly Leaf[] {
  if (collected !== undefined) return collected;
  const all = Object.entries(fileSchema().shape).flatMap(([key, schema]) => collect(key, schema));
  const ofInstances = new Set(all.map(({ path }) => path).filter((path) => path.startsWith("instances.")));
  const again = (path: string) =>
    path.startsWith("odoo.") && ofInstances.has(`instances.${NAME_PART}.${path.slice("odoo.".length)}`);
  return collected = all.filter(({ path }) => !again(path));
}

function collect(path: string, schema: z.core.$ZodType): Leaf[] {
  const { inner, fallback, description, secret } = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, child]) => collect(`${path}.${key}`, child));
  }
  if (inner instanceof z.ZodRecord && path === "instances") return collect(`${path}.${NAME_PART}`, inner.valueType);
  return [{ path, secret, description, default: fallback, ...form(inner) }];
}

/** Takes off what Zod wraps around a type: defaults, optionality, transforms. */
function unwrap(schema: z.core.$ZodType) {
  let inner = schema;
  let fallback: unknown;
  let description = "";
  let secret = false;
  while (true) {
    const meta = z.globalRegistry.get(inner);
    description ||= meta?.description ?? "";
    secret ||= meta?.["writeOnly"] === true;
    if (inner instanceof z.ZodDefault) {
      fallback = inner.def.defaultValue;
      inner = inner.def.innerType;
    } else if (
      inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional || inner instanceof z.ZodExactOptional
    ) {
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodPipe) {
      inner = inner.def.in;
    } else return { inner, fallback, description, secret };
  }
}

type Form = Pick<Leaf, "kind" | "allowed" | "allowedItem" | "words">;

function form(schema: z.core.$ZodType): Form {
  if (schema instanceof z.ZodEnum) {
    const words = schema.options.map(String);
    return { kind: "text", allowed: `one of ${words.join(", ")}`, allowedItem: "", words };
  }
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema;
    return { kind: "number", allowed: `a whole number from ${minValue} to ${maxValue}`, allowedItem: "", words: [] };
  }
  if (schema instanceof z.ZodBoolean) {
    return { kind: "boolean", allowed: "true or false", allowedItem: "", words: ["true", "false"] };
  }
  if (schema instanceof z.ZodArray) {
    const { kind, allowed, words } = form(unwrap(schema.element).inner);
    const each = words.length > 0 ? `a list with any of ${words.join(", ")}` : "a list of texts";
    return kind === "number"
      ? { kind: "numbers", allowed: "a list of whole numbers", allowedItem: allowed, words }
      : { kind: "list", allowed: each, allowedItem: allowed, words };
  }
  if (schema instanceof z.ZodRecord) {
    return { kind: "object", allowed: "an object as JSON", allowedItem: "", words: [] };
  }
  const max = schema instanceof z.ZodString ? schema.maxLength : null;
  const allowed = max === null ? "a text" : `a text of at most ${max} characters`;
  return { kind: "text", allowed, allowedItem: "", words: [] };
}
