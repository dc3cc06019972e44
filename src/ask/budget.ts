import type { Json } from "../lib/json.ts";

/**
 * About how many tokens a text takes in a model's context, at the cost of one pass over it. Calibrated against o200k in
 * `tests/ask/budget_test.ts`, on the high side: letters come in pieces, digits in twos and threes, other signs
 * nearly singly, other alphabets in threes, ideographs nearly singly.
 */
export function estimateTokens(text: string): number {
  let letters = 0;
  let digits = 0;
  let signs = 0;
  let alphabets = 0;
  let ideographs = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) letters++;
    else if (code >= 48 && code <= 57) digits++;
    else if (code >= 0x2e80) ideographs++;
    else if (code > 0x24f) alphabets++;
    else if (code !== 32) signs++;
  }
  return Math.ceil(letters / 4 + digits / 2 + signs / 1.15 + alphabets / 3 + ideographs / 1.2);
}

/**
 * How many of the items fit into a budget of tokens, counted as JSON; at least one, because an answer with nothing in it
 * helps nobody. `spent` is what the rest of the answer takes.
 */
export function countFitting(items: readonly Json[], budget: number, spent: number): number {
  let sum = spent;
  for (let at = 0; at < items.length; at++) {
    sum += estimateTokens(JSON.stringify(items[at]));
    if (sum > budget) return Math.max(1, at);
  }
  return items.length;
}
