/**
 * The names most like a misspelt one, best first, at most `most` (default 3). Case and the signs `. _ -` don't count
 * (`res_partner` finds `res.partner`); a third of the letters may be wrong, swapped, missing or extra; and a name of
 * four letters or more that lies within the other counts too (`partner` finds `res.partner`).
 */
export function closest(word: string, names: Iterable<string>, most = 3): string[] {
  const wanted = plain(word);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const found: { name: string; score: number }[] = [];
  for (const name of names) {
    const score = scoreOf(wanted, plain(name), limit);
    if (score <= limit) found.push({ name, score });
  }
  found.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1));
  return found.slice(0, most).map(({ name }) => name);
}

function plain(name: string): string {
  // A longer name than any in Odoo (63 letters, PostgreSQL's limit) is cut, so that hostile input stays cheap.
  return name.slice(0, 100).toLowerCase().replace(/[\s._-]+/g, "");
}

function scoreOf(a: string, b: string, limit: number): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  const inside = short.length >= 4 && long.includes(short);
  // Beside a real misspelling a contained name comes last, the shorter rest first.
  const within = inside ? limit - 1 / (1 + long.length - short.length) : Infinity;
  return long.length - short.length > limit ? within : Math.min(within, distance(a, b));
}

/** Edits that turn a into b: replace, insert, delete, swap neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
