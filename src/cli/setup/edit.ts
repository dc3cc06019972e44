import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../lib/json.ts";

/** What became of a text: `problem` says why it can't be changed, without a piece of it, which may hold secrets. */
export type Edited = { text: string } | { problem: string };

/** Sets the value at a path of a text, or with undefined removes it; everything else stays as it is, to the letter. */
export type Edit = (text: string, path: readonly string[], value: Json | undefined) => Promise<Edited>;

/** Whether two readings are the same but for what stands at the path, and that is the value wanted. */
export function changedOnly(
  before: unknown,
  after: unknown,
  path: readonly string[],
  value: Json | undefined,
): boolean {
  return isDeepStrictEqual(without(before, path), without(after, path)) && isDeepStrictEqual(at(after, path), value);
}

/** What stands at a path; undefined for nothing. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (one, key) =>
      typeof one === "object" && one !== null && Object.hasOwn(one, key) ? Reflect.get(one, key) : undefined,
    value,
  );
}

/** A copy without what stands at the path, nor the groups above it that are empty then. */
function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (typeof value !== "object" || value === null || key === undefined) return value;
  const { [key]: child, ...others } = value as Record<string, unknown>;
  if (child === undefined || rest.length === 0) return others;
  const left = without(child, rest);
  const isEmpty = typeof left === "object" && left !== null && Object.keys(left).length === 0;
  return isEmpty ? others : { ...others, [key]: left };
}
