import { compileGlobs } from "../lib/glob.ts";
import { CHATTER, MASK_FAMILIES, type MaskFamily } from "./mask_families.ts";
import type { PolicyRules } from "./rules.ts";

/** How a field is masked: under which name, whether any value or only texts, and what its spellings have in common. */
export interface Mask {
  kind: string;
  textOnly: boolean;
  normal(text: string): string;
}

/** What one set of rules masks. */
export interface Masks {
  /** The families that are on. Their values are masked within any text as well. */
  families: readonly MaskFamily[];
  /** How a field is masked, or null. */
  of(model: string, field: string): Mask | null;
  /** How the names of a model's records are masked where another record shows them, or null. */
  ofName(model: string): Mask | null;
  /** Whether a field holds text of people, where more is taken for personal data. */
  isChatter(model: string, field: string): boolean;
}

/** Never masked: without them no record can be found again, and none be checked for changes. */
const NEEDED = new Set(["id", "create_date", "write_date", "__last_update"]);

/** Where Odoo keeps the old and new values of any tracked field. */
const TRACKED = /^mail\.tracking\.value\.(?:old|new)_value_/;

const isChatter = compileGlobs(CHATTER);
const compiled = new WeakMap<PolicyRules, { masks: Masks | null }>();

/**
 * What the rules and the caller's role mask; null for nothing. A pattern that names a field of a family (`*.email`,
 * `res.partner.phone`) masks the whole family on all models: the same address stands on leads, orders and messages.
 */
export function masksOf(rules: PolicyRules): Masks | null {
  let known = compiled.get(rules);
  if (known === undefined) compiled.set(rules, known = { masks: compile(rules) });
  return known.masks;
}

function compile(rules: PolicyRules): Masks | null {
  const patterns = [...new Set([...rules.fields.mask ?? [], ...rules.role?.fields.mask ?? []])];
  if (patterns.length === 0) return null;
  const families = MASK_FAMILIES.filter((family) => patterns.some((pattern) => meansFamily(pattern, family)));
  const ofFamilies = families.map(({ name, fields, normal }) => ({
    matches: compileGlobs(fields),
    mask: { kind: name, textOnly: true, normal },
  }));
  const isNamed = compileGlobs(patterns.filter((pattern) => pattern.includes(".")));
  // Tracked values may be those of any field, also of one that is masked by a pattern of its own.
  const hidesTracked = patterns.some((pattern) =>
    pattern.includes(".") && !MASK_FAMILIES.some((one) => meansFamily(pattern, one))
  );
  const whole: Mask = { kind: "text", textOnly: false, normal: (text) => text };

  const ofName = remembered((name): Mask | null => {
    const family = ofFamilies.find(({ matches }) => matches(name) !== null)?.mask ?? null;
    const named = isNamed(name) !== null || (hidesTracked && TRACKED.test(name));
    return named ? family === null ? whole : { ...family, textOnly: false } : family;
  });
  const of = (model: string, field: string) => NEEDED.has(field) ? null : ofName(`${model}.${field}`);
  const ofChatter = remembered((name) => isChatter(name) !== null);
  return {
    families,
    of,
    ofName: (model) => of(model, "display_name") ?? (isNamed(`${model}.name`) === null ? null : whole),
    isChatter: (model, field) => ofChatter(`${model}.${field}`),
  };
}

/** Fields of all models that are looked at, about; a name that a client invents is no more than forgotten early. */
const MOST_NAMES = 5_000;

/** A page of rows asks the same of each value: patterns are matched once a field. */
function remembered<T>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = find(name);
    if (known.size >= MOST_NAMES) known.clear();
    known.set(name, found);
    return found;
  };
}

/** `email`, or a pattern that fits one of the family's fields by the field's own name: not `hr.employee.*`. */
function meansFamily(pattern: string, { name, fields }: MaskFamily): boolean {
  if (pattern === name) return true;
  const field = pattern.slice(pattern.lastIndexOf(".") + 1);
  if (!pattern.includes(".") || /^\*+$/.test(field)) return false;
  const own = fields.map((one) => one.slice(one.lastIndexOf(".") + 1)).filter((one) =>
    !/\*|^(?:login|display_name)$/.test(one)
  );
  const fits = compileGlobs([field]);
  return own.some((one) => fits(one) !== null) || compileGlobs(fields)(`any.${field}`) !== null;
}
