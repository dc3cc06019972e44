import type { Leaf } from "./leaves.ts";
import { spoken } from "./names.ts";

/** Where a value can come from, the strongest first. */
export const ORIGINS = ["flag", "file", "environment", "dotenv"] as const;

/** One of {@link ORIGINS}. */
export type Origin = typeof ORIGINS[number];

/** A value somebody gave to a setting, not yet checked. */
export interface Entry {
  /** The setting's path, e.g. `http.port` or `instances.default.url`. */
  path: string;
  leaf: Leaf;
  value: unknown;
  origin: Origin;
  /** For people: `flag --http-port`, `config.json line 3`, `variable ODOO_URL`, `.env line 2 (ODOO_URL)`. */
  source: string;
}

/** Why the settings can't be used. Holds no secret. */
export interface Problem {
  /** The setting's path, or the name that stands for none. */
  setting: string;
  origin: Origin | "default";
  source: string;
  /** A whole sentence or two for people: what, from where, why, and what is allowed. */
  message: string;
}

/** What one source says: values, mistakes, and what is odd but can be left alone. */
export interface Collected {
  entries: Entry[];
  problems: Problem[];
  warnings: string[];
}

/** The sentence for a bad value. */
export function problem(origin: Problem["origin"], setting: string, source: string, why: string): Problem {
  const end = /[.?]$/.test(why) ? "" : ".";
  return { setting, origin, source, message: `Cannot use ${spoken(setting)} from ${source}: ${why}${end}` };
}

/** A value's kind in words, for where its text must not be shown. */
export function nature(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return { object: "an object", string: "a text", number: "a number" }[typeof value as string] ?? `a ${typeof value}`;
}

/** The end of a sentence that offers close names; "" when there are none. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? "" : ` Did you mean ${names.join(" or ")}?`;
}

/** The sentence for a name that stands for no setting. */
export function unknown(origin: Origin, name: string, source: string, why: string, close: readonly string[]): Problem {
  const where = origin === "flag" ? name : `${name} from ${source}`;
  return { setting: name, origin, source, message: `Cannot use ${where}: ${why}.${didYouMean(close)}` };
}

/** Nothing collected yet. */
export function empty(): Collected {
  return { entries: [], problems: [], warnings: [] };
}
