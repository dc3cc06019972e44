/** The only writer of stdout. Serving over stdio never comes here: there, stdout belongs to JSON-RPC. */

/** Looks of text on a terminal. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

const CODES: Record<Style, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };
const CONTROL = new RegExp(`(?![\\n\\t])\\p{Cc}(\\[(?:0|${Object.values(CODES).join("|")})m)?`, "gu");
const encoder = new TextEncoder();

/** Writes lines for the person or program that ran the command. Records' text can't move the cursor or recolour. */
export function print(...lines: string[]): void {
  write(Deno.stdout, lines);
}

/** Writes lines about what went wrong, or what is going on, to stderr. */
export function complain(...lines: string[]): void {
  write(Deno.stderr, lines);
}

/** Writes a value as JSON, for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Text in a style, where stdout is a terminal and `NO_COLOR` is not set; else as it is. */
export function paint(style: Style, text: string): string {
  if (Deno.noColor || !Deno.stdout.isTerminal()) return text;
  return `\x1b[${CODES[style]}m${text}\x1b[0m`;
}

/** Columns a line of the terminal has; 100 where stdout is none. */
export function width(): number {
  return Deno.stdout.isTerminal() ? Math.max(40, Deno.consoleSize().columns) : 100;
}

/** Rows under a header, each column as wide as its longest cell; the last one is not padded. */
export function table(header: string[], rows: string[][]): string[] {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells.map((cell, column) => column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)).join("  ")
      .trimEnd();
  return [paint("bold", line(header)), ...rows.map(line)];
}

/** Text broken at spaces into lines of at most `columns`, each behind the same indent. */
export function wrap(text: string, columns: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}

function write(stream: { writeSync(data: Uint8Array): number }, lines: string[]): void {
  const bytes = encoder.encode(lines.map((line) => visible(line) + "\n").join(""));
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    // `odoo-mcp tools | head` closes the pipe early; that is no failure of ours.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Control characters as their code points, except line breaks, tabs and the looks of `paint`. */
export function visible(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(CONTROL, (char, rest: string | undefined) => {
    if (rest !== undefined && char.startsWith("\x1b")) return char;
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}${rest ?? ""}`;
  });
}
