import type { Edit, ParseError } from "jsonc-parser";
import type { Json } from "../../lib/json.ts";
import { at, changedOnly, type Edited } from "./edit.ts";
import { isDeepStrictEqual } from "node:util";

/** Edits JSON with comments and trailing commas, as editors write it. Indentation and line ends stay the file's own. */
export async function editJson(text: string, path: readonly string[], value: Json | undefined): Promise<Edited> {
  const { applyEdits, modify } = await import("jsonc-parser");
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const body = text.slice(mark.length);
  // Clients make empty files, which they read as no settings.
  const old = body.trim() === "" ? "{}\n" : body;
  const before = await readJsonc(old);
  if ("problem" in before) return before;
  if (typeof before.value !== "object" || before.value === null || Array.isArray(before.value)) {
    return { problem: "it holds no JSON object ({…})" };
  }
  if (isDeepStrictEqual(at(before.value, path), value)) return { text };
  for (let depth = 1; depth < path.length; depth++) {
    const group = at(before.value, path.slice(0, depth));
    if (group !== undefined && (typeof group !== "object" || group === null || Array.isArray(group))) {
      return { problem: `its ${path.slice(0, depth).join(".")} is no object` };
    }
  }
  const depth = path.findIndex((_, index) => at(before.value, path.slice(0, index + 1)) === undefined);
  const edits = modify(old, [...path], value, {});
  const changed = value === undefined
    ? withoutRest(old, edits)
    : applyEdits(old, edits.map((edit) => laidOut(edit, old, depth === -1 ? path.length : depth + 1)));
  const after = await readJsonc(changed);
  if ("problem" in after || !changedOnly(before.value, after.value, path, value)) {
    return { problem: "this program can't change it without changing other things" };
  }
  return { text: mark + changed };
}

/**
 * An edit with line breaks and indentation like the file's, at this depth. Only what is new is laid out: jsonc-parser's own
 * formatting would touch the entries beside, and the difference shown would hold their secrets.
 */
function laidOut({ offset, length, content }: Edit, text: string, depth: number): Edit {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const pretty = (json: Json) => JSON.stringify(json, null, indent).replaceAll("\n", eol + indent.repeat(depth));
  if (length > 0) return { offset, length, content: pretty(JSON.parse(content)) };
  const comma = content.startsWith(",") ? "," : "";
  const [[key, value] = ["", null]] = Object.entries<Json>(JSON.parse(`{${content.slice(comma.length)}}`));
  const line = `${comma}${eol}${indent.repeat(depth)}${JSON.stringify(key)}: ${pretty(value)}`;
  return { offset, length, content: comma === "" ? line + eol + indent.repeat(depth - 1) : line };
}

/** The text without what the edits remove; an object that is empty then stands as {}, whatever comma is left in it. */
function withoutRest(text: string, edits: readonly Edit[]): string {
  const [edit] = edits;
  if (edit === undefined) return text;
  const start = text.slice(0, edit.offset);
  const end = text.slice(edit.offset + edit.length);
  return /\{\s*$/.test(start) && /^\s*,?\s*\}/.test(end)
    ? start.trimEnd() + end.replace(/^\s*,?\s*/, "")
    : start + edit.content + end;
}

/** Reads JSON with comments. The problem names the line, never what stands in it. */
export async function readJsonc(text: string): Promise<{ value: Json } | { problem: string }> {
  const { parse, printParseErrorCode } = await import("jsonc-parser");
  const errors: ParseError[] = [];
  const value: Json = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return { value };
  const line = text.slice(0, first.offset).split("\n").length;
  const what = printParseErrorCode(first.error).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();
  return { problem: `it is no JSON: ${what} in line ${line}` };
}
