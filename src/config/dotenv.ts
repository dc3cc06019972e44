/** One assignment of a `.env` file. */
export interface Line {
  /** From 1. */
  line: number;
  name: string;
  /** Undefined where the line can't be read. */
  value: string | undefined;
}

/**
 * The assignments of a `.env` file whose name begins with `ODOO_`. The file may belong to another program, so other
 * names and lines are none of our business. Understood: `export`, single quotes (as it stands), double quotes (with
 * `\n`, `\"`, `\\`), comments behind ` #`. A value that goes over several lines is not.
 */
export function readDotenv(text: string): Line[] {
  return text.replace(/^\uFEFF/, "").split(/\r?\n/).flatMap((line, index) => {
    const match = /^\s*(?:export\s+)?(ODOO_\w*)\s*=(.*)$/.exec(line);
    return match === null ? [] : [{ line: index + 1, name: match[1]!, value: unquote(match[2]!.trim()) }];
  });
}

function unquote(text: string): string | undefined {
  if (text.startsWith("'")) return /^'([^']*)'\s*(?:#.*)?$/.exec(text)?.[1];
  if (text.startsWith('"')) {
    const inner = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text)?.[1];
    return inner?.replace(/\\(.)/g, (_, char: string) => char === "n" ? "\n" : char);
  }
  return text.startsWith("#") ? "" : text.replace(/\s#.*$/, "").trimEnd();
}
