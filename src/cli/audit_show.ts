import { isObject, type JsonObject } from "../lib/json.ts";
import { EXIT, misuse } from "./command.ts";
import { complain, print, printJson, table } from "./print.ts";

/** What `audit show` chooses lines by. */
export const SHOW_OPTIONS = ["caller", "tool", "model", "since"];

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Prints the lines that were asked for; a change whose outcome was never written stands there as `unknown`. */
export function showLines(text: string, options: Readonly<Record<string, string>>, json: boolean): number {
  const since = options["since"] === undefined ? 0 : momentOf(options["since"]);
  if (Number.isNaN(since)) {
    return misuse(
      `Cannot use --since ${options["since"]}: write a day, a time like 2026-11-21T09:00Z, or 30m, 8h, 7d.`,
      "audit",
    );
  }
  const lines = text.split("\n").filter((line) => line !== "");
  const bodies = lines.map(parseLine).filter((body) => body !== null);
  if (bodies.length < lines.length) {
    complain(`Left out ${lines.length - bodies.length} lines that can't be read: see odoo-mcp audit verify.`);
  }
  const wanted = bodies.filter((body) => matches(body, options) && Date.parse(String(body["time"])) >= since);
  if (json) printJson(wanted);
  else {
    const ended = new Set(bodies.filter(({ kind }) => kind === "outcome").map(({ request }) => request));
    const rows = wanted.filter(({ kind, request }) => kind !== "intent" || !ended.has(request ?? null));
    if (rows.length === 0) complain(bodies.length === 0 ? "The audit has no lines yet." : "No line is like that.");
    else print(...table(["time", "caller", "tool", "instance", "code", "ms", "what"], rows.map(row)));
  }
  return EXIT.ok;
}

function matches(body: JsonObject, { caller, tool, model }: Readonly<Record<string, string>>): boolean {
  const changes = Array.isArray(body["changes"]) ? body["changes"].filter(isObject) : [];
  return (caller === undefined || body["caller"] === caller) && (tool === undefined || body["tool"] === tool) &&
    (model === undefined || body["model"] === model || changes.some((change) => change["model"] === model));
}

function row(body: JsonObject): string[] {
  const { time, kind, caller, tool, instance, code, ms, changes } = body;
  const done = Array.isArray(changes) ? changes.filter(isObject) : [];
  const what = done.length === 0 ? about(body) : done.map(about).join("; ");
  const end = kind === "intent" ? "unknown" : kind === "outcome" ? code : kind;
  return [time, caller, tool, instance, end, ms, what].map((cell) => cell === undefined ? "" : String(cell));
}

function about({ model, method, ids, ids_total, fields, to, file }: JsonObject): string {
  const list = Array.isArray(ids) ? ids.map(String) : [];
  const count = typeof ids_total === "number" ? ids_total : list.length;
  const shown = list.slice(0, 5).join(",") + (count > 5 ? `,… (${count})` : "");
  const names = Array.isArray(fields) ? `(${fields.join(",")})` : "";
  const called = method === undefined ? model : `${model}.${method}`;
  return [called ?? to ?? file, shown, names].filter((part) => part !== undefined && part !== "").map(String).join(" ");
}

/** Ms since 1970 of a day, a time, or a span before now; NaN for anything else. */
function momentOf(text: string): number {
  const [, amount, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined) return Date.now() - Number(amount) * UNITS[unit]!;
  return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
}

function parseLine(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
