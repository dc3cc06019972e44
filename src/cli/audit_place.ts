import { basename, dirname, join, resolve } from "node:path";
import type { Settings } from "../config/mod.ts";
import { headFile } from "../lib/head_file.ts";
import { Secret } from "../lib/secret.ts";
import { keyIn, prepare, reason, stateFile } from "./private_file.ts";

/** Where the audit file is; undefined where none is written: switched off, the demo, no Odoo, no home folder. */
export function auditPath({ audit, demo, instances }: Settings): string | undefined {
  if (audit.file === "off") return undefined;
  if (audit.file !== undefined) return resolve(audit.file);
  return demo || Object.keys(instances).length === 0 ? undefined : stateFile("audit.jsonl");
}

/**
 * The settings with the audit's file and key as the Worker needs them, both made at the first start for this user alone.
 * Where the usual place can't be written there is no audit, and the warning says so; a place that was asked for stays, and
 * the Worker refuses changes until it can be written.
 */
export function withAudit(settings: Settings): { settings: Settings; warning?: string } {
  const file = auditPath(settings);
  if (file === undefined) return { settings: { ...settings, audit: { ...settings.audit, file: "off" } } };
  const why = prepare(file) ?? prepare(headFile(file));
  const key = tryKey(settings, file);
  const audit = { ...settings.audit, file, ...(key instanceof Secret && { key }) };
  const problem = why ?? (key instanceof Secret ? undefined : key);
  if (problem === undefined) return { settings: { ...settings, audit } };
  const because = `Cannot write down what callers do in ${file}: ${problem}.`;
  if (settings.audit.file === undefined) {
    const off = { ...settings, audit: { ...audit, file: "off" } };
    return { settings: off, warning: `${because} There is no audit. Name another audit.file, or off.` };
  }
  const until = audit.required ? " Changes are refused until it can be written." : "";
  return { settings: { ...settings, audit }, warning: because + until };
}

/** The key of the settings, or that beside the file, which is made where it is missing; else why there is none. */
function tryKey({ audit }: Settings, file: string): Secret | string {
  try {
    return audit.key ?? new Secret(keyIn(`${file}.key`));
  } catch (error) {
    return `its key: ${reason(error)}`;
  }
}

/** The older files beside this one, by their names. */
export function archivesOf(file: string): string[] {
  const [stem, end] = stemOf(file);
  const dated = /^-\d{4}-\d\d-\d\d(-\d+)?$/;
  const names = namesIn(dirname(file)).filter((name) =>
    name.startsWith(stem) && name.endsWith(end) && dated.test(name.slice(stem.length, name.length - end.length))
  );
  return names.map((name) => join(dirname(file), name)).sort();
}

/** What is in a folder; nothing where it was never made. */
function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The name under which the file is put away: `audit-2026-11-21.jsonl`, with a number where that is taken. */
export function archiveName(file: string, day: string): string {
  const [stem, end] = stemOf(file);
  const taken = new Set(archivesOf(file));
  for (let number = 1;; number++) {
    const name = join(dirname(file), `${stem}-${day}${number === 1 ? "" : `-${number}`}${end}`);
    if (!taken.has(name)) return name;
  }
}

function stemOf(file: string): [string, string] {
  const name = basename(file);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
}
