/**
 * An unexpected error for the log: its name, its message and where it came from, without what stands in quotes. Engines
 * quote what they could not read (`Unexpected token 'x', "…" is not valid JSON`), and that may be a secret or a record.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const places = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${withoutQuotes(error.message)}`, ...places].join("\n");
}

/** A message without what stands in quotes, and at most 300 characters of it. */
export function withoutQuotes(message: string): string {
  return message.replace(/"[^"]*("|$)|'[^']*('|$)|`[^`]*(`|$)/gs, "“…”").slice(0, 300);
}
