import { Failure } from "../lib/failure.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { isColumn } from "./rank.ts";
import { closeness, wordsOf } from "./words.ts";

/** A field of a related model, by the path that leads to it. */
export interface FoundPath {
  path: string;
  field: Field;
}

/** Related models that are looked into for one query: each may cost a request the first time. */
const MOST_RELATED = 3;

/** Words of one query that count: the work grows with them, and nobody describes a field with more. */
const MOST_WORDS = 12;

/** What people say, and how Odoo's field names say it. */
const SYNONYMS: { [word: string]: string[] } = {
  amount: ["total", "price"],
  assignee: ["user"],
  client: ["partner"],
  cost: ["price", "amount"],
  created: ["create"],
  customer: ["partner"],
  deadline: ["due"],
  due: ["deadline"],
  open: ["residual"],
  outstanding: ["residual"],
  phone: ["mobile"],
  unpaid: ["residual"],
  manager: ["parent", "user"],
  owner: ["user"],
  price: ["amount"],
  quantity: ["qty"],
  responsible: ["user"],
  revenue: ["amount", "total"],
  salesperson: ["user"],
  status: ["state", "stage"],
  supplier: ["partner"],
  value: ["amount", "total"],
  vendor: ["partner"],
  won: ["stage"],
};

interface Fit {
  field: Field;
  /** The words that fit. */
  fitting: string[];
  score: number;
  /** The words are its whole name or label. */
  isWhole: boolean;
}

/**
 * Fields that fit the words of a query, the best first: by name, label, values of a selection. Those that fit most of
 * the words, then those that fit one of the others: `delivery date` does not bring every date, `lost closed date` brings
 * the lost reason too. Last those whose help says the words that are missing.
 */
export function searchFields(fields: Fields, query: string): Field[] {
  const words = wordsOf(query).slice(0, MOST_WORDS);
  const found = new Set<Field>();
  // Each round answers a word at least.
  for (let left = words; left.length > 0;) {
    const fits = search(fields, left);
    if (fits.length === 0) break;
    for (const { field } of fits) found.add(field);
    left = left.filter((word) => fits.every(({ fitting }) => !fitting.includes(word)));
  }
  for (const field of fields.values()) if (isExplained(field, words)) found.add(field);
  return [...found];
}

function isExplained(field: Field, words: string[]): boolean {
  const known = [...fitOf(field, words).fitting, ...helpFit(field, words).fitting];
  return fitOf(field, words).fitting.length > 0 && words.every((word) => known.includes(word));
}

/** Fields that fit most of the words. Help texts speak of everything, so they count where nothing else fits a word. */
function search(fields: Fields, words: string[]): Fit[] {
  const all = [...fields.values()];
  const named = all.map((field) => fitOf(field, words)).filter((fit) => fit.fitting.length > 0);
  const fits = named.length > 0
    ? named
    : all.map((field) => helpFit(field, words)).filter((fit) => fit.fitting.length > 0);
  const most = Math.max(0, ...fits.map((fit) => fit.fitting.length));
  const best = Math.max(0, ...fits.filter((fit) => fit.fitting.length === most).map((fit) => fit.score));
  return fits.filter((fit) => fit.fitting.length === most && fit.score * 4 > best)
    .sort((a, b) => b.score - a.score || a.field.name.length - b.field.name.length);
}

function fitOf(field: Field, words: string[]): Fit {
  const name = wordsOf(field.name.replace(/_ids?$/, ""));
  const label = wordsOf(field.label);
  const values = (field.selection ?? []).flatMap((pair) => wordsOf(pair.join(" ")));
  const scores = words.map((word) => {
    const own = Math.max(closeness(word, name), closeness(word, label)) * 4;
    const meant = (SYNONYMS[word] ?? []).some((other) => name.includes(other)) ? 7 : 0;
    return Math.max(own, meant, closeness(word, values) >= 2 ? 5 : 0);
  });
  const isWhole = words.join(" ") === label.join(" ") || words.join(" ") === name.join(" ");
  return {
    field,
    fitting: words.filter((_, at) => scores[at]! > 0),
    score: scores.reduce((sum, score) => sum + score, 0) + (isWhole ? 20 : 0) + usefulness(field),
    isWhole,
  };
}

function helpFit(field: Field, words: string[]): Fit {
  const help = wordsOf(field.help);
  const fitting = words.filter((word) => help.includes(word));
  return { field, fitting, score: 2 * fitting.length + usefulness(field), isWhole: false };
}

function usefulness(field: Field): number {
  return (isColumn(field) ? 1 : 0) + (field.searchable ? 1 : 0);
}

/**
 * Paths to fields of related models, where the words name a relation and something of what it leads to: `customer country`
 * on an order is `partner_id.country_id`. Empty where the words are the name of a field of the model itself.
 */
export async function searchPaths(odoo: Odoo, fields: Fields, query: string): Promise<FoundPath[]> {
  const words = wordsOf(query).slice(0, MOST_WORDS);
  const own = search(fields, words)[0];
  if (own !== undefined && (own.isWhole || words.length < 2)) return [];
  const lines = linesOf(fields);
  const named = [...fields.values()].filter((field) => field.relation !== undefined && field.stored && field !== lines)
    .map((field) => wayOver(field, words))
    .filter(({ left }) => left.length > 0 && left.length < words.length)
    .sort((a, b) => a.left.length - b.left.length || b.score - a.score)
    .slice(0, MOST_RELATED);
  // What an order holds stands in its lines, whether or not they are named.
  const ways = lines === undefined ? named : [lineWay(lines, words), ...named];
  const found = await Promise.all(ways.map(async ({ field, left, score }) => {
    const ends = search(await readable(odoo, field.relation!), left).filter((end) =>
      end.fitting.length === left.length
    );
    return ends.slice(0, 2).map((end) => ({
      path: `${field.name}.${end.field.name}`,
      field: end.field,
      score: score + end.score,
    }));
  }));
  return found.flat().sort((a, b) => b.score - a.score).slice(0, 4).map(({ path, field }) => ({ path, field }));
}

/** The fields of a related model; none where the policy or Odoo closes it. */
async function readable(odoo: Odoo, model: string): Promise<Fields> {
  try {
    return await odoo.fields(model);
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return new Map();
    throw error;
  }
}

function lineWay(lines: Field, words: string[]): ReturnType<typeof wayOver> {
  const way = wayOver(lines, words);
  return { ...way, left: way.left.length === 0 ? words : way.left, score: way.score + 12 };
}

/** The lines of a document: `order_line`, `invoice_line_ids`, `move_lines`. */
function linesOf(fields: Fields): Field | undefined {
  const lines = [...fields.values()].filter((field) =>
    field.type === "one2many" && field.stored && /^(\w+_)?(lines?|moves?)(_ids?)?$/.test(field.name)
  );
  return lines.sort((a, b) => a.name.length - b.name.length)[0];
}

/** Which words a relation answers by its name or label, and which are left for the model it leads to. */
function wayOver(field: Field, words: string[]): { field: Field; left: string[]; score: number } {
  const isNamed = (word: string) => fitOf(field, [word]).score >= 8;
  return {
    field,
    left: words.filter((word) => !isNamed(word)),
    score: fitOf(field, words.filter(isNamed)).score,
  };
}
