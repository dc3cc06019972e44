import * as z from "zod";
import { readOdooAddress } from "./address.ts";
import { type Collected, empty, type Entry, ORIGINS, type Problem, problem } from "./entry.ts";
import { explain } from "./explain.ts";
import { fromFile } from "./file.ts";
import { type Flags, fromFlags } from "./flags.ts";
import { leaves, NAME_PART } from "./leaves.ts";
import { spoken } from "./names.ts";
import { checkTogether } from "./rules.ts";
import { fileSchema, type Settings } from "./schema.ts";
import { fromDotenv, fromEnvironment } from "./variables.ts";

/** Everything settings can come from, already read. */
export interface Sources {
  /** Flags without dashes, `{ "http-port": "8000" }`. */
  args?: Flags;
  /** The text of a config file; `path` is how the person named it. */
  file?: { path: string; text: string };
  env?: Readonly<Record<string, string>>;
  dotenv?: { path: string; text: string };
}

/** Settings that can be used. */
export interface Loaded {
  settings: Settings;
  /** Where each value came from, by its path: `flag --http-port`, `variable ODOO_URL`, `default`, … */
  sources: Record<string, string>;
  warnings: string[];
}

/** Everything that is wrong with the settings, at once. */
export interface Refused {
  problems: Problem[];
  warnings: string[];
}

/**
 * Puts the settings together: flags win over the file, the file over the environment, that over `.env`, and all of them
 * over the defaults. Reads nothing itself. Neither problems nor warnings hold a secret.
 */
export function loadSettings(from: Sources): Loaded | Refused {
  const all = [
    fromFlags(from.args ?? {}),
    from.file === undefined ? empty() : fromFile(from.file),
    fromEnvironment(from.env ?? {}),
    from.dotenv === undefined ? empty() : fromDotenv(from.dotenv),
  ];
  const { entries, problems, warnings } = merge(all);
  const parsed = fileSchema().safeParse(nest(entries), { jitless: true });
  problems.push(...explain(parsed.error?.issues ?? [], entries));
  if (problems.length > 0 || !parsed.success) return { problems: problems.sort(byOrigin), warnings };

  const { odoo, ...rest } = parsed.data;
  const settings: Settings = {
    ...rest,
    odoo: { allowed_hosts: odoo.allowed_hosts },
    instances: defaultFirst(rest.instances),
  };
  const source = (path: string) => entries.get(path)?.source ?? "default";
  const together = checkTogether(settings, (path) => ({ source: source(path), origin: entries.get(path)?.origin }));
  if (together.problems.length > 0) return { problems: together.problems, warnings };
  warnings.push(...droppedFromUrls(entries), ...together.warnings);
  const paths = Object.keys(valuesByPath(settings));
  return { settings, sources: Object.fromEntries(paths.map((path) => [path, source(path)])), warnings };
}

/** Every setting that has a value, by its path in the schema's order, Instances last: what `config show` lists. */
export function valuesByPath(settings: Settings): Record<string, unknown> {
  const paths = leaves().filter(({ path }) => !path.includes(NAME_PART)).map(({ path }) => path);
  for (const name of Object.keys(settings.instances)) {
    const own = leaves().filter(({ path }) => path.includes(NAME_PART));
    paths.push(...own.map(({ path }) => path.replace(NAME_PART, () => name)));
  }
  const valueAt = (path: string) =>
    path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], settings);
  return Object.fromEntries(paths.map((path) => [path, valueAt(path)]).filter(([, value]) => value !== undefined));
}

/** One entry for each setting: the strongest. */
function merge(all: Collected[]): { entries: Map<string, Entry>; problems: Problem[]; warnings: string[] } {
  const problems = all.flatMap((one) => one.problems);
  const warnings = all.flatMap((one) => one.warnings);
  const entries = new Map<string, Entry>();
  for (const entry of all.flatMap((one) => one.entries)) {
    const winner = entries.get(entry.path);
    if (winner === undefined) entries.set(entry.path, entry);
    else if (winner.origin === entry.origin && winner.value !== entry.value) {
      if (entry.origin === "flag" || entry.origin === "file") {
        problems.push(problem(entry.origin, entry.path, entry.source, `${winner.source} sets it as well`));
      } else warnings.push(`Left alone ${entry.source}: ${winner.source} sets ${spoken(entry.path)} as well.`);
    }
  }
  if (entries.get("demo")?.value === true) {
    const instances = [...entries.values()].filter(({ path }) => path.startsWith("instances."));
    for (const { path } of instances) entries.delete(path);
    const names = new Set(instances.map(({ path }) => path.split(".")[1]));
    if (names.size > 0) warnings.push(`The demo company is served; left alone: ${[...names].join(", ")}.`);
  }
  return { entries, problems, warnings };
}

function nest(entries: Map<string, Entry>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { path, value } of entries.values()) {
    const keys = path.split(".");
    const last = keys.pop()!;
    const group = keys.reduce((at, key) => (at[key] ??= {}) as Record<string, unknown>, root);
    group[last] = value;
  }
  return root;
}

/** The first Instance is the one meant where none is named. */
function defaultFirst(instances: Settings["instances"]): Settings["instances"] {
  const { default: first, ...others } = instances;
  return first === undefined ? others : { default: first, ...others };
}

function droppedFromUrls(entries: Map<string, Entry>): string[] {
  return [...entries.values()].flatMap(({ path, value, source }) => {
    if (!/^instances\.[^.]+\.url$/.test(path)) return [];
    const read = readOdooAddress(String(value));
    if ("problem" in read || read.dropped === "") return [];
    return [`${spoken(path)} from ${source} is used as ${read.url}; left out: ${read.dropped}`];
  });
}

function byOrigin(a: Problem, b: Problem): number {
  const rank = ({ origin }: Problem) => origin === "default" ? ORIGINS.length : ORIGINS.indexOf(origin);
  return rank(a) - rank(b);
}

/** JSON Schema of a config file, for editors. */
export function configSchema(): unknown {
  const schema = z.toJSONSchema(fileSchema(), { io: "input" });
  return { ...schema, properties: { $schema: { type: "string" }, ...schema.properties } };
}
