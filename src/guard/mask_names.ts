import { canonicalJson, type Json } from "../lib/json.ts";

/** Most values that are remembered of one caller, and most callers. What is forgotten can't be asked for any more. */
const MOST_VALUES = 10_000;
const MOST_CALLERS = 1_000;

/** How many characters of the digest a pseudonym shows: 48 bits tell ten thousand values apart. */
const SHOWN = 12;

const PSEUDONYM = /\b[a-z]+:[\da-f]{12}@masked\b/;

/** The pseudonyms of one caller, `email:3f9a…@masked`: the same value has the same one, and no other caller's tells anything. */
export interface MaskNames {
  /** The pseudonym of a value; `normal` is what its spellings have in common. A value the caller wrote stays as it is. */
  nameOf(kind: string, value: Json, normal: string): Json;
  /** All values, as Odoo spells them, of a pseudonym (or of a value the caller wrote itself); null for what is unknown. */
  valuesOf(text: string): Json[] | null;
  /** Remembers a value that the caller wrote, and so knows. */
  wrote(value: string): void;
}

/** Whether a text holds a pseudonym. */
export function holdsPseudonym(text: string): boolean {
  return PSEUDONYM.test(text);
}

/**
 * Gives each caller its pseudonyms: an HMAC of the value under a key that never leaves this process, and a bounded memory
 * of which value is meant. `secret` is at least 32 bytes; replicas that share it give the same pseudonyms, but each knows
 * only those it gave out itself.
 */
export function createMaskNames(secret: Promise<Uint8Array>): (caller: string) => Promise<MaskNames> {
  const callers = new Map<string, Promise<MaskNames>>();
  return (caller) => {
    const known = callers.get(caller);
    if (known !== undefined) return known;
    const made = makeNames(secret, caller);
    callers.set(caller, made);
    dropOldest(callers, MOST_CALLERS);
    return made;
  };
}

async function makeNames(secret: Promise<Uint8Array>, caller: string): Promise<MaskNames> {
  // A page of rows needs hundreds at once, which WebCrypto does in as many turns. Only loaded where something is masked.
  const { createHmac } = await import("node:crypto");
  const key = await secret;
  const spellings = new Map<string, Json[]>();
  // The same values come page after page, and a digest takes ten times as long as a look.
  const given = new Map<string, string>();
  const own = new Set<string>();

  return {
    nameOf(kind, value, normal) {
      if (typeof value === "string" && own.has(value)) return value;
      const spelling = canonicalJson([kind, value]);
      let name = given.get(spelling);
      if (name === undefined) {
        const digest = createHmac("sha256", key).update(canonicalJson([caller, kind, normal])).digest("hex");
        given.set(spelling, name = `${kind}:${digest.slice(0, SHOWN)}@masked`);
        dropOldest(given, MOST_VALUES);
      }
      const known = spellings.get(name) ?? [];
      // To the end: the oldest goes first.
      spellings.delete(name);
      spellings.set(name, known.includes(value) ? known : [...known, value]);
      dropOldest(spellings, MOST_VALUES);
      return name;
    },
    valuesOf: (text) => own.has(text) ? [text] : spellings.get(text) ?? null,
    wrote(value) {
      own.add(value);
      dropOldest(own, MOST_VALUES);
    },
  };
}

function dropOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  if (kept.size <= most) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
