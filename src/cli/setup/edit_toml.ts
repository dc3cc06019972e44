import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../lib/json.ts";
import { isObject } from "../../lib/json.ts";
import { at, changedOnly, type Edited } from "./edit.ts";

/**
 * Edits TOML whose value at the path is a table of its own (`[mcp_servers.odoo]`). Works on the text, because every
 * TOML writer drops comments; what it did is checked by reading both texts.
 */
export async function editToml(text: string, path: readonly string[], value: Json | undefined): Promise<Edited> {
  const before = await readToml(text);
  if ("problem" in before) return before;
  if (isDeepStrictEqual(at(before.value, path), value)) return { text };
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/);
  const own = ranges(lines, path);
  const table = value === undefined ? [] : toTable(path, value);
  const place = own[0]?.[0] ?? lines.length;
  for (const [start, end] of own.reverse()) lines.splice(start, end - start);
  if (place >= lines.length) {
    while (lines.at(-1) === "") lines.pop();
    lines.push(...(lines.length === 0 || table.length === 0 ? [] : [""]), ...table, "");
  } else lines.splice(place, 0, ...table, ...(table.length === 0 ? [] : [""]));
  const changed = lines.join(eol);
  const after = await readToml(changed);
  if ("problem" in after || !changedOnly(before.value, after.value, path, value)) {
    return { problem: `its ${path.join(".")} does not stand in a table of its own, [${path.join(".")}]` };
  }
  return { text: changed };
}

/** Reads TOML. The problem names the line, never what stands in it. */
export async function readToml(text: string): Promise<{ value: Json } | { problem: string }> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    // Dates become texts, which is enough to compare them.
    return { value: JSON.parse(JSON.stringify(parse(text))) };
  } catch (error) {
    const line = error instanceof TomlError ? ` in line ${error.line}` : "";
    return { problem: `it is no TOML${line}` };
  }
}

/** The lines, from and up to, of the table and those below it; comments before the next table belong to that. */
function ranges(lines: readonly string[], path: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  for (let start = 0; start < lines.length; start++) {
    const header = headerOf(lines[start]!);
    if (header === undefined || !path.every((key, index) => header[index] === key)) continue;
    let end = start + 1;
    for (let at = end; at < lines.length && headerOf(lines[at]!) === undefined; at++) {
      if (!/^\s*(#.*)?$/.test(lines[at]!)) end = at + 1;
    }
    if (lines[end] === "") end++;
    found.push([start, end]);
    start = end - 1;
  }
  return found;
}

/** The keys of a table's header; undefined for any other line. */
function headerOf(line: string): string[] | undefined {
  const inner = /^\s*\[\[?([^\[\]]+)\]\]?\s*(#.*)?$/.exec(line)?.[1];
  return inner === undefined ? undefined : [...inner.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map((match) => {
    return match[1] ?? match[2] ?? match[3] ?? "";
  });
}

/** A table of texts and lists of texts, with its own tables below it. JSON's texts are TOML's basic strings. */
function toTable(path: readonly string[], value: Json): string[] {
  if (!isObject(value)) return [];
  const name = path.map((key) => /^[\w-]+$/.test(key) ? key : JSON.stringify(key)).join(".");
  const own = Object.entries(value).filter(([, one]) => !isObject(one));
  const below = Object.entries(value).filter(([, one]) => isObject(one));
  return [
    `[${name}]`,
    ...own.map(([key, one]) => `${key} = ${JSON.stringify(one)}`),
    ...below.flatMap(([key, one]) => ["", ...toTable([...path, key], one!)]),
  ];
}
