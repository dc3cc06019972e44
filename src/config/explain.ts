import type * as z from "zod";
import { closest } from "../lib/closest.ts";
import { didYouMean, type Entry, nature, type Problem, problem } from "./entry.ts";
import { spoken } from "./names.ts";

/** Zod's issues as sentences; for each setting the first. */
export function explain(issues: z.core.$ZodIssue[], entries: Map<string, Entry>): Problem[] {
  const problems = new Map<string, Problem>();
  for (const issue of issues) {
    const path = issue.path.map(String);
    const entry = path.map((_, index) => entries.get(path.slice(0, path.length - index).join("."))).find((one) => one);
    const key = entry?.path ?? path.join(".");
    if (!problems.has(key)) {
      problems.set(
        key,
        entry === undefined ? missing(path, entries) : problem(entry.origin, key, entry.source, why(issue, entry)),
      );
    }
  }
  return [...problems.values()];
}

function why(issue: z.core.$ZodIssue, { leaf, path, value }: Entry): string {
  const within = issue.path.slice(path.split(".").length);
  if (leaf.kind === "object" && within.length > 0) return `${within.map(String).join(".")}: ${reason(issue)}`;
  if (issue.code === "custom" || issue.code === "invalid_format") return issue.message;
  const inner = issue.path.length > path.split(".").length ? issue.path.at(-1) : undefined;
  const bad = Array.isArray(value) && typeof inner === "number" ? value[inner] : value;
  if (bad === "") return inner === undefined ? `it is empty; it must be ${leaf.allowed}` : "one of its words is empty";
  const shown = leaf.secret ? `******** (${nature(bad)})` : show(bad);
  const close = typeof bad === "string" ? closest(bad, leaf.words) : [];
  return `${shown} is not ${inner === undefined ? leaf.allowed : leaf.allowedItem}.${didYouMean(close)}`;
}

/** Zod's own words tell no value, only kinds, keys and what is allowed. */
function reason(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_key") return issue.message;
  return issue.issues[0]?.message ?? issue.message;
}

/** Long values are cut with a mark; objects and lists may hold anything, so only their kind is told. */
function show(value: unknown): string {
  if (typeof value === "object") return nature(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
}

/** An Instance without the one setting it needs. */
function missing(path: string[], entries: Map<string, Entry>): Problem {
  const group = path.slice(0, -1).join(".");
  const other = [...entries.values()].find((entry) => entry.path.startsWith(`${group}.`));
  const name = spoken(path.join("."));
  return {
    setting: path.join("."),
    origin: other?.origin ?? "default",
    source: other?.source ?? "default",
    message: `Cannot use ${spoken(other?.path ?? group)} from ${other?.source}: ${name} is missing. ` +
      `Set ${name} to the address of the Odoo, e.g. https://odoo.example.com.`,
  };
}
