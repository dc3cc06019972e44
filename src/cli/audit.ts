import { basename, resolve } from "node:path";
import type { Settings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { headFile } from "../lib/head_file.ts";
import { readHead } from "../lib/ledger.ts";
import { checkLines, type Flaw, lineKey, type Link, numbers } from "../lib/signed_lines.ts";
import { archivesOf, auditPath } from "./audit_place.ts";
import { showLines } from "./audit_show.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { paint, print, printJson } from "./print.ts";
import { reason } from "./private_file.ts";

/** `odoo-mcp audit verify|show`: what callers did, and whether somebody altered the record of it. */
export async function audit({ words, flags, switches, options }: Invocation): Promise<number> {
  const [action, given, ...more] = words;
  if ((action !== "verify" && action !== "show") || more.length > 0) {
    return misuse("Cannot do that: write odoo-mcp audit verify [FILE] or odoo-mcp audit show [FILE].", "audit");
  }
  const [strange] = action === "verify" ? Object.keys(options) : [];
  if (strange !== undefined) {
    return misuse(`Cannot use --${strange}: it chooses lines for odoo-mcp audit show.`, "audit");
  }
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const { settings } = loaded;
  const current = given ?? auditPath(settings);
  if (current === undefined) {
    return misuse("Cannot find the audit file: none is written with these settings. Name one behind it.", "audit");
  }
  const files = given === undefined ? [...archivesOf(current).sort(byNumber), current] : [current];
  const texts = files.map((file) => ({ file, text: readText(file) }));
  if (action === "show") return showLines(texts.map(({ text }) => text).join(""), options, switches.has("json"));

  const key = await lineKey(readKey(settings, resolve(current)));
  const judged = judge(texts, key, given !== undefined);
  const ok = judged.every(({ flaw }) => flaw === null);
  if (switches.has("json")) printJson({ ok, files: judged });
  else print(...judged.map(sentence));
  return ok ? EXIT.ok : EXIT.failed;
}

/** What a check says of one file. */
interface Judged {
  file: string;
  /** How many lines are right. */
  lines: number;
  first: number | null;
  last: number | null;
  flaw: Flaw | null;
}

/** Checks the files one behind the other; `alone` is one of them, whose first line may follow anything. */
function judge(texts: { file: string; text: string }[], key: Uint8Array, alone: boolean): Judged[] {
  let after: Link | null = null;
  const dropped = new Set<number>();
  const judged = texts.map(({ file, text }): Judged => {
    const { bodies, first, last, flaw } = checkLines(key, text, after);
    after = flaw === null ? last ?? after : null;
    for (const { kind, through } of bodies) if (kind === "dropped") dropped.add(Number(through));
    return { file, lines: bodies.length, first: first?.n ?? null, last: last?.n ?? null, flaw };
  });
  const start = judged.find(({ first }) => first !== null);
  if (start?.first && start.first > 1 && !alone && !dropped.has(start.first - 1)) {
    start.flaw = { line: 1, what: `in front of it ${numbers(1, start.first - 1)} missing` };
  }
  const end = judged.at(-1);
  const text = texts.at(-1);
  if (end !== undefined && text !== undefined && (!alone || exists(headFile(text.file)))) {
    end.flaw ??= flawAtEnd(text.file, key, judged.findLast(({ last }) => last !== null)?.last ?? 0, end.lines);
  }
  return judged;
}

/** Lines cut from the end leave no trace in the file itself; the file beside knows how many there were. */
function flawAtEnd(file: string, key: Uint8Array, last: number, lines: number): Flaw | null {
  const head = readHead(file, key);
  if (head === null) {
    return last === 0 ? null : {
      line: lines,
      what: `${
        basename(headFile(file))
      } is missing or was changed, so nobody can tell whether lines behind it are missing`,
    };
  }
  return head.n > last ? { line: lines + 1, what: `from here on ${numbers(last + 1, head.n)} missing` } : null;
}

function sentence({ file, lines, first, last, flaw }: Judged): string {
  if (flaw !== null) return `${paint("red", "BROKEN")}  ${basename(file)} line ${flaw.line}: ${flaw.what}`;
  return `${paint("green", "ok")}      ${basename(file)}: ${
    lines === 0 ? "no lines" : `${lines} lines, numbers ${first} to ${last}`
  }`;
}

/** The key of the settings, or the one beside; never a new one, with which every line would look changed. */
function readKey(settings: Settings, file: string): string {
  if (settings.audit.key !== undefined) return settings.audit.key.reveal();
  const usual = auditPath(settings);
  const places = [file, ...(usual === undefined ? [] : [usual])].map((one) => `${one}.key`);
  const place = places.find(exists);
  if (place === undefined) {
    throw new Failure("E004", `Cannot check ${file}: there is no key. Looked for ${places.join(", ")}`, {
      hint: "Set audit.key to what the server had.",
    });
  }
  return readText(place).trim();
}

function readText(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw new Failure("E004", `Cannot read ${file}: ${reason(error)}`, { cause: error });
  }
}

function exists(file: string): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}

function byNumber(one: string, other: string): number {
  return firstNumber(one) - firstNumber(other);
}

/** The number of the first line, as far as it can be read. */
function firstNumber(file: string): number {
  return Number(/^\{"n":(\d+),/.exec(readText(file).slice(0, 40))?.[1] ?? 0);
}
