/**
 * A conversation with the server as STORY.md shows it: every call and the text the agent got. What differs from run to
 * run (ids, numbers, times, tokens) is replaced, so that two runs make the same text, and what only fills the page is
 * left out.
 */
import type { Called } from "./server.ts";

/** What happened so far, in Markdown. */
export interface Transcript {
  /** What the person says, in plain words. */
  says(words: string): void;
  /** What the agent calls and is answered. */
  called(tool: string, args: Record<string, unknown>, answer: Called): void;
  /** What a person is shown, and answers. */
  asked(question: string, answer: string): void;
  text(): string;
}

const COLUMNS = 118;

/** Rows of the page that one line of an answer may take. */
const MOST_ROWS = 8;

/** Starts an empty one. Times are told in days from now. */
export function startTranscript(now: number = Date.now()): Transcript {
  const parts: string[] = [];
  const stable = stabiliser(now);
  const tell = (...lines: string[]) => {
    if (!parts.at(-1)?.startsWith("```")) parts.push("```text");
    parts.push(`${parts.pop()}\n${lines.join("\n")}`);
  };
  const before = new Set<string>();
  /** What was told already need not be told again in full. */
  const once = (text: string, short: string) => {
    if (text.length < 60 || !before.has(text)) return before.add(text) && text;
    return short;
  };
  const shown = (args: Record<string, unknown>) =>
    Object.entries(args).map(([key, value]) => `${JSON.stringify(key)}: ${once(spaced(value), "{as before}")}`);
  return {
    says: (words) => void parts.push(`**“${words}”**`),
    called: (tool, args, answer) =>
      tell(
        ...fold(stable(`▶ ${tool} {${shown(args).join(", ")}}`)),
        ...lean(answer, once).split("\n").flatMap((line) => fold(stable(line))),
      ),
    asked: (question, answer) => tell(...question.split("\n").flatMap((line) => fold(stable(line))), `→ ${answer}`),
    text: () => parts.map((part) => part.startsWith("```") ? `${part}\n\`\`\`` : part).join("\n\n") + "\n",
  };
}

/** JSON on one line with spaces, so that it breaks where people read easily. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}: ${spaced(child)}`).join(", ")}}`;
}

/** The answer's text without what every answer repeats; of an error its words and its plan. */
function lean({ isError, data, text }: Called, once: (text: string, short: string) => string): string {
  if (!isError) return text.replaceAll(/^(model|company|ids): .*\n/gm, "").replaceAll(/ \| url: \S+/g, "");
  const { code, kind, message, hint, details } = data;
  const lines = [`${code} ${kind}: ${message}. ${once(String(hint), "")}`.trim()];
  if (details?.will !== undefined) lines.push(...(details.will as unknown as string[]).map((line) => `- ${line}`));
  if (details?.plan !== undefined) lines.push(`plan: ${details.plan}`);
  return lines.join("\n");
}

/** A line in as many as the page is wide, the last one marked where there is more. */
function fold(line: string): string[] {
  const rows: string[] = [];
  for (let rest = line; rest !== "";) {
    const room = rows.length === 0 ? COLUMNS : COLUMNS - 4;
    const space = rest.lastIndexOf(" ", room);
    const end = rest.length <= room ? rest.length : space > room / 2 ? space : room;
    rows.push(`${rows.length === 0 ? "" : "    "}${rest.slice(0, end).trimEnd()}`);
    rest = rest.slice(end).trimStart();
  }
  return rows.length <= MOST_ROWS ? rows : [...rows.slice(0, MOST_ROWS - 1), `    ${rows[MOST_ROWS - 1]!.trim()} …`];
}

const DAY_MS = 24 * 3600_000;

/** The day every told conversation happens on. */
const TOLD_DAY = Date.UTC(2026, 10, 23);

function stabiliser(now: number): (text: string) => string {
  const seen = new Map<string, Map<string, string>>();
  /** The first of its kind becomes `first`, the next one the number after it. */
  const counted = (kind: string, found: string, first: number, digits = 0): string => {
    const known = seen.get(kind) ?? new Map<string, string>();
    seen.set(kind, known);
    const number = known.get(found) ?? String(first + known.size).padStart(digits, "0");
    known.set(found, number);
    return number;
  };
  // Small ids are the same in every fresh Odoo: the first company, its administrator, its currency.
  const id = (found: string) => Number(found) <= 10 ? found : counted("id", found, 101);
  const ids = (found: string) => found.replaceAll(/\d+/g, id);
  const day = (ms: number) => new Date(TOLD_DAY + Math.round(ms / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
  const today = new Date(now).setUTCHours(0, 0, 0, 0);
  return (text) =>
    text
      .replaceAll(/\b\d{13}(\.[\w-]{22,43}){3}/g, (found) => `<plan ${counted("plan", found, 1)}>`)
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (found) => `<uuid ${counted("uuid", found, 1)}>`)
      .replaceAll(/\b[0-9a-z]{6}-[\w-]{22}(?![\w-])/g, (found) => `<undo ${counted("undo", found, 1)}>`)
      .replaceAll(/[\w-]{120,}/g, (found) => `<continue ${counted("continue", found, 1)}>`)
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]{8}(Z|[+-]\d\d:\d\d)/g, (found) => `${day(Date.parse(found) - now)} 10:00`)
      .replaceAll(/(?<=(due|date_deadline)"?: "?)\d{4}-\d\d-\d\d/g, (found) => day(Date.parse(found) - today))
      .replaceAll(/(?<="?due"?: "?)(\d{4}-\d\d-\d\d)(.{1,9}weekday"?: "?)\w+day/g, (_, due, between) => {
        return `${due}${between}${
          new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(new Date(due))
        }`;
      })
      .replaceAll(/\bS\d{5}\b/g, (found) => `S${counted("order", found, 42, 5)}`)
      .replaceAll(/\bWH\/OUT\/\d{5}\b/g, (found) => `WH/OUT/${counted("delivery", found, 17, 5)}`)
      .replaceAll(/(?<=#)\d+/g, id)
      .replaceAll(/\bids?"?: ?\[?\d+(, ?\d+)*/g, ids)
      .replaceAll(/(?<=\[)\d+(?=,[["])|^\d+(?=\t)/gm, id)
      .replaceAll("\t", "  ");
}
