/** Words that carry no meaning of their own in a question. */
const FILLERS = new Set("a an and by for from how in is of on or the to what when which who with".split(" "));

/** The apostrophe in `won't` and `customer's`; that in `l'adresse` parts two words. */
const CONTRACTION = /(?<=\p{L})['’](?=(?:d|ll|m|re|s|t|ve)(?!\p{L}))/gu;

/**
 * The words of a text as they are compared: lower case, without accents, in the singular (`Bestellungen` stays, English
 * plurals lose their ending), without fillers unless there is nothing else. `won't` is one word, and not `won`.
 */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const words = plain.replace(CONTRACTION, "").split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const meant = words.filter((word) => !FILLERS.has(word));
  return (meant.length > 0 ? meant : words).map(singular);
}

function singular(word: string): string {
  if (word.length <= 3 || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
  return word.replace(/s$/, "");
}

/** The shortest head of a compound (`Lieferdatum`, `subtotal`): fewer letters end words of another meaning. */
const HEAD = 5;

/** How well a word fits one of others: 3 the same, 2 a beginning (in either direction), 1 an ending, 0 not at all. */
export function closeness(word: string, others: readonly string[]): 0 | 1 | 2 | 3 {
  if (others.includes(word)) return 3;
  if (word.length < 3) return 0;
  if (others.some((other) => other.startsWith(word) || other.length >= 5 && word.startsWith(other))) return 2;
  return word.length >= HEAD && others.some((other) => other.endsWith(word)) ? 1 : 0;
}
