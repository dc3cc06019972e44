/** What the schema's settings are made of. */
import * as z from "zod";

export const CONTROL = /\p{Cc}/u;

/** A setting with its description. `.describe()` would make a copy of each: a third of what the schema costs to make. */
export function setting<T extends z.ZodType>(description: string, schema: T): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}

export const text: z.ZodString = z.string().min(1)
  .refine((value) => !CONTROL.test(value), "it holds a control character or line break");
export const words: z.ZodArray<z.ZodString> = z.array(text);
export const bool: z.ZodBoolean = z.boolean();

/** A whole number within bounds, both included. */
export function count(min: number, max: number): z.ZodInt {
  return z.int().check(z.gte(min), z.lte(max));
}
