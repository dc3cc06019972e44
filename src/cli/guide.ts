import { paint, print, width, wrap } from "./print.ts";

/** Prints Markdown for a terminal: titles bold, code indented, paragraphs and lists as wide as it is. */
export function printGuide(markdown: string): void {
  print(...lines(markdown, width()));
}

/** A guide's title: its first line. */
export function titleOf(markdown: string): string {
  return markdown.split("\n")[0]!.replace(/^# /, "");
}

/** Markdown as lines of at most `columns`, but for code, which is copied and so never broken. */
export function lines(markdown: string, columns: number): string[] {
  const text = markdown.replace(/<!--[\s\S]*?-->\n*/g, "").trim();
  const out: string[] = [];
  // Code blocks stand at every second place.
  for (const [index, part] of text.split(/^```(?:\w.*)?\n([\s\S]*?)^```$/m).entries()) {
    if (index % 2 === 1) {
      out.push(...part.trimEnd().split("\n").map((line) => paint("cyan", `    ${line}`.trimEnd())), "");
    } else for (const block of part.trim().split(/\n{2,}/)) out.push(...prose(block, columns));
  }
  return out.slice(0, -1);
}

function prose(block: string, columns: number): string[] {
  if (block === "") return [];
  const title = /^#+ (.*)$/.exec(block)?.[1];
  if (title !== undefined) return [paint("bold", title), ""];
  const items = block.split(/\n(?=(?:[-*]|\d+\.) )/);
  return [...items.flatMap((item) => paragraph(item, columns)), ""];
}

function paragraph(text: string, columns: number): string[] {
  const [, mark = "", rest = text] = /^((?:[-*]|\d+\.) +)?([\s\S]*)$/.exec(text) ?? [];
  const hanging = " ".repeat(mark.length);
  const wrapped = wrap(plain(rest), columns, hanging);
  return wrapped.map((line, index) => index === 0 ? mark + line.slice(hanging.length) : line);
}

/** Without Markdown's marks for emphasis, code and links. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, "$1 ($2)")
    .replace(/`([^`]+)`/g, "$1")
    .replace(/\*\*([^*]+)\*\*/g, "$1")
    .replace(/(?<![\w])_([^_\n]+)_(?!\w)/g, "$1");
}
