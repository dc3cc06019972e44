/** So many answers are remembered of each set of patterns, for texts of at most so many characters. */
const MOST = 2_000;
const LONGEST = 128;

/**
 * Compiles patterns in which `*` stands for any run of characters, dots included, and everything else for itself, case
 * aside. Answers a function that gives the first pattern a text matches as a whole, or null. The same few models and fields
 * are asked about in every request, so answers are remembered.
 */
export function compileGlobs(patterns: readonly string[]): (text: string) => string | null {
  const compiled = patterns.map((pattern) => {
    const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return { pattern, expression: new RegExp(`^${parts.join(".*")}$`, "is") };
  });
  const known = new Map<string, string | null>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = compiled.find(({ expression }) => expression.test(text))?.pattern ?? null;
    if (text.length > LONGEST) return found;
    if (known.size >= MOST) known.clear();
    known.set(text, found);
    return found;
  };
}
