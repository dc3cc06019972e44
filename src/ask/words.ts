/** Words that carry no meaning of their own in a question. */
const FILLERS = new Set("a an and by for from how in is of on or the to what when which who with".split(" "));

/**
 * The words of a text as they are compared: lower case, without accents, in the singular (`Bestellungen` stays, English
 * plurals lose their ending), without fillers unless there is nothing else.
 */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const meant = words.filter((word) => !FILLERS.has(word));
  return (meant.length > 0 ? meant : words).map(singular);
}

function singular(word: string): string {
  if (word.length <= 3 || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
  return word.replace(/s$/, "");
}

/** How well a word fits one of others: 3 the same, 2 a beginning (in either direction), 1 a part, 0 not at all. */
export function closeness(word: string, others: readonly string[]): 0 | 1 | 2 | 3 {
  if (others.includes(word)) return 3;
  if (word.length < 3) return 0;
  if (others.some((other) => other.startsWith(word) || other.length >= 5 && word.startsWith(other))) return 2;
  return word.length >= 4 && others.some((other) => other.includes(word)) ? 1 : 0;
}
