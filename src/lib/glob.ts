/**
 * Compiles patterns in which `*` stands for any run of characters, dots included, and everything else for itself, case
 * aside. Answers a function that gives the first pattern a text matches as a whole, or null.
 */
export function compileGlobs(patterns: readonly string[]): (text: string) => string | null {
  const compiled = patterns.map((pattern) => {
    const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return { pattern, expression: new RegExp(`^${parts.join(".*")}$`, "is") };
  });
  return (text) => compiled.find(({ expression }) => expression.test(text))?.pattern ?? null;
}
