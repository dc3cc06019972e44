/** A parsed server version. */
export interface Version {
  /** As Odoo said it, e.g. `saas~19.1+e`. */
  text: string;
  /** 14 … 19 and later. */
  major: number;
  /** The minor of saas releases, else 0. */
  minor: number;
  edition: "community" | "enterprise";
}

/**
 * Reads a version as servers write it: `14.0`, `19.0-20260630`, `saas~19.1+e`, `19.0+e`.
 * Answers null where no number is found: choose by capability then.
 */
export function parseVersion(text: string): Version | null {
  const match = /(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return null;
  const edition = /\+e\b/.test(text) ? "enterprise" : "community";
  return { text, major: Number(match[1]), minor: Number(match[2] ?? 0), edition };
}
