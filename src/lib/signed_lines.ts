/**
 * Lines of JSON of which none can be changed, removed or moved unseen: each has a number, the hash of the line before it
 * (`prev`, SHA-256) and a signature (`sig`, HMAC-SHA-256 over everything in front of it).
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { deriveKey } from "./seal.ts";

/** What the next line is tied to: the number and the hash of the last one. */
export interface Link {
  n: number;
  hash: string;
}

/** Before the first line. */
export const START: Link = { n: 0, hash: "" };

const SIGNED = /^(\{.*),"sig":"([A-Za-z0-9_-]{43})"\}$/;

/** A line (without its line break) that follows `after`, and what the one behind it is tied to. */
export function signLine(key: Uint8Array, after: Link, body: JsonObject): { text: string; link: Link } {
  const n = after.n + 1;
  const plain = JSON.stringify({ n, ...body, prev: after.hash });
  const text = `${plain.slice(0, -1)},"sig":"${signText(key, plain)}"}`;
  return { text, link: { n, hash: hashText(text) } };
}

/** What a line holds and how it can be followed, or null: changed, or signed with another key. */
export function openLine(key: Uint8Array, text: string): { body: JsonObject; prev: string; link: Link } | null {
  const [, front, sig = ""] = SIGNED.exec(text) ?? [];
  if (front === undefined || !isSigned(key, `${front}}`, sig)) return null;
  const body: Json = JSON.parse(`${front}}`);
  if (!isObject(body) || typeof body["n"] !== "number" || typeof body["prev"] !== "string") return null;
  return { body, prev: body["prev"], link: { n: body["n"], hash: hashText(text) } };
}

/** The first thing that is wrong with a file. `line` counts from 1. */
export interface Flaw {
  line: number;
  what: string;
}

/** What a text of lines is worth, as far as its first flaw. */
export interface Checked {
  bodies: JsonObject[];
  /** Null where there is no line. */
  first: Link | null;
  last: Link | null;
  flaw: Flaw | null;
}

/** Checks a whole file. `after` is what its first line must follow; null accepts any beginning. */
export function checkLines(key: Uint8Array, text: string, after: Link | null): Checked {
  const checked: Checked = { bodies: [], first: null, last: null, flaw: null };
  const lines = text.split("\n");
  const rest = lines.pop();
  let before = after;
  for (const [index, line] of lines.entries()) {
    const opened = openLine(key, line);
    const what = opened === null
      ? "it was changed, or signed with another key"
      : before === null
      ? null
      : misplaced(before, opened.prev, opened.link.n);
    if (opened === null || what !== null) return { ...checked, flaw: { line: index + 1, what: what ?? "" } };
    before = opened.link;
    checked.first ??= opened.link;
    checked.last = opened.link;
    checked.bodies.push(opened.body);
  }
  return rest === "" ? checked : { ...checked, flaw: { line: lines.length + 1, what: "it was cut short" } };
}

function misplaced(before: Link, prev: string, n: number): string | null {
  if (n > before.n + 1) return `in front of it ${numbers(before.n + 1, n - 1)} missing`;
  if (n <= before.n) return `it stands in a wrong place: number ${n} behind number ${before.n}`;
  return prev === before.hash ? null : "it does not follow the line in front of it";
}

/** `number 5 is` or `numbers 5 to 7 are`, to go on with. */
export function numbers(from: number, to: number): string {
  return from === to ? `number ${from} is` : `numbers ${from} to ${to} are`;
}

/** The key for lines from a secret that may serve for other things too. */
export function lineKey(secret: string): Promise<Uint8Array> {
  return deriveKey(secret, "odoo-mcp signed lines");
}

/** SHA-256 of a text; 43 characters of base64url. */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** HMAC-SHA-256 of a text; 43 characters of base64url. */
export function signText(key: Uint8Array, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** Whether {@link signText} made this signature. */
export function isSigned(key: Uint8Array, text: string, sig: string): boolean {
  const encoder = new TextEncoder();
  const [mine, theirs] = [encoder.encode(signText(key, text)), encoder.encode(sig)];
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}
